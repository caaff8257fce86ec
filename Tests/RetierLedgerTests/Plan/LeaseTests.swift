import Dispatch
import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Synchronization
import Testing

@Suite struct Leases {
    private let now = Instant(seconds: 1_000_000)

    private func owner(_ id: String, process: Int32? = nil, boot: String? = nil) -> LeaseOwner {
        let this = LeaseOwner.current(id: id)
        return LeaseOwner(id: id, process: process ?? this.process, boot: boot ?? this.boot)
    }

    /// Leaves a lease behind as a process that was killed does.
    private func leave(_ world: PlanWorld, _ owner: LeaseOwner, heartbeat: Instant) throws {
        try world.ledger.pool.write {
            try $0.execute(
                sql: "INSERT INTO lease VALUES ('run', ?, ?, ?, ?, ?)",
                arguments: [owner.id, owner.process, owner.boot, heartbeat.seconds, heartbeat.seconds])
        }
    }

    private func take(_ world: PlanWorld, at moment: Instant) throws -> String {
        try world.ledger.withLease("run", owner: owner("taker"), now: { moment }) { $0.owner.id }
    }

    @Test func aLeaseIsGivenBackAtTheEndAndAfterAnError() throws {
        let world = try PlanWorld()
        #expect(try take(world, at: now) == "taker")
        let error = retierError {
            try world.ledger.withLease("run", owner: owner("a"), now: { [now] in now }) { _ in
                throw RetierError(.badData, "broken")
            }
        }
        #expect(error?.message == "broken")
        #expect(try world.strings("SELECT owner FROM lease") == [])
    }

    @Test func aLivingOwnerIsNamed() throws {
        let world = try PlanWorld()
        let living = Process()
        living.executableURL = URL(fileURLWithPath: "/bin/sleep")
        living.arguments = ["60"]
        try living.run()
        defer { living.terminate() }
        try leave(world, owner("other", process: living.processIdentifier), heartbeat: now)
        let error = try #require(retierError { _ = try take(world, at: now.adding(seconds: Lease.patienceSeconds)) })
        #expect(error.code == .tryLater)
        #expect(
            error.message == "another run is running: process \(living.processIdentifier), since 1970-01-12T13:46:40Z")
        #expect(try take(world, at: now.adding(seconds: Lease.patienceSeconds + 1)) == "taker", "silent for too long")
    }

    @Test func aDeadOwnerIsFollowedAtOnce() throws {
        let world = try PlanWorld()
        let dead = Process()
        dead.executableURL = URL(fileURLWithPath: "/bin/true")
        try dead.run()
        dead.waitUntilExit()
        try leave(world, owner("other", process: dead.processIdentifier), heartbeat: now)
        #expect(try take(world, at: now) == "taker")
    }

    @Test func anOwnerOfAnEarlierBootIsFollowedAtOnce() throws {
        let world = try PlanWorld()
        try leave(world, owner("other", boot: "an earlier boot"), heartbeat: now)
        #expect(try take(world, at: now) == "taker")
    }

    /// Who is inside a lease now, the most at once, and all who ever were.
    private final class Crowd: Sendable {
        let counts = Mutex((inside: 0, most: 0, all: 0))

        func enter() { counts.withLock { $0 = ($0.inside + 1, max($0.most, $0.inside + 1), $0.all + 1) } }
        func leave() { counts.withLock { $0.inside -= 1 } }
    }

    @Test func ofManyTakersAtOnceOnlyOneIsInside() throws {
        let world = try PlanWorld()
        let (now, path) = (now, world.ledger.path)
        let crowd = Crowd()
        let refused = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 4) { taker in
            do {
                let ledger = try Ledger(path: path)
                try ledger.withLease("run", owner: LeaseOwner.current(id: "t\(taker)"), now: { now }) { _ in
                    crowd.enter()
                    Thread.sleep(forTimeInterval: 0.5)
                    crowd.leave()
                }
            } catch { refused.withLock { $0 += 1 } }
        }
        let counts = crowd.counts.withLock { $0 }
        #expect(counts.most == 1)
        #expect(counts.all + refused.withLock { $0 } == 4)
        #expect(try world.strings("SELECT owner FROM lease") == [])
    }

    @Test func theTimerKeepsTheHeartbeatFresh() throws {
        let world = try PlanWorld()
        let clock = Mutex(now)
        let ages = try world.ledger.withLease(
            "run", owner: owner("a"), now: { clock.withLock { $0 } }, beatSeconds: 1
        ) { _ in
            clock.withLock { $0 = $0.adding(seconds: 77) }
            Thread.sleep(forTimeInterval: 1.5)
            return try world.strings("SELECT CAST(heartbeat_at - taken_at AS TEXT) FROM lease")
        }
        #expect(ages == ["77"])
    }

    @Test func whoLostTheLeaseCommitsNothing() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        let error = retierError {
            try world.ledger.withLease("run", owner: owner("slow"), now: { [now] in now }) { lease in
                try world.ledger.pool.write { try $0.execute(sql: "UPDATE lease SET owner = 'quick'") }
                #expect(retierError { try lease.beat(now: now) }?.code == .tryLater)
                var order = world.order
                order.lease = lease
                _ = try world.commit(plan, order)
            }
        }
        #expect(error?.code == .tryLater)
        #expect(try world.dump().isEmpty)
        #expect(try world.strings("SELECT owner FROM lease") == ["quick"], "the successor keeps it")
    }
}
