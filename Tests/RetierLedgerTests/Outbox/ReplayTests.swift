import Foundation
import GRDB
import RetierCore
import RetierLedger
import Testing

@Suite struct ReplayTests {
    private let refused = DeliveryOutcome(.rejected, code: "http-422", httpStatus: 422, leftUs: true)
    private static let later = CommittedRun.now.adding(seconds: 500_000)

    /// Two runs whose messages to `crm` were refused; the one to `files` is pending.
    private func refusedRuns() throws -> CommittedRun {
        let run = try CommittedRun(runs: ["run-1", "run-2"])
        try run.deliver(refused)
        return run
    }

    private func states(_ run: CommittedRun) throws -> [String: String] {
        try run.ledger.pool.read {
            try Row.fetchAll($0, sql: "SELECT id, state FROM message").reduce(into: [:]) { $0[$1[0]] = $1[1] }
        }
    }

    private func replay(_ run: CommittedRun, _ choice: ReplayChoice) throws -> Int {
        try run.outbox.replay(choice, operatorName: "li", now: Self.later)
    }

    @Test func aReplayedMessageKeepsItsBodyAndBeginsAfresh() throws {
        let run = try refusedRuns()
        #expect(try replay(run, .messages(["run-1-msg-1", "run-1-msg-1", "run-2-msg-0"])) == 2)
        #expect(
            try states(run).filter { $0.value == "pending" }.keys.sorted() == [
                "run-1-msg-1", "run-1-msg-2", "run-2-msg-0", "run-2-msg-2",
            ])
        let claimed = try run.claim(at: Self.later)
        #expect(claimed.map(\.id) == ["run-2-msg-0", "run-1-msg-1"] && claimed[1].body == Data(#"{"action":1}"#.utf8))
        #expect(claimed.allSatisfy { $0.notAfter == Self.later.adding(seconds: 86_400) && $0.attempt == 2 })
        let trail = try run.ledger.pool.read {
            try String.fetchAll($0, sql: "SELECT subject || detail FROM audit WHERE kind = 'replay.asked' ORDER BY 1")
        }
        #expect(trail == ["run-1-msg-1", "run-2-msg-0"].map { $0 + #"{"operator":"li"}"# })
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test(
        arguments: [
            ("crm", nil, 4), ("crm", "run-1", 2), (nil, "run-2", 2), (nil, nil, 4), ("files", nil, 0),
        ] as [(String?, String?, Int)])
    func allOfAnEndpointOrARunAreReplayed(endpoint: String?, run id: String?, count: Int) throws {
        let run = try refusedRuns()
        #expect(try replay(run, .all(endpoint: endpoint, run: id)) == count)
        #expect(try replay(run, .all(endpoint: endpoint, run: id)) == 0, "they are pending now")
    }

    @Test func nothingIsHalfDone() throws {
        let run = try refusedRuns()
        let before = try states(run)
        for choice in [
            ReplayChoice.messages(["run-1-msg-0", "nobody"]), .messages(["run-1-msg-0", "run-1-msg-2"]),
            .all(endpoint: "nowhere", run: nil), .all(endpoint: nil, run: "run-9"),
        ] {
            let error = #expect(throws: RetierError.self) { try replay(run, choice) }
            #expect(error?.code == .usage)
            #expect(try states(run) == before)
        }
    }
}
