import Dispatch
import Foundation
import GRDB
package import RetierCore

/// Who holds a lease: enough to tell whether they still live.
package struct LeaseOwner: Hashable, Sendable {
    /// Unique for each taker.
    package var id: String
    package var process: Int32
    /// The kernel's id of this boot: process numbers mean nothing across boots.
    package var boot: String

    package init(id: String, process: Int32, boot: String) {
        self.id = id
        self.process = process
        self.boot = boot
    }

    /// This process on this boot.
    package static func current(id: String) -> LeaseOwner {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return LeaseOwner(
            id: id, process: ProcessInfo.processInfo.processIdentifier,
            boot: boot.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Whether the owner's process may still run, seen from a process of the boot `boot`.
    ///
    /// Where the kernel hides its boot id from one of them, nobody is declared dead for that: silence decides.
    func mayLive(boot current: String) -> Bool {
        guard boot == current || boot.isEmpty || current.isEmpty else { return false }
        return kill(process, 0) == 0 || errno != ESRCH
    }
}

/// The right to run, held by one process at a time.
package struct Lease: Sendable {
    /// A heartbeat older than this means that the owner hangs, in seconds.
    package static let patienceSeconds: Int64 = 600

    package let name: String
    package let owner: LeaseOwner
    let ledger: Ledger

    /// Tells that the owner is alive.
    ///
    /// - Throws: `RetierError` of code `tryLater` where another process has taken over.
    package func beat(now: Instant) throws {
        try ledger.pool.write { database in
            try database.execute(
                sql: "UPDATE lease SET heartbeat_at = ? WHERE name = ? AND owner = ?",
                arguments: [now.seconds, name, owner.id])
            guard database.changesCount == 1 else { throw lost }
        }
    }

    /// Throws where another process has taken over; within the transaction whose effects depend on it.
    func requireHeld(in database: Database) throws {
        let holder = try String.fetchOne(database, sql: "SELECT owner FROM lease WHERE name = ?", arguments: [name])
        guard holder == owner.id else { throw lost }
    }

    private var lost: RetierError {
        RetierError(
            .tryLater, "the lease \(name) was lost: another process has taken over after a long silence",
            hint: "nothing was written; look at retier status")
    }

    fileprivate func release() throws {
        try ledger.pool.write { database in
            try database.execute(sql: "DELETE FROM lease WHERE name = ? AND owner = ?", arguments: [name, owner.id])
        }
    }
}

extension Ledger {
    /// Runs `body` while holding a lease; a heartbeat keeps it, and it is given back at the end, also after an error.
    ///
    /// A lease is taken over where its owner's process is dead, belongs to an earlier boot, or has been silent for
    /// `Lease.patienceSeconds`.
    /// - Parameters:
    ///   - now: the clock; also read by the heartbeat's thread.
    ///   - beatSeconds: time between two heartbeats.
    /// - Throws: `RetierError` of code `tryLater` that names the holder; whatever `body` throws.
    package func withLease<Result>(
        _ name: String, owner: LeaseOwner, now: @escaping @Sendable () -> Instant, beatSeconds: Int = 60,
        _ body: (Lease) throws -> Result
    ) throws -> Result {
        let lease = try takeLease(name, owner: owner, now: now())
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "retier.lease"))
        timer.schedule(deadline: .now() + .seconds(beatSeconds), repeating: .seconds(beatSeconds))
        // A missed beat is no reason to stop; a lost lease is found by whoever needs it: the commit.
        timer.setEventHandler { try? lease.beat(now: now()) }
        timer.activate()
        defer { timer.cancel() }
        let result: Result
        do {
            result = try body(lease)
        } catch {
            try? lease.release()
            throw error
        }
        try lease.release()
        return result
    }

    private func takeLease(_ name: String, owner: LeaseOwner, now: Instant) throws -> Lease {
        try pool.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                if let row = try Row.fetchOne(database, sql: "SELECT * FROM lease WHERE name = ?", arguments: [name]) {
                    let holder = LeaseOwner(id: row["owner"], process: row["process"], boot: row["boot"])
                    let heartbeat = Instant(seconds: row["heartbeat_at"])
                    let silent = heartbeat.adding(seconds: Lease.patienceSeconds) < now
                    guard silent || !holder.mayLive(boot: owner.boot) else {
                        let since = Instant(seconds: row["taken_at"])
                        throw RetierError(
                            .tryLater, "another \(name) is running: process \(holder.process), since \(since)",
                            hint: "wait until it ends")
                    }
                }
                try database.execute(
                    sql: "INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [name, owner.id, owner.process, owner.boot, now.seconds, now.seconds])
                return .commit
            }
        }
        return Lease(name: name, owner: owner, ledger: self)
    }
}
