import RetierCore
import RetierTestSupport
import Testing

/// The very bytes of every service and format, in both languages.
@Suite struct RobotGoldenTests {
    private func actions() -> [PlannedDecision] {
        var actions = [
            ListWorld.action(1, member: "M10001", text: "【一级关怀】会员 M10001（金葵花）\n已 35 天未购买。请在 2026-11-22 前亲自联系。"),
            ListWorld.action(
                2, member: "VIP_2|\"x\"", text: "*特价* [点这里](https://example.com) <@all>\n# 不是标题\n\"引号\" 与 \\ 反斜杠 👋🏽",
                title: "价值滑落预警", level: nil, assign: nil),
            ListWorld.action(3, member: "=M3", text: nil, title: "生日关怀", level: 2, due: nil),
        ]
        for index in actions.indices where index > 0 { actions[index].playbook = "p\(index)" }
        for position in 4...90 {
            actions.append(
                ListWorld.action(position, member: "M\(10_000 + position)", text: "您好，好久不见！欢迎回来看看。", title: "月度沉睡名单"))
        }
        return actions
    }

    private func names(_ service: RobotService, _ format: RobotSettings.Format) -> RobotSettings {
        RobotSettings(
            address: ListWorld.address, format: format, mentions: format == .markdownV2 ? [] : ["lisi", "@all"],
            mentionMobiles: service == .dingtalk || (service == .wecom && format == .text) ? ["13800000000"] : [])
    }

    @Test(arguments: ListWorld.robots.map { "\($0.service.rawValue)-\($0.format.rawValue)" }, Language.allCases)
    func bodiesAreTheGoldenOnes(robot: String, language: Language) throws {
        let (service, format) = try #require(
            ListWorld.robots.first { "\($0.service.rawValue)-\($0.format.rawValue)" == robot })
        let writer = try ListWorld.writer(service, names(service, format), language: language)
        let text = try writer.parts(of: actions()).map { part in
            "--- \(part.form.rawValue), \(part.actions) actions, \(part.body.count) bytes\n"
                + String(decoding: part.body, as: UTF8.self) + "\n"
        }.joined()
        expectGolden(
            text, "\(robot).\(language.rawValue).txt", testFile: Fixtures.path("robots/RobotGoldenTests.swift"))
    }
}
