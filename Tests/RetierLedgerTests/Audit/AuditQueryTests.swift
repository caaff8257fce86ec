import RetierCore
import RetierLedger
import Testing

@Suite struct AuditQueryTests {
    private func rows(_ query: AuditQuery, in run: CommittedRun) throws -> [AuditRow] {
        var rows: [AuditRow] = []
        try query.forEachRow(in: run.ledger) { rows.append($0) }
        return rows
    }

    private func delivered() throws -> CommittedRun {
        let run = try CommittedRun(runs: ["run-1", "run-2"])
        _ = try run.claim(limit: 1)
        try run.outbox.exchange(
            reports: [
                DeliveryReport(
                    messageID: "run-1-msg-0",
                    event: .outcome(DeliveryOutcome(.delivered, code: "ok", httpStatus: 202, leftUs: true)),
                    at: CommittedRun.now.adding(seconds: 3))
            ], requests: [], owner: "courier-1", policies: CommittedRun.policies, now: CommittedRun.now)
        return run
    }

    @Test func theColumnsAreThoseOfTheContract() throws {
        let contract =
            "at,run,action_id,member_id,playbook,version,step,level,type,channel,endpoint,arm,state,reason,message_id,"
            + "attempts,http_status,code,cost,as_of,tags,counts_to,tier,quiet,first_attempt_at,last_attempt_at,incident"
        #expect(AuditRow.columns.joined(separator: ",") == contract)
        let first = try rows(AuditQuery(state: "delivered"), in: delivered())
        #expect(first.count == 1)
        let values = first[0].values(decimals: 2).map { $0 ?? "" }
        #expect(
            values.joined(separator: ",")
                == "2025-06-15T15:06:43Z,run-1,run-1-action-0,m-b,welcome,1,s1,1,care,sms,crm,a,delivered,selected,"
                + "run-1-msg-0,1,202,ok,14.00,2024-10-04,,*,core,,2025-06-15T15:06:40Z,2025-06-15T15:06:40Z,")
        let refused = try rows(AuditQuery(run: "run-2", state: "suppress"), in: delivered())
        let texts = refused[0].values(decimals: 2).map { $0 ?? "" }
        #expect(
            texts.joined(separator: ",")
                == "2025-06-15T15:06:40Z,run-2,run-2-action-x,m-a,welcome,1,s1,,care,sms,crm,,suppress,"
                + "no-consent,,,,,0.00,2024-10-04,,*,,,,,"
        )
    }

    @Test func rowsComeByRunMemberAndAction() throws {
        let all = try rows(AuditQuery(), in: delivered())
        #expect(
            all.map(\.actionID)
                == ["run-1", "run-2"].flatMap { run in ["1", "x", "0", "2"].map { "\(run)-action-\($0)" } })
    }

    @Test(arguments: [
        (AuditQuery(member: "m-a"), 4), (AuditQuery(member: "nobody"), 0), (AuditQuery(playbook: "welcome"), 8),
        (AuditQuery(playbook: "other"), 0), (AuditQuery(run: "run-2"), 4), (AuditQuery(state: "pending"), 5),
        (AuditQuery(state: "suppress"), 2), (AuditQuery(since: CommittedRun.now.adding(seconds: 1)), 1),
        (AuditQuery(since: CommittedRun.now), 8), (AuditQuery(member: "m-b", run: "run-1", state: "pending"), 1),
    ])
    func filtersNarrow(query: AuditQuery, count: Int) throws {
        #expect(try rows(query, in: delivered()).count == count)
    }
}
