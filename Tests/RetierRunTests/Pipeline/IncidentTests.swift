import Foundation
import RetierTestSupport
import Testing

/// Incidents as an operator sees them: registered, told, closed and compensated for, day by day.
@Suite struct IncidentTests {
    static let notice = """
        playbook: notice
        title: Notice
        version: 1
        on: daily
        priority: protect
        when: {all: ["incident.kind in [member-system]", incident.open]}
        steps: [{id: tell, do: message, via: ceo-office, template: incident/notice}]

        """
    static let grant = """
        playbook: grant
        title: Grant
        version: 1
        on: daily
        priority: protect
        when: {all: ["incident.kind in [member-system, shop]", "incident.open == false"]}
        steps:
          - id: coupon
            do: coupon
            via: crm
            template: incident/grant
            scale: {per_hour: 10.00, most: 25.00}

        """

    /// Members a to e: a ordered and b logged in while the system failed, c did so just before and just after, d did
    /// nothing; e came too late.
    static func bench(_ playbooks: [String] = [notice, grant]) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "language: zh", "language: en")
        try bench.edit("retier.yaml", "consent: marketing", "consent: none")
        try bench.edit("retier.yaml", "cap: {max: 2, per: P7D}", "cap: {max: 9, per: P7D}")
        try bench.edit(
            "retier.yaml", "affects: [order, event:login, event:redeem, event:service]\n    late: P30D\n",
            "affects: [order, event:login]\n  shop: {title: Shop, affects: [order]}\n")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for (number, text) in playbooks.enumerated() { try bench.write(text, to: "playbooks/\(number).yaml") }
        try bench.write("{{incident}} since {{incident_from}}", to: "templates/incident/notice.en.mustache")
        try bench.write(
            "{{with.amount}} for {{incident_hours}} h until {{incident_until}}",
            to: "templates/incident/grant.en.mustache")
        try bench.load("members", "member_id,joined_at\n" + "abcde".map { "\($0),2024-01-01\n" }.joined())
        try bench.load("orders", orders("o1,a,2024-10-12T09:10", "o2,c,2024-10-12T11:40", "o3,d,2024-10-01"))
        try bench.load("events", events("l1,b,2024-10-12T11:39:59", "l2,c,2024-10-12T09:09:59"))
        return bench
    }

    static func orders(_ rows: String...) -> String {
        "order_id,member_id,ordered_at,amount\n" + rows.map { $0 + ",10.00\n" }.joined()
    }

    static func events(_ rows: String...) -> String {
        "event_id,member_id,occurred_at,kind\n" + rows.map { $0 + ",login\n" }.joined()
    }

    static func open(
        _ bench: CommandBench, _ id: String = "out-1", from: String = "09:10", kind: String = "member-system"
    ) throws {
        let from = "2024-10-12T\(from)"
        try bench.must(["incident", "open", id, "--kind", kind, "--from", from, "--reason", "login fails"])
    }

    static func close(_ bench: CommandBench, _ id: String = "out-1", until: String = "11:40") throws -> String {
        try bench.must(["incident", "close", id, "--until", "2024-10-12T\(until)"]).errors
    }

    static func run(_ bench: CommandBench, _ days: ClosedRange<Int>) throws {
        for day in days { try bench.must(["run", "daily", "--as-of", "2024-10-\(day)"]) }
    }

    /// What was decided, oldest first.
    static func decisions(_ bench: CommandBench) throws -> [String] {
        try bench.ledger().lines(
            """
            SELECT strftime('%d', d.day * 86400, 'unixepoch'), m.member_id, d.playbook, d.reason,
                coalesce(d.choice, '-'), i.incident
            FROM decision d JOIN member m ON m.key = d.member LEFT JOIN incident_action i USING (action_id)
            ORDER BY d.day, m.member_id, d.playbook
            """)
    }

    @Test func membersAreToldAndThenCompensatedOnce() throws {
        let bench = try Self.bench()
        try Self.open(bench)
        try Self.run(bench, 12...13)
        // c logged in a second too early; the order at the end of the window counts while nobody knows the end.
        let told = ["12|a|notice|selected|-|out-1", "12|b|notice|selected|-|out-1", "12|c|notice|selected|-|out-1"]
        #expect(try Self.decisions(bench) == told)
        #expect(try Self.close(bench).contains("3 started hour(s)"))
        try Self.run(bench, 14...16)
        let granted = ["14|a|grant|selected|3h|out-1", "14|b|grant|selected|3h|out-1"]
        #expect(try Self.decisions(bench) == told + granted)
        #expect(try bench.ledger().lines("SELECT DISTINCT cost FROM decision WHERE playbook = 'grant'") == ["2500"])
        let sent = try bench.files("var/outgoing/crm").map { try bench.read("var/outgoing/crm/\($0)") }.joined()
        #expect(sent.contains("25.00 for 3 h until 2024-10-12 11:40"), "\(sent)")
        #expect(sent.contains(#""amount":"25.00""#) && sent.contains(#""choice":"3h""#))
        let staff = try bench.files("var/outgoing/staff").map { try bench.read("var/outgoing/staff/\($0)") }.joined()
        #expect(staff.contains("failure of the member system since 2024-10-12 09:10"))
        try bench.must(["audit", "verify"])
    }

    @Test func rowsThatComeLateAreTakenUpWhateverTheirOrder() throws {
        let bench = try Self.bench([Self.grant])
        try Self.open(bench)
        _ = try Self.close(bench)
        try Self.run(bench, 13...14)
        try bench.load("orders", Self.orders("o9,e,2024-10-12T10:00", "o1,a,2024-10-12T09:10", "o8,a,2024-10-12T09:20"))
        try bench.load("events", Self.events("l9,e,2024-10-12T09:30"))
        try Self.run(bench, 15...17)
        #expect(
            try Self.decisions(bench) == [
                "13|a|grant|selected|3h|out-1", "13|b|grant|selected|3h|out-1", "15|e|grant|selected|3h|out-1",
            ])
        // The first fact is the evidence, not the first that came.
        let evidence = try bench.ledger().lines(
            "SELECT evidence FROM decision d JOIN member m ON m.key = d.member WHERE m.member_id = 'e'")
        #expect(
            evidence == [
                #"{"incident":"out-1","fact":"event:login","fact_at":"2024-10-12T01:30:00Z","choice":"3h"}"#
            ])
    }

    @Test func aMergedMemberIsCompensatedOnceAndWhatWasGrantedBeforeCounts() throws {
        let bench = try Self.bench([Self.grant])
        try Self.open(bench)
        _ = try Self.close(bench)
        // d did nothing, but b, who did, is the same person; so is e, to whom the order is moved.
        try bench.must(["identities", "merge", "d", "b", "--reason", "one phone"])
        try Self.run(bench, 13...13)
        #expect(
            try Self.decisions(bench) == ["13|a|grant|selected|3h|out-1", "13|d|grant|selected|3h|out-1"])
        try bench.must(["identities", "merge", "e", "a", "--reason", "one phone"])
        try Self.run(bench, 14...15)
        #expect(try Self.decisions(bench).count == 2)
        // Members who are two again were compensated as one was; the other one has its own claim.
        try bench.must(["identities", "unmerge", "b", "--reason", "two phones"])
        try Self.run(bench, 16...17)
        #expect(try Self.decisions(bench).dropFirst(2) == ["16|b|grant|selected|3h|out-1"])
    }

    @Test func twoIncidentsAreTwoCompensationsOneDayAfterTheOther() throws {
        let bench = try Self.bench([Self.grant])
        try Self.open(bench, "late", from: "09:00", kind: "shop")
        _ = try Self.close(bench, "late", until: "09:30")
        try Self.open(bench)
        _ = try Self.close(bench)
        try Self.run(bench, 13...16)
        #expect(
            try Self.decisions(bench) == [
                "13|a|grant|selected|1h|late", "13|b|grant|selected|3h|out-1", "14|a|grant|selected|3h|out-1",
            ])
    }

    @Test func reopeningAndClosingAgainGrantsNothingTwice() throws {
        let bench = try Self.bench([Self.grant])
        try Self.open(bench)
        _ = try Self.close(bench, until: "10:00")
        try Self.run(bench, 13...13)
        #expect(try Self.decisions(bench) == ["13|a|grant|selected|1h|out-1"])
        try bench.must(["incident", "reopen", "out-1", "--reason", "not over"])
        try Self.run(bench, 14...14)
        _ = try Self.close(bench)
        try Self.run(bench, 15...16)
        #expect(
            try Self.decisions(bench) == ["13|a|grant|selected|1h|out-1", "15|b|grant|selected|3h|out-1"])
        #expect(
            try bench.ledger().lines("SELECT kind FROM audit WHERE kind LIKE 'incident.%' ORDER BY number") == [
                "incident.opened", "incident.closed", "incident.reopened", "incident.closed",
            ])
        try bench.must(["audit", "verify"])
    }

    @Test func aPlanMadeBeforeAWordOnAnIncidentIsRefused() throws {
        let bench = try Self.bench()
        try Self.open(bench)
        try bench.must(["plan", "daily", "--as-of", "2024-10-12"])
        _ = try Self.close(bench)
        let apply = try bench.retier(["apply", bench.path("var/plans/daily-2024-10-12.plan")])
        #expect(apply.status == 4 && apply.errors.contains("incidents changed"), "\(apply.errors)")
        // Applied twice, a plan grants once.
        try bench.must(["plan", "daily", "--as-of", "2024-10-13"])
        for _ in 1...2 { try bench.must(["apply", bench.path("var/plans/daily-2024-10-13.plan")]) }
        #expect(try Self.decisions(bench).count == 2)
    }

    @Test func whatABudgetDefersIsGrantedLaterAndOnce() throws {
        let bench = try Self.bench([Self.grant + "budget: {actions: 1, per: P1D}\n"])
        try Self.open(bench)
        _ = try Self.close(bench)
        try Self.run(bench, 13...15)
        let decided = try Self.decisions(bench)
        let granted = Set(decided.map { String($0.dropFirst(3)) }.filter { $0.contains("selected") })
        #expect(decided.count == 3 && granted.count == 2, "\(decided)")
        #expect(decided.filter { $0.contains("|budget|") }.count == 1, "\(decided)")
        // What money cannot pay waits whole: it is not made smaller.
        let poor = try Self.bench([Self.grant + "budget: {amount: 24.00, per: P1D}\n"])
        try Self.open(poor)
        _ = try Self.close(poor)
        try Self.run(poor, 13...14)
        #expect(try Self.decisions(poor).allSatisfy { $0.contains("|budget|-|") })
    }

    @Test func explainNamesTheIncidentAndTheFactAndAnswersWhyNot() throws {
        let bench = try Self.bench()
        try Self.open(bench)
        _ = try Self.close(bench)
        try Self.run(bench, 13...13)
        let granted = try bench.must(["explain", "a", "--playbook", "grant"]).output
        #expect(granted.contains(#"step coupon: send [selected] {"incident":"out-1","fact":"order""#), "\(granted)")
        let line = "incident out-1 [member-system] 2024-10-12 09:10 - 2024-10-12 11:40: order 2024-10-12 09:10"
        #expect(granted.contains(line), "\(granted)")
        #expect(!granted.contains("this differs"), "\(granted)")
        let why = try bench.must(["explain", "c", "--why-not", "grant"]).output
        #expect(why.contains("affected by no incident"), "\(why)")
        #expect(why.contains("✗ incident.kind in [member-system, shop]  (actual: none)"), "\(why)")
        try Self.run(bench, 14...14)
        let settled = try bench.must(["explain", "a", "--why-not", "grant"]).output
        #expect(settled.contains("settled: coupon") && !settled.contains("this differs"), "\(settled)")
        let notice = try bench.must(["explain", "a", "--why-not", "notice"]).output
        #expect(notice.contains("✗ incident.open  (actual: false)"), "\(notice)")
    }

    @Test func theSameIncidentsGiveTheSamePlanByteForByte() throws {
        var digests: Set<String> = []
        for isTurned in [false, true] {
            let bench = try Self.bench([Self.grant])
            let kinds: [(String, String, String)] = [("x", "09:00", "shop"), ("y", "09:10", "member-system")]
            for (id, from, kind) in isTurned ? kinds.reversed() : kinds {
                try Self.open(bench, id, from: from, kind: kind)
                _ = try Self.close(bench, id)
            }
            try bench.must(["plan", "daily", "--as-of", "2024-10-13"])
            let rows = try bench.must(["show", bench.path("var/plans/daily-2024-10-13.plan"), "--format", "csv"]).output
            digests.insert(rows)
        }
        #expect(digests.count == 1)
    }

    @Test func aWrongRegistrationIsWithdrawnBeforeAnythingWasGranted() throws {
        let bench = try Self.bench()
        try Self.open(bench)
        try bench.must(["plan", "daily", "--as-of", "2024-10-12"])
        try bench.must(["apply", bench.path("var/plans/daily-2024-10-12.plan"), "--no-deliver"])
        let word = try bench.must(["incident", "withdraw", "out-1", "--reason", "false alarm"]).errors
        #expect(word.contains("1 message(s) cancelled that had not left, 0 action(s)"), "\(word)")
        try bench.must(["deliver"])
        #expect(bench.files("var/outgoing").isEmpty)
        try Self.run(bench, 13...14)
        #expect(try Self.decisions(bench).count == 3)
        // Of another id it is another matter, until something was granted.
        try Self.open(bench, "out-2")
        _ = try Self.close(bench, "out-2")
        try bench.must(["plan", "daily", "--as-of", "2024-10-15"])
        try bench.must(["apply", bench.path("var/plans/daily-2024-10-15.plan"), "--no-deliver"])
        let late = try bench.retier(["incident", "withdraw", "out-2", "--reason", "x"])
        #expect(late.status == 64 && late.errors.contains("has been compensated for already"), "\(late.errors)")
        try bench.must(["audit", "verify"])
    }
}
