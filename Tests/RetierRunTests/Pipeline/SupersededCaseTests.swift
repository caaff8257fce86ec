import Foundation
import GRDB
import RetierTestSupport
import Testing

/// A member is in one escalation: another one that begins ends the one that is paused, and so does finding that two
/// members are one.
@Suite struct SupersededCaseTests {
    /// `ladder` takes members in after 30 days without an order, `other` after 32.
    private static func playbook(_ id: String, days: Int) -> String {
        """
        playbook: \(id)
        title: \(id)
        version: 1
        on: daily
        priority: base
        when: days_since_order >= \(days)
        once_per: P90D
        stop_when: [order]
        steps:
          - {id: l1, level: L1, do: care, via: service-desk}
          - {id: l2, level: L2, after: P3D, do: benefit, via: service-desk}
          - {id: l3, level: L3, after: P7D, do: ceo_direct, via: ceo-office}

        """
    }

    /// Members who bought last on a day of September; `language` is the brand's.
    private func bench(_ members: [String: Int] = ["a": 10], language: String = "en") throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "cap: {max: 2, per: P7D}\n    max_bytes: 420", "max_bytes: 420")
        try bench.edit("retier.yaml", "language: zh", "language: \(language)")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        for (id, days) in [("ladder", 30), ("other", 32)] {
            try bench.write(Self.playbook(id, days: days), to: "playbooks/\(id).yaml")
        }
        let rows = members.sorted { $0.key < $1.key }
        try bench.load("members", "member_id,joined_at\n" + rows.map { "\($0.key),2026-01-01\n" }.joined())
        try bench.load(
            "orders",
            "order_id,member_id,ordered_at,amount\n"
                + rows.map { "o-\($0.key),\($0.key),2026-09-\($0.value),10.00\n" }.joined())
        return bench
    }

    /// Somebody becomes known who ordered once.
    private func join(_ bench: CommandBench, _ member: String, lastOrder: String) throws {
        try bench.load("members", "member_id,joined_at\n\(member),2026-01-01\n")
        try bench.load(
            "orders", "order_id,member_id,ordered_at,amount\no-\(member),\(member),\(lastOrder),10.00\n")
    }

    private func run(_ bench: CommandBench, _ days: ClosedRange<Int>, deliver: Bool = true) throws {
        for day in days {
            let plan = bench.path("var/plans/daily-2026-10-\(day).plan")
            try bench.must(["plan", "daily", "--as-of", "2026-10-\(day)"])
            try bench.must(["apply", plan] + (deliver ? [] : ["--no-deliver"]))
        }
    }

    /// What was sent, by day, playbook and step.
    private func sends(_ bench: CommandBench, _ member: String = "member") throws -> [String] {
        try bench.ledger().lines(
            """
            SELECT strftime('%d', day * 86400, 'unixepoch'), playbook, step FROM decision
            WHERE verdict = 'send' ORDER BY day, \(member), playbook, step
            """)
    }

    private func last(_ bench: CommandBench) throws -> String {
        try bench.ledger().lines("SELECT id FROM run ORDER BY as_of DESC LIMIT 1")[0]
    }

    private func cases(_ bench: CommandBench) throws -> [String] {
        try bench.ledger().lines("SELECT playbook, state FROM member_case ORDER BY opened, member, playbook")
    }

    /// Whether its file says so or is gone: while its clock stands still, another escalation may begin.
    @Test(arguments: [true, false])
    func anEscalationThatBeginsEndsTheOneThatIsPaused(isGone: Bool) throws {
        let bench = try bench()
        try run(bench, 10...10, deliver: false)
        let text = try bench.read("playbooks/ladder.yaml")
        if isGone {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/ladder.yaml"))
        } else {
            try bench.edit("playbooks/ladder.yaml", "version: 1", "version: 1\npaused: true")
        }
        try run(bench, 11...11, deliver: false)
        #expect(try cases(bench) == ["ladder|paused"])
        try run(bench, 12...12, deliver: false)
        #expect(try cases(bench) == ["ladder|superseded", "other|open"])
        // The playbook is back, and nothing of it goes on.
        try bench.write(text, to: "playbooks/ladder.yaml")
        try run(bench, 13...25)
        #expect(try sends(bench) == ["10|ladder|l1", "12|other|l1", "15|other|l2", "19|other|l3"])
        #expect(
            try bench.ledger().lines(
                "SELECT playbook, state FROM decision JOIN message ON message.id = message ORDER BY day LIMIT 2")
                == ["ladder|cancelled", "other|delivered"])
        let ids = try bench.ledger().lines("SELECT id FROM member_case ORDER BY opened")
        #expect(
            try bench.ledger().lines(
                "SELECT run = (SELECT run FROM member_case WHERE id = subject), subject, kind, detail FROM audit "
                    + "WHERE kind LIKE 'case.%'")
                == [
                    "1|\(ids[0])|case.superseded|"
                        + #"{"playbook":"ladder","level":1,"cause":"\#(ids[1]) of other","cancelled":1}"#
                ])
        try bench.must(["audit", "verify"])
        let listed = try bench.must(["case", "list", "--all", "--format", "csv"]).output
        #expect(listed.contains("\(ids[0]),a,ladder,superseded,no,1,2026-10-10,,,,"))
        #expect(listed.contains(",\(ids[1]) of other\n"))
        #expect(!(try bench.must(["case", "list", "--format", "csv"]).output.contains("ladder")))
        let explained = try bench.must(["explain", "a", "--run", last(bench)]).output
        #expect(explained.contains("superseded, 2026-10-10, L1 {\(ids[1]) of other}  (another case or group"))
    }

    @Test func itIsSaidInChinese() throws {
        let bench = try bench(language: "zh")
        try run(bench, 10...10)
        try bench.edit("playbooks/ladder.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 12...12)
        let explained = try bench.must(["explain", "a", "--run", last(bench)]).output
        #expect(explained.contains("of other}  (被该会员的另一个案或实验组别取代)"))
    }

    /// A commit that fails after it closed the case has closed nothing; the next try does it once.
    @Test func aCommitThatFailsLeavesTheCasePaused() throws {
        let bench = try bench()
        try run(bench, 10...10, deliver: false)
        try bench.edit("playbooks/ladder.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 11...11, deliver: false)
        try bench.must(["plan", "daily", "--as-of", "2026-10-12"])
        let outside = try DatabaseQueue(path: bench.path("var/retier.db"))
        try outside.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER stop BEFORE INSERT ON audit WHEN NEW.kind = 'run.committed'
                    BEGIN SELECT RAISE(ABORT, 'no'); END
                    """)
        }
        let before = try bench.ledger().dump()
        let plan = bench.path("var/plans/daily-2026-10-12.plan")
        #expect(try bench.retier(["apply", plan, "--no-deliver"]).status != 0)
        var after = try bench.ledger().dump()
        after["lease"] = before["lease"]
        #expect(after == before)
        try outside.write { try $0.execute(sql: "DROP TRIGGER stop") }
        try outside.close()
        try bench.must(["apply", plan, "--no-deliver"])
        #expect(try cases(bench) == ["ladder|superseded", "other|open"])
        #expect(try bench.ledger().number("SELECT count(*) FROM audit WHERE kind = 'case.superseded'") == 1)
        try bench.must(["audit", "verify"])
    }

    /// A control group's shadow that begins ends nothing; one that is paused ends as an escalation would.
    @Test(arguments: [("ladder", "superseded"), ("other", "paused")])
    func aShadowKeepsTheSameClockAndEndsNothing(shadow: String, state: String) throws {
        let bench = try bench()
        let text = try bench.read("playbooks/\(shadow).yaml")
        try bench.write(text + "experiment: {holdout: 99%}\n", to: "playbooks/\(shadow).yaml")
        try run(bench, 10...10)
        try bench.edit("playbooks/ladder.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 11...12)
        #expect(try cases(bench) == ["ladder|\(state)", "other|open"])
        try bench.must(["audit", "verify"])
    }

    /// `a` is in `other` since the 12th, `b` in `ladder` since the 13th when they are found to be one, and two again.
    @Test(arguments: [("a", "b"), ("b", "a"), ("a", "import")])
    func ofTwoMembersWhoAreOneTheOlderEscalationGoesOn(kept: String, gone: String) throws {
        let bench = try bench()
        try bench.edit("playbooks/ladder.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 12...12, deliver: false)
        try join(bench, "b", lastOrder: "2026-09-10")
        try bench.edit("playbooks/ladder.yaml", "\npaused: true", "")
        try run(bench, 13...13, deliver: false)
        if gone == "import" {
            try bench.load("identities", "source,external_id,member_id\ncard,1,a\ncard,1,b\n")
        } else {
            try bench.must(["identities", "merge", kept, gone, "--reason", "one phone"])
        }
        #expect(try cases(bench) == ["other|open", "ladder|superseded"])
        let states = try bench.ledger().lines(
            "SELECT playbook, state FROM decision JOIN message ON message.id = message ORDER BY day")
        #expect(states == ["other|pending", "ladder|cancelled"])
        try run(bench, 14...15)
        try bench.must(["identities", "unmerge", gone == "import" ? "b" : gone, "--reason", "two people"])
        #expect(try cases(bench) == ["other|open", "ladder|superseded"], "nothing opens a case again")
        try run(bench, 16...20)
        let sent = try bench.ledger().lines(
            """
            SELECT strftime('%d', day * 86400, 'unixepoch'), member_id, playbook, step
            FROM decision JOIN member ON key = member WHERE verdict = 'send' ORDER BY day, member_id
            """)
        #expect(
            sent == [
                "12|a|other|l1", "13|b|ladder|l1", "15|\(kept)|other|l2", "16|b|other|l1", "19|a|other|l3",
            ] + (kept == "b" ? [] : ["19|b|other|l2"]), "what was sent to whom was kept fills the cap of that one")
        try bench.must(["audit", "verify"])
    }

    /// What `b` bought after `a` did ends the case of `a`, as it would have kept both from entering.
    @Test func whoOrderedIsNotInTheEscalationThatGoesOn() throws {
        let bench = try bench(["a": 10, "b": 12])
        try bench.edit("playbooks/ladder.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 12...12)
        try bench.edit("playbooks/ladder.yaml", "\npaused: true", "")
        try run(bench, 13...13)
        try bench.must(["identities", "merge", "a", "b", "--reason", "one phone"])
        #expect(
            try bench.ledger().lines("SELECT playbook, state, cause FROM member_case ORDER BY opened") == [
                "other|recovered|order o-b", "ladder|open|-",
            ])
        try bench.must(["audit", "verify"])
    }

    /// A shadow would be sent from its second step on, and a control would be in an escalation.
    ///
    /// The kept member's own case is closed by hand before.
    @Test(arguments: [true, false])
    func aCaseOfTheOtherGroupEnds(keepsControl: Bool) throws {
        let bench = try bench(Dictionary(uniqueKeysWithValues: (10...29).map { ("m\($0)", 10) }))
        try bench.write(
            try bench.read("playbooks/ladder.yaml") + "experiment: {holdout: 50%}\n", to: "playbooks/ladder.yaml")
        try run(bench, 10...10, deliver: false)
        let groups = try bench.ledger().lines(
            "SELECT min(member_id) FROM assignment JOIN member ON key = member GROUP BY is_control ORDER BY is_control")
        try #require(groups.count == 2, "some of twenty are in each half")
        let (kept, gone) = keepsControl ? (groups[1], groups[0]) : (groups[0], groups[1])
        try bench.must(["case", "close", kept, "--reason", "called"])
        try bench.must(["identities", "merge", kept, gone, "--reason", "one phone"])
        let ended = try bench.ledger().lines(
            "SELECT is_shadow, state, cause FROM member_case JOIN member ON key = member WHERE member_id = '\(gone)'")
        #expect(ended == [keepsControl ? "0|superseded|control of ladder" : "1|superseded|treated in ladder"])
        let cancelled = try bench.ledger().lines(
            """
            SELECT message.state FROM decision JOIN member ON member.key = member JOIN message ON message.id = message
            WHERE member_id = '\(gone)'
            """)
        #expect(cancelled == (keepsControl ? ["cancelled"] : []))
        try run(bench, 11...20)
        #expect(
            try bench.ledger().lines(
                """
                SELECT playbook, step FROM decision JOIN member ON key = member
                WHERE member_id IN ('\(kept)', '\(gone)') AND playbook = 'ladder' AND step <> 'l1' AND verdict = 'send'
                """) == [])
        try bench.must(["audit", "verify"])
    }

    /// It is looked for at once, before anything is planned or sent.
    @Test func whatTheOtherOrderedEndsTheCase() throws {
        let bench = try bench()
        try run(bench, 10...10)
        try join(bench, "b", lastOrder: "2026-10-05")
        let merge = try bench.must(["identities", "merge", "a", "b", "--reason", "one phone"])
        #expect(merge.errors.contains("1 case(s) closed"))
        #expect(try cases(bench) == ["ladder|recovered"])
    }

    /// Of one playbook a member is in one case as well, whether or not it is an escalation.
    @Test(arguments: ["L", "no levels"])
    func ofTwoCasesOfOnePlaybookTheOlderGoesOn(levels: String) throws {
        let bench = try bench()
        if levels != "L" {
            for level in 1...3 { try bench.edit("playbooks/ladder.yaml", "level: L\(level), ", "") }
        }
        try run(bench, 10...10, deliver: false)
        try join(bench, "b", lastOrder: "2026-09-10")
        try bench.edit("playbooks/other.yaml", "version: 1", "version: 1\npaused: true")
        try run(bench, 11...11, deliver: false)
        #expect(try cases(bench) == ["ladder|open", "ladder|open"])
        try bench.must(["identities", "merge", "b", "a", "--reason", "one phone"])
        #expect(try cases(bench) == ["ladder|open", "ladder|superseded"])
        try run(bench, 13...14)
        #expect(try sends(bench) == ["10|ladder|l1", "11|ladder|l1", "13|ladder|l2"])
        try bench.must(["audit", "verify"])
    }
}
