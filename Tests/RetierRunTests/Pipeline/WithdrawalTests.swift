import Foundation
import RetierTestSupport
import Testing

/// Consent withdrawn between the plan and the delivery, and suppression lists, as an operator sees them.
@Suite struct WithdrawalTests {
    private static func playbook(_ level: String = "") -> String {
        """
        playbook: hello
        title: Hello
        version: 1
        on: daily
        priority: base
        when: days_since_joined >= 0
        steps: [{id: s1, do: coupon, via: crm\(level)}]

        """
    }

    /// Three members, all of whom said yes, and a plan of the tenth of October that is applied, with nothing sent.
    private func bench(_ playbook: String = playbook(), applies: Bool = true) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        try bench.write(playbook, to: "playbooks/hello.yaml")
        try bench.load("members", "member_id,joined_at\na,2026-01-01\nb,2026-01-01\nc,2026-01-01\n")
        try bench.load("orders", "order_id,member_id,ordered_at,amount\no1,a,2026-09-01,10.00\n")
        let words = ["a", "b", "c"].map { "\($0),crm,marketing,true,2026-01-02,form \($0)\n" }.joined()
        try bench.load("consents", "member_id,channel,purpose,granted,at,proof\n" + words)
        guard applies else { return bench }
        try bench.must(["plan", "daily", "--as-of", "2026-10-10"])
        try bench.must(["apply", bench.path("var/plans/daily-2026-10-10.plan"), "--no-deliver"])
        return bench
    }

    private func sent(_ bench: CommandBench) throws -> [String] {
        try bench.files("var/outgoing/crm").map { try bench.read("var/outgoing/crm/\($0)") }
            .flatMap { text in ["a", "b", "c"].filter { text.contains("\"member_id\":\"\($0)\"") } }
    }

    private func states(_ bench: CommandBench) throws -> [String] {
        try bench.must(["audit", "--format", "csv"]).output.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return "\(cells[3]) \(cells[12]) \(cells[17])".trimmingCharacters(in: .whitespaces)
        }
    }

    @Test func aListLeavesWithoutWhoWithdrewSinceItWasWritten() throws {
        let bench = try bench()
        let word = "member_id,channel,purpose,granted,at,proof\nb,crm,marketing,false,2026-10-11,call 7\n"
        #expect(try bench.load("consents", word).errors.contains("1 action(s) that had not left are taken back"))
        #expect(!(try bench.load("consents", word).errors.contains("taken back")))
        try bench.must(["deliver"])
        #expect(try sent(bench) == ["a", "c"])
        #expect(try states(bench) == ["a delivered written", "b rejected withdrawn", "c delivered written"])
        let trail = try bench.ledger().lines(
            "SELECT json_extract(detail, '$.reason', '$.evidence') FROM audit WHERE kind = 'consent.withdrawn'")
        #expect(trail.count == 1 && trail[0].contains("no-consent") && trail[0].contains("2026-10-10T16:00:00Z"))
        try bench.must(["audit", "verify"])
        let run = try bench.ledger().lines("SELECT id FROM run")
        let explained = try bench.must(["explain", "b", "--run"] + run).output
        #expect(explained.contains("同意已撤回，此动作未发出"))
        #expect(explained.contains("crm:marketing 同意, 2026-01-01T16:00:00Z，凭证 form b"), "\(explained)")
    }

    @Test func whoWithdrawsLastLeavesNoMessageBehind() throws {
        let bench = try bench()
        for (member, all) in [("a", "1 action(s)"), ("b", "1 action(s)"), ("c", "1 message(s) are cancelled")] {
            let word = "member_id,channel,purpose,granted,at\n\(member),*,all,false,2026-10-11\n"
            #expect(try bench.load("consents", word).errors.contains(all))
        }
        try bench.must(["deliver"])
        #expect(try sent(bench) == [])
        #expect(try bench.ledger().lines("SELECT state FROM message") == ["cancelled"])
        try bench.must(["audit", "verify"])
    }

    /// An action that travels alone is cancelled with its message; a word that is taken back in the same file is none.
    @Test func anActionOfItsOwnIsCancelled() throws {
        let bench = try bench(Self.playbook(", level: L1"))
        let words =
            "member_id,channel,purpose,granted,at\nb,crm,marketing,false,2026-10-11\n"
            + "c,crm,marketing,false,2026-10-11\nc,crm,marketing,true,2026-10-12\n"
        #expect(try bench.load("consents", words).errors.contains("1 message(s) are cancelled"))
        try bench.must(["deliver"])
        #expect(try sent(bench).sorted() == ["a", "c"])
        try bench.must(["audit", "verify"])
    }

    @Test func aWithdrawalOfAMergedMemberCountsForBoth() throws {
        let bench = try bench()
        try bench.load(
            "consents", "source,external_id,channel,purpose,granted,at\nphone,77,crm,marketing,false,2026-10-11\n")
        #expect(
            try bench.load("identities", "source,external_id,member_id\nphone,77,c\n").errors.contains("taken back"))
        try bench.must(["deliver"])
        #expect(try sent(bench) == ["a", "b"])
        try bench.must(["audit", "verify"])
    }

    @Test func aPlanMadeBeforeAWithdrawalIsRefused() throws {
        let bench = try bench(applies: false)
        try bench.must(["plan", "daily", "--as-of", "2026-10-10"])
        try bench.load("suppressions", "member_id,list,channel,reason,since\nb,law,*,register,2026-10-01\n")
        let apply = try bench.retier(["apply", bench.path("var/plans/daily-2026-10-10.plan")])
        #expect(apply.status == 4 && apply.errors.contains("consents changed"), "\(apply.errors)")
    }

    @Test func aSuppressionListStopsItsMembersUntilItEnds() throws {
        let bench = try bench(applies: false)
        let head = "member_id,source,external_id,list,channel,reason,since,until\n"
        let lines =
            head + "a,,,complaints,*,\"asked, twice\",2026-03-01,\n"
            + ",phone,77,pause,crm,in hospital,2026-10-01,2026-10-10\n"
            + "c,,,pause,sms,other channel,2026-10-01,\n"
        #expect(try bench.load("suppressions", lines).errors.contains("3 suppressions read = 3 new"))
        try bench.load("identities", "source,external_id,member_id\nphone,77,b\n")
        #expect(try bench.load("suppressions", lines).errors.contains("0 new + 0 updated + 3 unchanged"))
        func verdicts(_ day: Int) throws -> [String] {
            try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"])
            return try bench.ledger().lines(
                """
                SELECT member_id, reason, coalesce(json_extract(evidence, '$.list', '$.reason'), '')
                FROM decision JOIN member ON key = member
                WHERE day = julianday('2026-10-\(day)') - julianday('1970-01-01') ORDER BY member_id
                """)
        }
        #expect(
            try verdicts(10) == [
                #"a|never-contact|["complaints","asked, twice"]"#, #"b|never-contact|["pause","in hospital"]"#,
                "c|selected|[null,null]",
            ])
        // On the day after its last day the list is over; a line that says otherwise replaces it.
        #expect(try verdicts(11).contains("b|selected|[null,null]"))
        let longer = head + ",phone,77,pause,crm,still there,2026-10-01,2026-10-14\n"
        #expect(try bench.load("suppressions", longer).errors.contains("0 new + 1 updated"))
        #expect(try verdicts(14).contains(#"b|never-contact|["pause","still there"]"#))
        #expect(try verdicts(15).contains("b|selected|[null,null]"))
        let why = try bench.must(["explain", "a", "--why-not", "hello"]).output
        #expect(
            why.contains(#"✗ never-contact {"channel":"*","list":"complaints","reason":"asked, twice","since":"2026"#))
        #expect(why.contains("✓ once-per") && why.contains("在勿扰名单 complaints"))
    }

    @Test func aLineThatEndsBeforeItBeginsIsRejected() throws {
        let bench = try bench(applies: false)
        let path = try bench.folder.write(
            "member_id,list,channel,reason,since,until\na,x,*,why,2026-10-01,2026-09-30\na,x,*,,2026-10-01,\n",
            to: "data/s.csv")
        let run = try bench.retier(["import", "suppressions", path])
        #expect(run.status == 65)
        let rejects = try bench.folder.read("data/s.csv.rejected.csv")
        #expect(rejects.contains("until is before since") && rejects.contains("reason is empty"))
    }
}
