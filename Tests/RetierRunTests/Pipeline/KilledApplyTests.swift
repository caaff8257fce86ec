import Foundation
import RetierTestSupport
import Testing

/// `apply` killed at any moment leaves nothing of the plan or all of it.
@Suite struct KilledApplyTests {
    /// `RETIER_KILLS=200` tries more moments.
    private static let tries = ProcessInfo.processInfo.environment["RETIER_KILLS"].flatMap { Int($0) } ?? 16

    @Test func killedApplyLeavesNothingOrEverything() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 50, members: 400))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let plan = try DatabaseFile(bench.refreshPlan())
        let (decisions, moves) = (
            try plan.number("SELECT count(*) FROM decision"), try plan.number("SELECT count(*) FROM \"transition\"")
        )
        try FileManager.default.copyItem(atPath: bench.path("var"), toPath: bench.folder.path("start"))
        var generator = SeededGenerator(seed: 51)
        var whole = 0
        for round in 0..<Self.tries {
            try FileManager.default.removeItem(atPath: bench.path("var"))
            try FileManager.default.copyItem(atPath: bench.folder.path("start"), toPath: bench.path("var"))
            let process = try bench.start(["apply", bench.refreshPlan(), "--no-deliver"])
            if round % 2 == 0 {
                // The transaction is under way when the log begins to grow beyond the lease.
                let log = bench.path("var/retier.db-wal")
                _ = waits(atMostSeconds: 2) { !process.isRunning || size(of: log) > 40_000 }
            } else {
                usleep(UInt32(generator.draw(in: 0...250_000)))
            }
            kill(process.processIdentifier, SIGKILL)
            #expect(process.waits(atMostSeconds: 10))
            let ledger = try bench.ledger()
            let runs = try ledger.number("SELECT count(*) FROM run")
            whole += runs
            #expect(runs <= 1)
            #expect(try ledger.number("SELECT count(*) FROM decision") == runs * decisions, "seed \(generator.seed)")
            #expect(try ledger.number("SELECT count(*) FROM \"transition\"") == runs * moves)
            #expect(try ledger.number("SELECT count(*) FROM standing") == runs * 400)
            #expect((try ledger.number("SELECT count(*) FROM message") > 0) == (runs == 1))
            #expect((try ledger.number("SELECT count(*) FROM audit") > 0) == (runs == 1))
            // The next one takes the dead one's lease over and ends the work.
            let next = try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
            #expect(next.errors.contains(runs == 1 ? "nothing to do" : "applied as"), "\(next.errors)")
            #expect(try bench.ledger().number("SELECT count(*) FROM decision") == decisions)
            try bench.must(["audit", "verify"])
        }
        #expect(whole < Self.tries, "no kill came before the commit: the test proves nothing")
    }

    private func size(of path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
