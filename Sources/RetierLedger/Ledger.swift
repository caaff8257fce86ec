import CRetierSQLite
package import GRDB
import RetierCore

/// The brand's one SQLite file.
///
/// Commands open it, use it within one process and close it; concurrent readers are allowed, writers take turns.
package final class Ledger: Sendable {
    package let path: String
    package let pool: DatabasePool

    /// SQLite's memory statistics are switched off once, before the process opens its first connection.
    private static let memoryStatisticsAreOff: Bool = retier_sqlite_disable_memory_statistics() == 0

    /// Opens or creates the ledger and brings its schema up to date.
    package init(path: String) throws {
        _ = Ledger.memoryStatisticsAreOff
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // Of the pages that commits append to the log, many are written again soon: a longer log saves work.
            try database.execute(
                sql: "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        // The pool has just chosen NORMAL, which does not wait for the disk at a commit: a power cut could forget the
        // claim of a message that has left. FULL does wait.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        try Schema.migrator.migrate(pool)
    }
}
