import Foundation
import GRDB
import RetierCore
import RetierLedger
import Testing

/// Health and rate limits in the ledger: with the claims, across processes, in the audit trail.
@Suite struct EndpointLedgerTests {
    private static let now = CommittedRun.now
    private static let limits = EndpointLimits(
        rates: [RateLimit(max: 3, perSeconds: 60)], breakerFailures: 2, breakerSeconds: 30)
    private static let robot = DeliveryPolicy(
        schedule: RetrySchedule(delaysSeconds: [0, 0, 0, 0]), onDoubt: .resend, limits: limits)
    private static let plain = DeliveryPolicy(
        schedule: RetrySchedule(delaysSeconds: [0, 0, 0, 0]), onDoubt: .resend,
        limits: EndpointLimits(breakerFailures: 2))

    private let ok = DeliveryOutcome(.delivered, code: "ok", leftUs: true)
    private let down = DeliveryOutcome(.retry, code: "http-500", leftUs: true)

    private func exchange(
        _ ledger: Ledger, _ reports: [DeliveryReport] = [], limit: Int = 10, policy: DeliveryPolicy = robot,
        after seconds: Int64 = 0, owner: String = "courier-1", asksTasks: Bool = false
    ) throws -> OutboxExchange {
        try Outbox(ledger).exchange(
            reports: reports,
            requests: [ClaimRequest(endpoint: "crm", limit: limit, policy: policy, asksTasks: asksTasks)],
            owner: owner, policies: ["crm": policy], now: Self.now.adding(seconds: seconds))
    }

    private func reports(
        _ claimed: [ClaimedMessage], _ outcome: DeliveryOutcome, after seconds: Int64 = 0
    ) -> [DeliveryReport] {
        claimed.map {
            DeliveryReport(
                messageID: $0.id, event: $0.task == nil ? .outcome(outcome) : .polled(outcome),
                at: Self.now.adding(seconds: seconds), isPoll: $0.task != nil)
        }
    }

    private func kinds(_ ledger: Ledger) throws -> [String] {
        try ledger.pool.read {
            try String.fetchAll($0, sql: "SELECT kind FROM audit WHERE run = '' ORDER BY number")
        }
    }

    private func health(_ ledger: Ledger, after seconds: Int64 = 0) throws -> EndpointHealth {
        try Outbox(ledger).standings(["crm": Self.limits], now: Self.now.adding(seconds: seconds))[0].gate.health
    }

