import Foundation
import RetierTestSupport
import Testing

/// Escalations as an operator sees them: day by day, with orders, replies and acknowledgements in between.
@Suite struct CaseTests {
    private static let ladder = """
        playbook: ladder
        title: Ladder
        version: 1
        on: daily
        priority: base
        when: days_since_order >= 30
        once_per: P90D
        stop_when: [order, event:reply]
        steps:
          - {id: l1, level: L1, do: care, via: service-desk}
          - {id: l2, level: L2, after: P3D, do: benefit, via: service-desk}
          - {id: l3, level: L3, after: P7D, do: ceo_direct, via: ceo-office}

        """
    private static let coupon = """
        playbook: coupon
        title: Coupon
        version: 1
        on: daily
        priority: protect
        when: days_since_order >= 32
        once_per: P90D
        steps: [{id: s1, do: coupon, via: ceo-office}]

        """

    /// A brand whose only playbooks are these, with one member who bought last on 10 September.
    private func bench(_ playbooks: [String] = [ladder], members: [String] = ["a"]) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "cap: {max: 2, per: P7D}\n    max_bytes: 420", "max_bytes: 420")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for (number, text) in playbooks.enumerated() { try bench.write(text, to: "playbooks/\(number).yaml") }
        try bench.load("members", "member_id,joined_at\n" + members.map { "\($0),2026-01-01\n" }.joined())
        try bench.load(
            "orders",
            "order_id,member_id,ordered_at,amount\n" + members.map { "o-\($0),\($0),2026-09-10,10.00\n" }.joined())
        return bench
    }

    /// What was decided, oldest first, but for later steps.
    private func decisions(_ bench: CommandBench, _ columns: String = "day, step, reason") throws -> [String] {
        try bench.ledger().lines(
            """
            SELECT \(columns.replacingOccurrences(of: "day", with: "date(day * 86400, 'unixepoch')"))
            FROM decision WHERE reason <> 'later-step' ORDER BY day, member, playbook, step
            """)
    }

    private func run(_ bench: CommandBench, _ days: ClosedRange<Int>) throws {
        for day in days { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
    }

    @Test func theLevelsFollowEachOtherUntilNobodyAnswers() throws {
        let bench = try bench()
        try run(bench, 10...31)
        #expect(
            try decisions(bench) == [
                "2026-10-10|l1|selected", "2026-10-13|l2|selected", "2026-10-17|l3|selected",
                // Two weeks after the last level the case is over; from then on once_per keeps the member out.
                "2026-10-31|l1|once-per", "2026-10-31|l2|once-per", "2026-10-31|l3|once-per",
            ])
        #expect(try bench.ledger().lines("SELECT state, level FROM member_case") == ["unanswered|3"])
        #expect(bench.files("var/outgoing/staff").count == 3)
        #expect(try bench.must(["case", "list", "--format", "csv"]).output.split(separator: "\n").count == 1)
        let all = try bench.must(["case", "list", "--all", "--format", "csv"]).output
        #expect(all.contains(",a,ladder,unanswered,no,3,2026-10-10,"))
        try bench.must(["audit", "verify"])
    }

    /// The monthly refresh does not take the steps of a daily ladder, and gives way to it like everything else.
    @Test func aRefreshKeepsOffWhoIsInADailyEscalation() throws {
        let bench = try bench([Self.ladder, Self.coupon.replacingOccurrences(of: "on: daily", with: "on: refresh")])
        try run(bench, 10...10)
        try bench.must(["run", "refresh", "--as-of", "2026-10-13"])
        try run(bench, 13...13)
        #expect(
            try decisions(bench, "day, playbook, step, reason") == [
                "2026-10-10|ladder|l1|selected", "2026-10-13|coupon|s1|open-case", "2026-10-13|ladder|l2|selected",
            ])
        let why = try bench.must(["explain", "a", "--why-not", "coupon"]).output
        #expect(why.contains("open-case"))
    }

    @Test func whatWasMissedIsCaughtUpOneStepAtATimeOrLeftOut() throws {
        let bench = try bench()
        try run(bench, 10...10)
        try run(bench, 16...21)
        #expect(
            try decisions(bench) == [
                "2026-10-10|l1|selected", "2026-10-16|l2|selected", "2026-10-20|l3|selected",
            ])
        let late = try self.bench()
        try run(late, 10...10)
        try run(late, 21...24)
        // L2 could be sent until the 20th; L3, due on the 17th, until the 24th.
        #expect(
            try decisions(late) == [
                "2026-10-10|l1|selected", "2026-10-21|l2|too-late", "2026-10-22|l3|selected",
            ])
    }

    @Test(arguments: [
        ("orders", "order_id,member_id,ordered_at,amount\nnew,a,2026-10-11,5.00\n", "recovered", "order new"),
        ("orders", "order_id,member_id,ordered_at,amount\ngift,a,2026-10-11,0.00\n", "recovered", "order gift"),
        ("events", "event_id,member_id,occurred_at,kind\ne1,a,2026-10-11,reply\n", "recovered", "event reply e1"),
        ("acks", "ack_id,member_id,at,by\n1,a,2026-10-11,Li\n", "acknowledged", "event ack ack:1"),
    ])
    func comingBackClosesTheCaseAtOnce(kind: String, rows: String, state: String, cause: String) throws {
        let bench = try bench()
        try run(bench, 10...10)
        // The same rows twice, and the order that was known before, close nothing.
        try bench.load("orders", "order_id,member_id,ordered_at,amount\no-a,a,2026-09-10,10.00\n")
        #expect(try bench.ledger().lines("SELECT state FROM member_case") == ["open"])
        #expect(try bench.load(kind, rows).errors.contains("1 case(s) closed"))
        #expect(try bench.ledger().lines("SELECT state, cause FROM member_case") == ["\(state)|\(cause)"])
        #expect(!(try bench.load(kind, rows).errors.contains("case(s) closed")))
        try run(bench, 13...17)
        #expect(try decisions(bench).filter { !$0.contains("once-per") } == ["2026-10-10|l1|selected"])
        #expect(
            try bench.ledger().lines("SELECT kind, json_extract(detail, '$.cause') FROM audit WHERE kind LIKE 'case.%'")
                == ["case.\(state)|\(cause)"])
        try bench.must(["audit", "verify"])
    }

    @Test(arguments: [
        ("orders", "order_id,member_id,ordered_at,amount\nback,a,2026-10-11,-5.00\n"),
        ("orders", "order_id,member_id,ordered_at,amount,status\nnew,a,2026-10-11,5.00,cancelled\n"),
        ("events", "event_id,member_id,occurred_at,kind\ne1,a,2026-10-11,visit\n"),
        ("acks", "ack_id,member_id,at,ref\n1,a,2026-10-11,case_of_somebody_else\n"),
    ])
    func otherThingsCloseNothing(kind: String, rows: String) throws {
        let bench = try bench()
        try run(bench, 10...10)
        try bench.load(kind, rows)
        #expect(try bench.ledger().lines("SELECT state FROM member_case") == ["open"])
    }

    @Test func whatHasNotLeftIsCancelledAndOnlyThat() throws {
        let bench = try bench(members: ["a", "b"])
        try bench.must(["plan", "daily", "--as-of", "2026-10-10"])
        try bench.must(["apply", bench.path("var/plans/daily-2026-10-10.plan"), "--no-deliver"])
        let ack = try bench.must(["case", "ack", "a", "--reason", "called her"])
        #expect(ack.errors.contains("1 case(s) closed, 1 message(s) cancelled"))
        try bench.must(["deliver"])
        let sent = try bench.files("var/outgoing/staff").map { try bench.read("var/outgoing/staff/\($0)") }
        #expect(sent.count == 1 && sent[0].contains("\"member_id\":\"b\""))
        #expect(
            try bench.ledger().lines("SELECT DISTINCT state FROM message ORDER BY 1") == ["cancelled", "delivered"])
        #expect(
            try bench.ledger().lines(
                "SELECT json_extract(detail, '$.operator') FROM audit WHERE kind = 'case.acknowledged'")
                == ["operator-li"])
        #expect(try bench.retier(["case", "ack", "a"]).status == 64, "there is no open case any more")
        #expect(try bench.retier(["case", "close", "nobody", "--reason", "x"]).status == 64)
        try bench.must(["audit", "verify"])
        let explained = try bench.must(["explain", "a", "--run"] + bench.ledger().lines("SELECT id FROM run")).output
        #expect(explained.contains("acknowledged, 2026-10-10, L1 {called her}"))
    }

    @Test func aPlanMadeBeforeACaseWasClosedIsRefused() throws {
        let bench = try bench()
        try run(bench, 10...10)
        try bench.must(["plan", "daily", "--as-of", "2026-10-13"])
        try bench.must(["case", "close", "a", "--reason", "moved abroad"])
        let apply = try bench.retier(["apply", bench.path("var/plans/daily-2026-10-13.plan")])
        #expect(apply.status == 4 && apply.errors.contains("cases changed (1, now 0)"), "\(apply.errors)")
    }

    @Test func nothingElseIsSentToAMemberInAnEscalation() throws {
        let bench = try bench([Self.ladder, Self.coupon])
        try run(bench, 12...13)
        try bench.must(["case", "ack", "a"])
        try run(bench, 14...14)
        let columns = "day, playbook, step, reason"
        #expect(
            try decisions(bench, columns).filter { !$0.contains("once-per") } == [
                // The coupon has the higher priority, and gives way to the escalation that begins.
                "2026-10-12|coupon|s1|open-case", "2026-10-12|ladder|l1|selected", "2026-10-13|coupon|s1|open-case",
                "2026-10-14|coupon|s1|selected",
            ])
        let evidence = try bench.ledger().lines("SELECT evidence FROM decision WHERE reason = 'open-case' ORDER BY day")
        #expect(evidence[0] == #"{"by":"ladder"}"#)
        #expect(evidence[1].contains(#""playbook":"ladder","since":"2026-10-12","level":"1"}"#))
    }

    @Test func controlsKeepTheSameClockAndGetNothing() throws {
        let members = (1...40).map { "m\($0)" }
        let bench = try bench([Self.ladder + "experiment: {holdout: 50%}\n"], members: members)
        try run(bench, 10...18)
        let days = try ["send", "hold_out"].map { verdict in
            try bench.ledger().lines(
                """
                SELECT DISTINCT date(day * 86400, 'unixepoch'), step FROM decision WHERE verdict = '\(verdict)'
                ORDER BY 1
                """)
        }
        #expect(days[0] == ["2026-10-10|l1", "2026-10-13|l2", "2026-10-17|l3"])
        #expect(days[1] == days[0])
        let groups = try bench.ledger().lines(
            "SELECT is_shadow, count(*) > 9, min(level), max(level) FROM member_case GROUP BY 1")
        #expect(groups == ["0|1|3|3", "1|1|3|3"])
        #expect(
            try bench.ledger().lines(
                """
                SELECT member FROM decision WHERE verdict IN ('send', 'hold_out')
                GROUP BY member HAVING count(DISTINCT verdict) > 1
                """) == [])
    }

    @Test func theLastLevelWaitsForAnApprovalOfThatPlan() throws {
        let bench = try bench([
            Self.ladder.replacingOccurrences(of: "via: ceo-office}", with: "via: ceo-office, approval: required}")
        ])
        try run(bench, 10...16)
        let nothing = try bench.retier(["approve", bench.path("var/plans/daily-2026-10-16.plan"), "--reason", "x"])
        #expect(nothing.status == 64 && nothing.errors.contains("nothing waits for approval"))
        try run(bench, 17...18)
        try bench.must(["plan", "daily", "--as-of", "2026-10-19"])
        let approved = try bench.must(["approve", bench.path("var/plans/daily-2026-10-18.plan"), "--reason", "do it"])
        #expect(approved.errors.contains("1 action(s) approved"))
        let stale = try bench.retier(["apply", bench.path("var/plans/daily-2026-10-19.plan")])
        #expect(stale.status == 4 && stale.errors.contains("approvals changed (0, now 1)"))
        try run(bench, 19...20)
        #expect(
            try decisions(bench).suffix(3) == [
                "2026-10-17|l3|needs-approval", "2026-10-18|l3|needs-approval", "2026-10-19|l3|selected",
            ])
        #expect(
            try bench.ledger().lines(
                "SELECT json_extract(detail, '$.operator', '$.reason') FROM audit WHERE kind = 'plan.approved'")
                == [#"["operator-li","do it"]"#])
        try bench.must(["audit", "verify"])
    }

    @Test func aPausedPlaybookStopsTheClockAndLetsNobodyIn() throws {
        let bench = try bench(members: ["a", "b"])
        try bench.load("orders", "order_id,member_id,ordered_at,amount\nnew,b,2026-09-13,5.00\n")
        try run(bench, 10...11)
        try bench.edit("playbooks/0.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 12...20)
        #expect(try bench.ledger().lines("SELECT state FROM member_case") == ["paused"])
        try bench.edit("playbooks/0.yaml", "\npaused: true", "")
        try run(bench, 21...23)
        // The clock stood from the 12th to the 21st: L2 comes nine days later than the 13th.
        #expect(
            try decisions(bench, "day, member, step, reason").map { String($0.dropFirst(8)) } == [
                "10|1|l1|selected", "21|2|l1|selected", "22|1|l2|selected",
            ])
    }
}
