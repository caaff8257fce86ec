import RetierTestSupport
import Testing

/// `retier incident` as operators use it: what is listed, recorded and refused.
@Suite struct IncidentCommandTests {
    private func bench() throws -> CommandBench {
        let bench = try CommandBench()
        let kinds = "  till: {title: Till, affects: [order]}\n  app: {title: App, affects: [event:login]}\n"
        try bench.edit("retier.yaml", "    late: P30D\n", "    late: P30D\n" + kinds)
        return bench
    }

    private static func open(
        _ id: String, kind: String = "till", from: String = "2024-10-12T09:10", _ more: String...
    ) -> [String] {
        ["incident", "open", id, "--kind", kind, "--from", from, "--reason", "till down"] + more
    }

    private func listed(_ bench: CommandBench) throws -> [String] {
        try bench.must(["incident", "list", "--format", "csv"]).output.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).prefix(8).joined(separator: ",")
        }
    }

    @Test func whatIsSaidIsListedAndRecorded() throws {
        let bench = try bench()
        #expect(try listed(bench) == [])
        let opened = try bench.must(Self.open("t-1", "--by", "Li Na"))
        #expect(opened.output.isEmpty && opened.errors.contains("t-1: registered as till, from 2024-10-12 09:10"))
        #expect(try listed(bench) == ["t-1,till,open,2024-10-12 09:10,,,till down,Li Na"])
        let closed = try bench.must(["incident", "close", "t-1", "--until", "2024-10-12T10:10:01+08:00"])
        #expect(closed.errors.contains("2 started hour(s); members are taken up until "))
        #expect(try listed(bench) == ["t-1,till,closed,2024-10-12 09:10,2024-10-12 10:10,2,over,operator-li"])
        // Another time of the kind, another kind at the same time, one that is over already.
        try bench.must(Self.open("t-2", from: "2024-10-12T10:10:01", "--until", "2024-10-12 11:10:01"))
        try bench.must(Self.open("a-1", kind: "app"))
        try bench.must(["incident", "withdraw", "a-1", "--reason", "false alarm"])
        #expect(try listed(bench).map { String($0.prefix(12)) } == ["a-1,app,with", "t-1,till,clo", "t-2,till,clo"])
        #expect(try bench.must(["incident"]).output.contains("false alarm"))
        #expect(try bench.must(["incident", "list", "--format", "json"]).output.contains("\"format_version\":1"))
        #expect(
            try bench.ledger().lines(
                "SELECT kind, subject, json_extract(detail, '$.operator') FROM audit ORDER BY number") == [
                    "incident.opened|t-1|Li Na", "incident.closed|t-1|operator-li", "incident.opened|t-2|operator-li",
                    "incident.closed|t-2|operator-li", "incident.opened|a-1|operator-li",
                    "incident.withdrawn|a-1|operator-li",
                ])
        try bench.must(["audit", "verify"])
    }

    /// Each is refused as usage, and nothing is changed.
    @Test(arguments: [
        (open("t-1"), "there has been an incident t-1 already"),
        (open("gone"), "there has been an incident gone already"),
        (open("t-2", kind: "tills"), "there is no kind of incident tills"),
        (open("t-2"), "has time in common with t-1"),
        (open("t-2", from: "2024-10-12T08:00", "--until", "2024-10-12T09:11"), "has time in common with t-1"),
        (open("t-2", kind: "app", from: "2100-01-01"), "2099-12-31T16:00:00Z has not come"),
        (open("t-2", kind: "app", from: "soon"), "soon is no moment"),
        (open("t-2", kind: "app", from: "2024-10-12", "--until", "2024-10-12"), "would end before it begins"),
        (open(".t", kind: "app"), ".t is no id"),
        (open("t 2", kind: "app"), "t 2 is no id"),
        (open("故障", kind: "app"), "is no id"),
        (["incident", "open", "t-2", "--kind", "app", "--from", "2024-10-12", "--reason", " "], "the reason is empty"),
        (["incident", "open", "t-2", "--kind", "app", "--from", "2024-10-12"], "--reason"),
        (["incident", "close", "t-1", "--until", "2024-10-12T09:10"], "would end before it begins"),
        (["incident", "close", "t-1", "--until", "2100-10-12T09:10"], "has not come"),
        (["incident", "close", "nobody", "--until", "2024-10-12T10:00"], "there is no incident nobody"),
        (["incident", "close", "over", "--until", "2024-10-12T10:00"], "is closed already"),
        (["incident", "close", "gone", "--until", "2024-10-12T10:00"], "was withdrawn"),
        (["incident", "reopen", "t-1", "--reason", "x"], "incident t-1 is open"),
        (["incident", "reopen", "over", "--reason", "x"], "has time in common with t-1"),
        (["incident", "withdraw", "gone", "--reason", "x"], "was withdrawn"),
    ])
    func mistakesChangeNothing(arguments: [String], words: String) throws {
        let bench = try bench()
        try bench.must(Self.open("over", from: "2024-10-11", "--until", "2024-10-11T02:00"))
        try bench.must(Self.open("gone", kind: "app", from: "2024-10-11"))
        try bench.must(["incident", "withdraw", "gone", "--reason", "x"])
        try bench.must(Self.open("t-1"))
        let before = try bench.must(["incident", "list", "--format", "csv"]).output
        let run = try bench.retier(arguments)
        #expect(run.status == 64 && run.errors.contains(words), "\(run.status) \(run.errors)")
        #expect(try bench.must(["incident", "list", "--format", "csv"]).output == before)
    }
}
