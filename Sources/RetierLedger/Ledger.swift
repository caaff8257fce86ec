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
            try database.execute(
                sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        try Schema.migrator.migrate(pool)
    }
}
