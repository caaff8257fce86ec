import ChannelSimulators
import Foundation
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

/// `retier apply` with a WeCom robot, against a strict robot: what people see is exactly what was planned.
@Suite struct RobotDeliveryTests {
    private static let key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"

    private func bench(
        _ robot: WeComRobotSimulator, _ options: String, seed: UInt64 = 61, members: Int = 70
    ) throws -> CommandBench {
        let bench = try CommandBench.loaded(SampleWorld(seed: seed, members: members))
        try bench.edit(
            "retier.yaml", "crm: {kind: file, directory: var/outgoing/crm}",
            "crm: {kind: wecom-robot, address: {file: secrets/desk}, avoid_half_hours: off, \(options)}")
        try bench.write(robot.url(key: Self.key) + "\n", to: "secrets/desk")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bench.path("secrets/desk"))
        return bench
    }

    private func planned(_ bench: CommandBench) throws -> [PlannedDecision] {
        var actions: [PlannedDecision] = []
        try PlanFile.open(path: bench.refreshPlan()).forEachDecision(
            DecisionFilter(outcome: .send, endpoints: ["crm"])
        ) { actions.append($0) }
        return actions
    }

    @Test(arguments: ["text", "markdown", "markdown-v2"])
    func theGroupSeesThePlannedActionsInOrder(format: String) throws {
        let robot = try WeComRobotSimulator(rules: WeComRobotRules(keys: [Self.key]))
        defer { robot.stop() }
        let mention = format == "markdown-v2" ? "" : ", mention: [lisi]"
        let bench = try bench(robot, "format: \(format)\(mention)")
        let said = try bench.must(["plan", "refresh", "--as-of", "2026-10-31"]).output
        let actions = try planned(bench)
        #expect(actions.count > 8)
        try bench.must(["apply", bench.refreshPlan()])
        #expect(robot.violations == [])
        let service = RobotService.wecom
        let wanted = try #require(RobotSettings.Format(rawValue: format))
        let records = try robot.shown.flatMap { try ShownRecord.all(in: $0.text, service, wanted) }
        #expect(
            records
                == actions.enumerated().map { index, action in
                    ShownRecord(
                        number: index + 1, member: ShownRecord.plain(action.memberID, nil),
                        text: ShownRecord.plain(action.text ?? "", nil))
                })
        #expect(
            robot.shown.map(\.recipients) == robot.shown.indices.map { $0 == 0 && !mention.isEmpty ? ["lisi"] : [] })
        // The forecast counted these very messages.
        #expect(said.contains(try Regex("(?m)^crm +\(actions.count) +\(robot.shown.count) +")), "\(said)")
        #expect(try bench.must(["status", "--json"]).output.contains("\"complete\":true"))
        try bench.must(["audit", "verify"])
    }

    @Test func aFileCarriesEveryActionBehindItsDigest() throws {
        let robot = try WeComRobotSimulator(rules: WeComRobotRules(keys: [Self.key]))
        defer { robot.stop() }
        let bench = try bench(robot, "format: file, mention: [\"@all\"]")
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let actions = try planned(bench)
        try bench.must(["apply", bench.refreshPlan()])
        #expect(robot.violations == [] && robot.shown.map(\.kind) == ["markdown", "file"])
        #expect(robot.shown[0].text.contains("\(actions.count)") && robot.shown[0].recipients == ["all"])
        let file = try #require(robot.shown[1].file)
        #expect(robot.shown[1].fileName?.hasSuffix(".csv") == true && file.starts(with: [0xEF, 0xBB, 0xBF]))
        // The last cell of each row is the action's id.
        let ids = String(decoding: file, as: UTF8.self).matches(of: /,(act_[a-z2-7]+)\r\n/).map { String($0.1) }
        #expect(ids == actions.map(\.actionID))
        #expect(
            try bench.ledger().lines(
                "SELECT form || ' ' || actions FROM message WHERE endpoint = 'crm' ORDER BY position")
                == ["payload 0", "attachment \(actions.count)"])
        try bench.must(["audit", "verify"])
    }

    /// A name of 3,000 bytes is nothing that a check of templates foresees.
    @Test func aPlanThatNoMessageCanCarryIsNotWritten() throws {
        let robot = try WeComRobotSimulator(rules: WeComRobotRules(keys: [Self.key]))
        defer { robot.stop() }
        let bench = try bench(robot, "format: text")
        for name in bench.files("templates") where name.hasSuffix(".zh.mustache") {
            let text = try bench.read("templates/" + name)
            try bench.write(text + "{{#attr.name}}{{attr.name}}{{/attr.name}}", to: "templates/" + name)
        }
        try bench.must(["check"])
        let rows = SampleWorld(seed: 61, members: 70).members.text.replacingOccurrences(
            of: SampleWorld.mark, with: String(repeating: "长", count: 1_000))
        try bench.must(["import", "members", try bench.folder.write(rows, to: "data/long.csv")])
        let run = try bench.retier(["plan", "refresh", "--as-of", "2026-10-31"])
        #expect(run.status == 78, "\(run.errors)")
        #expect(run.errors.contains("endpoint crm takes 2048 in the format text") && run.errors.contains("playbook "))
        #expect(!run.errors.contains("长"))
        #expect(bench.files("var/plans").isEmpty && robot.read.isEmpty)
    }
}
