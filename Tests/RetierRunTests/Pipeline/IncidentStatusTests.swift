import RetierTestSupport
import Testing

/// What `retier status` says of incidents.
@Suite struct IncidentStatusTests {
    @Test func statusSaysWhomIncidentsConcernSoFar() throws {
        let bench = try IncidentTests.bench()
        #expect(try !bench.must(["status"]).output.contains("incidents:"))
        try IncidentTests.open(bench)
        // c was affected as long as nobody knows the end.
        let open = "incident out-1 (failure of the member system): open since 2024-10-12 09:10; so far "
        #expect(try bench.must(["status"]).output.contains(open + "3 members affected, 0 compensated"))
        _ = try IncidentTests.close(bench)
        try bench.must(["identities", "merge", "d", "b", "--reason", "one phone"])
        try bench.must(["identities", "merge", "a", "d", "--reason", "one person"])
        try bench.load("orders", IncidentTests.orders("o9,e,2024-10-12T10:00"))
        try IncidentTests.run(bench, 13...13)
        try bench.load("events", IncidentTests.events("l9,c,2024-10-12T10:00"))
        let closed = try bench.must(["status"]).output
        #expect(closed.contains("incidents: 0 open, 1 closed and looked after still\n"), "\(closed)")
        #expect(closed.contains("; so far 3 members affected, 2 compensated\n"), "\(closed)")
        try bench.edit("retier.yaml", "language: en", "language: zh")
        try bench.write("{{incident}}", to: "templates/incident/grant.zh.mustache")
        let chinese = try bench.must(["status"]).output
        #expect(chinese.contains("事故：0 起未结束，1 起已结束、仍在处理\n事故 out-1（"), "\(chinese)")
        #expect(chinese.contains("目前受影响会员 3 人，已补偿 2 人\n"), "\(chinese)")
        let json = try bench.must(["status", "--json"]).output
        #expect(json.contains(#""kind":"member-system","state":"closed""#) && json.contains(#""compensated":2"#))
        try bench.must(["incident", "reopen", "out-1", "--reason", "not over"])
        #expect(try bench.must(["status"]).output.contains("事故：1 起未结束，0 起已结束、仍在处理"))
        let late = try bench.retier(["incident", "withdraw", "out-1", "--reason", "x"])
        #expect(late.status == 64 && late.errors.contains("has been compensated for already"), "\(late.errors)")
    }
}
