import ChannelSimulators
import Foundation
import RetierTestSupport
import Testing

/// Mass messages from plan to audit trail: the plan says whom it cannot name to WeCom, the audit trail whom WeCom
/// refuses.
@Suite struct WeComTaskDeliveryTests {
    @Test func membersWithoutAnIDAndThoseThatWeComRefusesAreToldOneByOne() throws {
        let world = SampleWorld(seed: 60, members: 240)
        let bench = try CommandBench.loaded(world)
        var corporation = WeComAppRules.Corporation()
        // Every third member has no id; every third of the others is no contact of the corporation any more.
        var identities = "source,external_id,member_id\n"
        for (number, id) in world.memberIDs.enumerated() where number % 3 != 0 {
            identities += "wecom,wm\(number),\"\(id.replacing("\"", with: "\"\""))\"\n"
            if number % 9 != 1 { corporation.contacts["wm\(number)"] = number % 2 == 0 ? "zhangsan" : "lisi" }
        }
        let sim = try WeComAppSimulator(rules: WeComAppRules(corporation))
        defer { sim.stop() }
        try bench.edit(
            "retier.yaml", "crm: {kind: file, directory: var/outgoing/crm}",
            "crm: {kind: wecom-task, corp_id: ww0123456789abcdef, secret: {file: secrets/app}, "
                + "base_url: \"\(sim.origin)\", identity: wecom, concurrency: 1}")
        try bench.write("app-secret\n", to: "secrets/app")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.path("secrets/app"))
        try bench.must(["import", "identities", bench.folder.write(identities, to: "ids.csv")])
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let lost = try bench.must(["show", bench.refreshPlan(), "--format", "csv"]).output.split(separator: "\n")
            .filter { $0.contains(",suppress,no-recipient,") }
        #expect(!lost.isEmpty && lost.allSatisfy { $0.contains("crm") && $0.contains("wecom") && $0.contains("none") })
        let run = try bench.retier(["apply", bench.refreshPlan()])
        #expect(run.status == 3 && !run.errors.contains("cannot be sent"), "\(run.status): \(run.errors)")
        #expect(sim.violations == [] && !sim.taskIDs.isEmpty && sim.shown.isEmpty)
        let ledger = try bench.ledger()
        let sends = try ledger.number("SELECT count(*) FROM decision WHERE verdict = 'send' AND endpoint = 'crm'")
        func actions(_ state: String) throws -> [String] {
            try bench.must(["audit", "--state", state, "--format", "csv"]).output.split(separator: "\n").dropFirst()
                .map(String.init).filter { $0.contains(",crm,") }
        }
        let rejected = try actions("rejected")
        let strangers = rejected.filter { $0.contains(",not-a-contact,") || $0.contains(",wecom-41048,") }
        #expect(
            !strangers.isEmpty && strangers.count == rejected.count, "\(rejected.prefix(9))")
        #expect(try ledger.number("SELECT count(*) FROM decision WHERE reason = 'no-recipient'") == lost.count)
        #expect(try actions("awaiting").count + rejected.count == sends)
        #expect(try actions("delivered").isEmpty, "made is not sent")
        #expect(try bench.retier(["status"]).status == 3)
        try bench.must(["audit", "verify"])
        let member = try #require(
            try ledger.lines(
                """
                SELECT member_id FROM member JOIN decision ON decision.member = member.key
                WHERE reason = 'no-recipient' LIMIT 1
                """
            ).first)
        #expect(try bench.must(["explain", member]).output.contains("suppress [no-recipient]"))
    }
}
