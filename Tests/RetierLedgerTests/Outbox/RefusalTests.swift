import GRDB
import RetierCore
import RetierLedger
import Testing

/// Single actions that a receiver refuses although it takes their message.
@Suite struct RefusalTests {
    private func delivered(
        _ refusals: [ActionRefusal], verdict: DeliveryOutcome.Verdict = .delivered
    ) throws -> (run: CommittedRun, refused: Int) {
        let run = try CommittedRun()
        let claimed = try run.claim()
        let outcome = DeliveryOutcome(verdict, code: "ok", httpStatus: 200, leftUs: true, refusals: refusals)
        let result = try run.outbox.exchange(
            reports: claimed.map { DeliveryReport(messageID: $0.id, event: .outcome(outcome), at: CommittedRun.now) },
            requests: [], owner: "courier-1", policies: CommittedRun.policies, now: CommittedRun.now)
        return (run, result.refusedActions)
    }

    private func rows(_ run: CommittedRun) throws -> [String] {
        try run.ledger.pool.read {
            try String.fetchAll(
                $0,
                sql: """
                    SELECT message || ' ' || subject || ' ' || action_id || ' ' || code FROM action_refusal
                    ORDER BY message, subject, action_id
                    """)
        }
    }

    private func states(_ run: CommittedRun) throws -> [String] {
        var states: [String] = []
        try AuditQuery(run: "run-1").forEachRow(in: run.ledger) { row in
            states.append("\(row.actionID) \(row.state) \(row.code ?? "-")")
        }
        return states.sorted()
    }

    @Test func aRefusedActionIsRejectedAlthoughItsMessageWasDelivered() throws {
        let (run, refused) = try delivered([
            ActionRefusal(.recipient("ext-0"), code: "invalid-user"),
            ActionRefusal(.action(id: "run-1-action-1"), code: "http 4\u{7}22"),
        ])
        #expect(refused == 2)
        #expect(
            try rows(run) == [
                "run-1-msg-0 ext-0 run-1-action-0 invalid-user", "run-1-msg-0 run-1-action-1  http_4_22",
                "run-1-msg-1 ext-0  invalid-user", "run-1-msg-1 run-1-action-1 run-1-action-1 http_4_22",
            ])
        #expect(
            try states(run) == [
                "run-1-action-0 rejected invalid-user", "run-1-action-1 rejected http_4_22", "run-1-action-2 pending -",
                "run-1-action-x suppress -",
            ])
        #expect(try run.outbox.refusedActions() == 2)
        // The report counts as the audit trail does.
        let counted = try run.ledger.reportFigures().messages.map {
            "\($0.endpoint) \($0.state) \($0.messages) \($0.actions)"
        }
        #expect(counted == ["crm delivered 2 0", "crm rejected 0 2", "files pending 1 1"])
        var rejected: [String] = []
        try AuditQuery(state: "rejected").forEachRow(in: run.ledger) { rejected.append($0.actionID) }
        #expect(rejected.sorted() == ["run-1-action-0", "run-1-action-1"])
        var taken = 0
        try AuditQuery(state: "delivered").forEachRow(in: run.ledger) { _ in taken += 1 }
        #expect(taken == 0)
        let told = try #require(try run.ledger.decisions(ofMember: "m-a")).compactMap(\.refusal)
        #expect(told == ["http_4_22"])
        #expect(try Audit(run.ledger).verify() == [])
        let entries = try run.ledger.pool.read {
            try String.fetchAll($0, sql: "SELECT detail FROM audit WHERE kind = 'action.refused' ORDER BY number")
        }
        #expect(entries.count == 4)
        #expect(
            entries.first
                == #"{"message":"run-1-msg-0","subject":"ext-0","action_id":"run-1-action-0","code":"invalid-user"}"#)
    }

    @Test(arguments: [DeliveryOutcome.Verdict.retry, .throttled, .gone, .ambiguous])
    func whatIsNotFinalRefusesNothing(verdict: DeliveryOutcome.Verdict) throws {
        let (run, refused) = try delivered([ActionRefusal(.recipient("ext-0"), code: "x")], verdict: verdict)
        #expect(try refused == 0 && rows(run).isEmpty)
    }

    @Test func aTaskMayRefuseSomeWhileItsOthersAreAwaited() throws {
        let (run, refused) = try delivered([ActionRefusal(.recipient("ext-0"), code: "first")], verdict: .accepted)
        #expect(refused == 1)
        #expect(try states(run).prefix(2) == ["run-1-action-0 rejected first", "run-1-action-1 awaiting ok"])
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func aPersonsRecipientMayStandForSeveralActionsAndTheFirstWordCounts() throws {
        let run = try CommittedRun()
        try run.ledger.pool.write {
            try $0.execute(
                sql: "INSERT INTO message_recipient VALUES ('run-1-msg-0', 'ext-0', 'run-1-action-7')")
        }
        let refusals = [ActionRefusal(.recipient("ext-0"), code: "a"), ActionRefusal(.recipient("ext-0"), code: "b")]
        try run.deliver(DeliveryOutcome(.delivered, code: "ok", leftUs: true, refusals: refusals))
        #expect(
            try rows(run).prefix(2) == [
                "run-1-msg-0 ext-0 run-1-action-0 a", "run-1-msg-0 ext-0 run-1-action-7 a",
            ])
        #expect(try run.outbox.refusedActions() == 2)
    }

    /// A receiver that answers rubbish must not fill the ledger.
    @Test func strangersAreKeptUpToALimit() throws {
        let strangers = (0..<500).map { number in
            ActionRefusal(.recipient("\(number)" + String(repeating: "n", count: 1_000)), code: "c")
        }
        let (run, refused) = try delivered(strangers + [ActionRefusal(.recipient("ext-0"), code: "")])
        #expect(refused == 1)
        let rows = try rows(run)
        #expect(rows.contains("run-1-msg-0 ext-0 run-1-action-0 refused"))
        #expect(rows.count == 100 + 1 + 100 && rows.allSatisfy { $0.utf8.count < 200 })
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func refusedActionsFillNoCapAndSpendNoBudgetAndMakePlansStale() throws {
        let (run, _) = try delivered([ActionRefusal(.recipient("ext-0"), code: "x")])
        let day = Day(number: 20_000)
        // Key 1 holds the member of actions 0 and 2, key 2 that of action 1.
        let history = try run.ledger.sendHistory(keys: [1, 2], since: day)
        #expect(history[0].map(\.fillsCap).filter { $0 }.count == 1, "action 2 is still to leave, action 0 is refused")
        #expect(history[0].count == 2 && history[1].map(\.fillsCap) == [true])
        var playbook = try PlanWorld().playbook
        playbook.budget = .init(.money(Money(minorUnits: 1)), per: CalendarPeriod(months: 1))
        #expect(try run.ledger.budgetUse(of: Budget.all(of: [], [playbook]), asOf: day)["welcome"]?.total == 2_800)
        let fresh = try CommittedRun()
        func deliveries(_ run: CommittedRun) throws -> PlanInput? {
            try run.ledger.planInputs().first { $0.name == "deliveries" }
        }
        #expect(try deliveries(fresh)?.count == 0 && deliveries(run)?.count == 1)
        #expect(try deliveries(fresh)?.digest != deliveries(run)?.digest)
    }
}
