import GRDB
import RetierCore
import Testing

@testable import RetierLedger

/// A committed run whose sample is one of three sends.
@Suite struct CanaryLedgerTests {
    private static let policy = DeliveryPolicy(schedule: RetrySchedule(delaysSeconds: [5]), onDoubt: .resend)

    private func committed() throws -> (world: PlanWorld, outbox: Outbox) {
        let world = try PlanWorld()
        var order = world.order
        order.canary = CanarySettings(share: 1, maxFailed: 0)
        let result = try world.commit(try world.write(), order)
        #expect(result.messages == 2 && result.withheld == 1)
        return (world, Outbox(world.ledger))
    }

    private func exchange(
        _ world: PlanWorld, _ outbox: Outbox, _ reports: [DeliveryReport] = []
    ) throws -> OutboxExchange {
        try outbox.exchange(
            reports: reports, requests: [ClaimRequest(endpoint: "crm", limit: 10, policy: Self.policy)], owner: "c",
            policies: ["crm": Self.policy], now: world.now)
    }

    private func states(_ world: PlanWorld) throws -> [String] {
        try world.strings("SELECT state || ' ' || actions FROM message ORDER BY actions")
    }

    @Test func claimsSeeTheSampleOnlyAndItsEndLetsTheRestGo() throws {
        let (world, outbox) = try committed()
        let claimed = try exchange(world, outbox).claimed
        #expect(claimed.count == 1)
        #expect(try outbox.judgeCanaries(now: world.now) == [])
        let ok = DeliveryOutcome(.delivered, code: "ok", leftUs: true)
        let reports = claimed.map { DeliveryReport(messageID: $0.id, event: .outcome(ok), at: world.now) }
        #expect(try exchange(world, outbox, reports).claimed.isEmpty)
        #expect(try states(world) == ["delivered 1", "withheld 2"])
        #expect(try outbox.judgeCanaries(now: world.now).map(\.state) == [.passed])
        #expect(try outbox.judgeCanaries(now: world.now) == [], "a canary is judged once")
        #expect(try states(world) == ["delivered 1", "pending 2"])
        #expect(try exchange(world, outbox).claimed.count == 1)
        #expect(try Audit(world.ledger).verify() == [])
    }

    /// A list that the receiver took without one of its actions has not arrived as a whole.
    @Test func aRefusedActionCountsAsFailed() throws {
        let (world, outbox) = try committed()
        let claimed = try exchange(world, outbox).claimed
        let action = try world.strings("SELECT action_id FROM decision WHERE message = '\(claimed[0].id)'")[0]
        let refusal = ActionRefusal(.action(id: action), code: "not-a-friend")
        let outcome = DeliveryOutcome(.delivered, code: "ok", leftUs: true, refusals: [refusal])
        _ = try exchange(
            world, outbox, [DeliveryReport(messageID: claimed[0].id, event: .outcome(outcome), at: world.now)])
        let judged = try outbox.judgeCanaries(now: world.now)
        #expect(judged.map(\.state) == [.stopped] && judged[0].tally == CanaryTally(ended: 1, failed: 1))
        #expect(try states(world) == ["delivered 1", "withheld 2"])
        #expect(try outbox.waitingCanaries().map(\.isStopped) == [true])
    }

    @Test func whatIsWithheldExpiresAndThenNobodyHasToDecide() throws {
        let (world, outbox) = try committed()
        let late = world.now.adding(seconds: 86_400 * 100)
        #expect(try outbox.expire(now: late) == 2)
        #expect(try states(world) == ["expired 1", "expired 2"])
        #expect(try outbox.judgeCanaries(now: late).map(\.state) == [.stopped])
        #expect(try outbox.waitingCanaries() == [])
        #expect(try Audit(world.ledger).verify() == [])
    }

    @Test func ofSeveralCanariesAPersonNamesOne() throws {
        let run = try CommittedRun(runs: ["run-1", "run-2"], samples: ["run-1": 0, "run-2": 0])
        func refusal(_ name: String?) -> String? {
            retierError {
                _ = try run.outbox.decideCanary(
                    run: name, .go, reason: "r", operatorName: "o", now: CommittedRun.now)
            }?.message
        }
        #expect(refusal(nil) == "several canaries wait: name one's run")
        #expect(refusal("run-3") == "there is no such canary that waits")
        #expect(refusal("run-2") == nil)
        #expect(refusal(nil) == nil, "the only one that is left needs no name")
        #expect(refusal(nil) == "there is no such canary that waits")
        #expect(try Set(run.outbox.canaries().map(\.canary.state)) == [.released])
    }

    /// More than is changed at a time, and not as much again: every message is let go, or cancelled.
    @Test(arguments: [(CanaryEvent.go, "pending"), (.stop, "cancelled")], [0, 1, Outbox.lot, Outbox.lot * 2 + 1])
    func everythingThatIsWithheldIsDecided(word: (event: CanaryEvent, state: String), count: Int) throws {
        let run = try CommittedRun(samples: ["run-1": 0])
        try run.ledger.pool.write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE n(n) AS (SELECT 1 WHERE ?1 > 0 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
                    INSERT INTO message (id, run, endpoint, position, body_digest, actions, state, next_at, not_after)
                    SELECT 'withheld-' || n, 'run-1', 'crm', n, '', 1, 'withheld', 0, 9000000000 FROM n
                    """, arguments: [count])
        }
        _ = try run.outbox.decideCanary(
            run: nil, word.event, reason: "r", operatorName: "o", now: CommittedRun.now)
        let (states, said) = try run.ledger.pool.read { database in
            (
                try String.fetchSet(database, sql: "SELECT DISTINCT state FROM message WHERE id LIKE 'withheld-%'"),
                try Int.fetchOne(
                    database,
                    sql: "SELECT detail ->> 'messages' FROM audit WHERE kind LIKE 'canary.%' ORDER BY number DESC")
            )
        }
        #expect(states == (count == 0 ? [] : [word.state]) && said == count)
    }

    @Test func aCancelledSampleTellsNothingAndStopsTheRest() throws {
        let (world, outbox) = try committed()
        try world.ledger.pool.write {
            try $0.execute(
                sql: "UPDATE message SET state = 'cancelled', finished_at = 0 WHERE state = 'pending'")
        }
        #expect(try outbox.judgeCanaries(now: world.now).map(\.tally) == [CanaryTally()])
        #expect(try outbox.canaries().map(\.canary.state) == [.stopped])
        let run = try world.strings("SELECT id FROM run")[0]
        let word = try outbox.decideCanary(run: run, .stop, reason: "r", operatorName: "o", now: world.now)
        #expect(word.withheld == 1 && word.canary.state == .cancelled)
        #expect(try states(world) == ["cancelled 1", "cancelled 2"])
    }
}