    @Test func theCheckOfTheTableNamesExactlyTheStatesOfTheMachine() throws {
        let run = try CommittedRun()
        let sql = try #require(
            try run.ledger.pool.read {
                try String.fetchOne($0, sql: "SELECT sql FROM sqlite_master WHERE name = 'endpoint_health'")
            })
        let start = try #require(sql.range(of: "CHECK (state IN (")).upperBound
        let end = try #require(sql[start...].range(of: ")")).lowerBound
        let states = sql[start..<end].split(separator: ",").map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: "' \n"))
        }
        #expect(Set(states) == Set(EndpointHealth.State.allCases.map(\.rawValue)))
    }

    @Test func aRateLimitOutlivesCrashesAndRestarts() throws {
        // Six messages of two runs.
        let run = try CommittedRun(runs: ["run-1", "run-2", "run-3"])
        let policies = ["crm": Self.robot]
        var total = 0
        // A crash loop: each courier claims what it may and dies.
        for courier in 0..<20 {
            let ledger = try Ledger(path: run.ledger.path)
            let owner = "courier-\(courier)"
            let now = Self.now.adding(seconds: Int64(courier))
            _ = try Outbox(ledger).recover(owner: owner, policies: policies, now: now)
            let claimed = try Outbox(ledger).exchange(
                reports: [], requests: [ClaimRequest(endpoint: "crm", limit: 2, policy: Self.robot)], owner: owner,
                policies: policies, now: now
            ).claimed
            total += claimed.count
            try ledger.pool.close()
        }
        #expect(total == 3, "what dead couriers may have sent counts")
        let later = Self.now.adding(seconds: 82)
        _ = try run.outbox.recover(owner: "last", policies: policies, now: later)
        #expect(try exchange(run.ledger, after: 82, owner: "last").claimed.count == 3)
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func aCallCountsFromItsEndAndOneThatNeverBeganNotAtAll() throws {
        let run = try CommittedRun(runs: ["run-1", "run-2", "run-3"])
        let first = try exchange(run.ledger).claimed
        #expect(first.count == 3)
        let released = DeliveryReport(messageID: first[0].id, event: .release, at: Self.now.adding(seconds: 5))
        let sent = reports(Array(first[1...]), ok, after: 50)
        #expect(try exchange(run.ledger, [released] + sent, after: 50).claimed.count == 1)
        #expect(try exchange(run.ledger, after: 110).claimed.isEmpty, "two ended at 50, one is under way")
        #expect(try exchange(run.ledger, after: 111).claimed.count == 2)
    }

    @Test func anEndpointWithoutLimitsInGoodHealthLeavesNoRow() throws {
        let run = try CommittedRun()
        let claimed = try exchange(run.ledger, policy: Self.plain).claimed
        _ = try exchange(run.ledger, reports(claimed, ok), policy: Self.plain)
        let rows = try run.ledger.pool.read {
            try Int.fetchOne(
                $0, sql: "SELECT (SELECT COUNT(*) FROM endpoint_health) + (SELECT COUNT(*) FROM rate_use)")
        }
        #expect(rows == 0 && claimed.count == 2)
    }

    @Test func aBreakerIsDurableAuditedAndClosedByItsProbe() throws {
        let run = try CommittedRun(runs: ["run-1", "run-2"])
        var claimed = try exchange(run.ledger, limit: 2, policy: Self.plain).claimed
        let opened = try exchange(run.ledger, reports(claimed, down), policy: Self.plain)
        #expect(opened.silenced == ["crm"] && opened.claimed.isEmpty)
        let ledger = try Ledger(path: run.ledger.path)
        #expect(try exchange(ledger, policy: Self.plain, after: 29).claimed.isEmpty)
        claimed = try exchange(ledger, policy: Self.plain, after: 30).claimed
        #expect(claimed.count == 1, "one probe")
        #expect(try exchange(ledger, policy: Self.plain, after: 31).claimed.isEmpty)
        // The probe is lost with its courier: the next message is the probe.
        _ = try Outbox(ledger).recover(
            owner: "courier-2", policies: ["crm": Self.plain], now: Self.now.adding(seconds: 40))
        claimed = try exchange(ledger, policy: Self.plain, after: 40, owner: "courier-2").claimed
        #expect(claimed.count == 1)
        let closed = try exchange(
            ledger, reports(claimed, ok, after: 41), policy: Self.plain, after: 41, owner: "courier-2")
        #expect(closed.claimed.count == 3)
        #expect(try kinds(ledger) == ["endpoint.opened", "endpoint.half_opened", "endpoint.closed"])
        #expect(try Audit(ledger).verify() == [])
    }

    @Test func whatMetGoneWaitsUntilAPersonEnablesTheEndpoint() throws {
        let run = try CommittedRun()
        let gone = DeliveryOutcome(.gone, code: "http-410", leftUs: true)
        let claimed = try exchange(run.ledger, limit: 1).claimed
        let after = try exchange(run.ledger, reports(claimed, gone))
        #expect(after.states == [.retry] && after.silenced == ["crm"] && after.claimed.isEmpty)
        #expect(try exchange(run.ledger, after: 86_400).claimed.isEmpty)
        let waits = try run.outbox.waits(["crm": Self.limits], now: Self.now)
        #expect(waits.map(\.reason) == [.disabled] && waits[0].code == "http-410" && waits[0].nextAt == nil)
        #expect(try run.outbox.apply(.enable, to: "crm", operatorName: "li", now: Self.now))
        #expect(try !run.outbox.apply(.enable, to: "crm", operatorName: "li", now: Self.now))
        let again = try exchange(run.ledger, after: 100).claimed
        #expect(again.map(\.attempt) == [2, 1], "no attempt was used up")
        #expect(try kinds(run.ledger) == ["endpoint.disabled", "endpoint.enabled"])
        let detail = try run.ledger.pool.read {
            try String.fetchOne($0, sql: "SELECT detail FROM audit WHERE kind = 'endpoint.enabled'")
        }
        #expect(detail?.hasSuffix(#","operator":"li"}"#) == true)
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func whatIsParkedStillExpires() throws {
        let run = try CommittedRun()
        _ = try run.outbox.apply(.disable, to: "crm", operatorName: "li", now: Self.now)
        let late = Self.now.adding(seconds: 259_201)
        #expect(try run.outbox.expire(now: late) == 3)
        #expect(try run.outbox.waits(["crm": Self.limits], now: late).isEmpty)
    }

    @Test(arguments: [
        "UPDATE endpoint_health SET state = 'closed', open_until = NULL", "DELETE FROM endpoint_health",
        "UPDATE endpoint_health SET since = since + 1", "UPDATE endpoint_health SET code = 'x'",
        "UPDATE endpoint_health SET trips = trips + 1", "UPDATE endpoint_health SET open_until = open_until - 30",
        "UPDATE endpoint_health SET held_until = held_until - 60",
        "UPDATE endpoint_health SET held_since = held_since - 60", "UPDATE endpoint_health SET hold_code = 'x'",
        """
        INSERT INTO endpoint_health VALUES ('files', 'disabled', 1, 'x', 0, NULL, NULL, NULL, NULL, 0, NULL, 0, 0)
        """,
    ])
    func aHealthThatWasChangedByHandIsFound(sql: String) throws {
        let run = try CommittedRun()
        let claimed = try exchange(run.ledger, limit: 2).claimed
        _ = try exchange(run.ledger, reports([claimed[0]], down))
        let busy = DeliveryOutcome(.retry, code: "http-503", holdSeconds: 60, leftUs: true)
        _ = try exchange(run.ledger, reports([claimed[1]], busy))
        #expect(try kinds(run.ledger) == ["endpoint.opened", "endpoint.held"])
        #expect(try Audit(run.ledger).verify() == [])
        try run.ledger.pool.write { try $0.execute(sql: sql) }
        #expect(try Audit(run.ledger).verify().map(\.problem) == [.changedEndpoint])
    }

    @Test func aTaskIsAskedAboutWithoutAClaimAndOnceMoreAfterItsEnd() throws {
        let run = try CommittedRun()
        var claimed = try exchange(run.ledger, limit: 1).claimed
        let accepted = DeliveryOutcome(.accepted, code: "created", leftUs: true, reference: "task-7")
        #expect(try exchange(run.ledger, reports(claimed, accepted), limit: 0).states == [.awaiting])
        #expect(try run.outbox.waits(["crm": Self.limits], now: Self.now)[0].isTask == false, "another message waits")
        claimed = try exchange(run.ledger, limit: 5, after: 3_600, asksTasks: true).claimed
        #expect(claimed.map(\.task) == [nil, "task-7"])
        let task = try #require(claimed.last)
        #expect(try Outbox(run.ledger).standings(["crm": Self.limits], now: Self.now)[0].gate.uses.underWay == 2)
        let waiting = DeliveryOutcome(.accepted, code: "waiting", leftUs: true)
        #expect(try exchange(run.ledger, reports([task], waiting, after: 3_601), after: 3_601).states == [.awaiting])
        // Stopped before it was asked: nothing but the rate limit knows.
        let back = DeliveryReport(
            messageID: task.id, event: .release, at: Self.now.adding(seconds: 3_700), isPoll: true)
        #expect(try exchange(run.ledger, [back], after: 3_700).states.isEmpty)
        // After the last moment the receiver has the last word.
        let late: Int64 = 259_201
        #expect(try run.outbox.expire(now: Self.now.adding(seconds: late)) == 1, "the file; the task not yet")
        claimed = try exchange(run.ledger, limit: 5, after: late, asksTasks: true).claimed
        #expect(claimed.map(\.id) == [task.id])
        #expect(try exchange(run.ledger, reports(claimed, down, after: late), after: late).states == [.expired])
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func aTaskWhoseReceiverIsSilentForADayExpires() throws {
        let run = try CommittedRun()
        let claimed = try exchange(run.ledger, limit: 1).claimed
        let accepted = DeliveryOutcome(.accepted, code: "created", leftUs: true, reference: "task-7")
        _ = try exchange(run.ledger, reports(claimed, accepted), limit: 0)
        #expect(try run.outbox.expire(now: Self.now.adding(seconds: 259_200 + 86_400)) == 2)
        #expect(try run.outbox.expire(now: Self.now.adding(seconds: 259_200 + 86_401)) == 1)
    }

    @Test func messagesThatEndInsteadOfBeingClaimedAreNamed() throws {
        let run = try CommittedRun(runs: ["run-1", "run-2"])
        var policy = Self.plain
        policy.onDoubt = .resendWithin(seconds: 60)
        let lost = DeliveryOutcome(.ambiguous, code: "timeout", leftUs: true)
        let claimed = try exchange(run.ledger, limit: 1, policy: policy).claimed
        _ = try exchange(run.ledger, reports(claimed, lost), limit: 0, policy: policy)
        let later = try exchange(run.ledger, limit: 2, policy: policy, after: 60)
        #expect(later.claimed.count == 1 && later.endedUnclaimed == [.inDoubt])
        let late = try exchange(run.ledger, limit: 10, policy: policy, after: 259_201)
        #expect(late.claimed.isEmpty && late.endedUnclaimed == [.expired, .expired])
    }
}
