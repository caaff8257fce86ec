import Foundation
import RetierCore
import RetierTestSupport

/// Action lists for robots, and what their readers see.
enum ListWorld {
    static let address = SecretSource.file("secrets/robot")

    /// Every service with every format that it has.
    static let robots: [(service: RobotService, format: RobotSettings.Format)] = RobotService.allCases.flatMap {
        service in service.formats.map { (service, $0) }
    }

    static func endpoint(
        _ service: RobotService, _ settings: RobotSettings, batch: Int? = nil
    ) -> Endpoint {
        let kind: Endpoint.Kind =
            switch service {
            case .wecom: .wecomRobot(settings)
            case .dingtalk: .dingtalkRobot(settings)
            case .feishu: .feishuRobot(settings)
            case .slack: .slackRobot(settings)
            }
        return Endpoint(id: "desk", kind: kind, batch: batch)
    }

    static func programme(_ language: Language) -> Programme {
        Programme(
            brand: "sunfield", title: LocalizedText(zh: "葵园会", en: "Sunfield Club"), language: language, zone: .utc,
            currency: Currency(code: "CNY"),
            tiering: TieringModel(
                ladder: TierLadder(tiers: [Tier(id: "base", title: LocalizedText("base"), entry: .everyone)])),
            endpoints: [], channels: [])
    }

    static let header = PlanHeader(
        brand: "sunfield", kind: .refresh, period: "2026-11", asOf: Day(number: 20_778),
        currency: Currency(code: "CNY"))

    static func writer(
        _ service: RobotService, _ settings: RobotSettings, language: Language = .chinese, batch: Int? = nil,
        header: PlanHeader = header
    ) throws -> RobotListWriter {
        try RobotListWriter(
            endpoint: endpoint(service, settings, batch: batch), programme: programme(language), header: header)
    }

    static func writer(
        _ service: RobotService, _ format: RobotSettings.Format, language: Language = .chinese, batch: Int? = nil
    ) throws -> RobotListWriter {
        try writer(service, RobotSettings(address: address, format: format), language: language, batch: batch)
    }

    static func action(
        _ position: Int, member: String, text: String?, title: String? = "核心会员静默三级响应", level: Int? = 1,
        assign: String? = "owner", due: Day? = Day(number: 20_779)
    ) -> PlannedDecision {
        PlannedDecision(
            position: position, actionID: "act_\(position)", memberID: member, playbook: "core-quiet-ladder",
            version: 1, step: "l\(level ?? 0)", level: level, type: "care", channel: "service-desk", endpoint: "desk",
            arm: nil, reason: .selected, facts: "{}", evidence: "{}", until: nil, cost: Money(minorUnits: 3_000),
            title: title, text: text, parameters: "{}", assign: assign, due: due)
    }

    /// Pieces of which people's texts are made, the unpleasant ones included.
    private static let pieces = [
        "您好", "好久不见！", "a", "word ", "👩‍👩‍👧‍👦", "e\u{301}", "\n", "\r\n", "\u{2028}", "\"", "\\", "|", "*", "**", "`", "```",
        "<@lisi>", "<at user_id=\"all\"></at>", "<!channel>", "<font color=\"warning\">", "@all", "@所有人",
        "](https://e.cn)",
        "[看这里](https://e.cn)", "# ", "\n> ", "\n- ", "\n2. 假的 · l1", "\n| 7 | x |", "\n---", "&", "&lt;", "<", ">",
        "\t",
        "\u{1}", "\u{202E}", "～", "_", "%", "{{", "𠮷", "ß", "\u{1F1E8}\u{1F1F3}",
    ]

    static func text(_ source: inout SeededGenerator, pieces count: Int) -> String {
        (0..<count).map { _ in source.pick(from: pieces) }.joined()
    }

    /// The text that the receiver's people see, after JSON.
    static func shown(_ body: [UInt8], _ service: RobotService) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
        switch service {
        case .slack: return object["text"] as? String ?? ""
        case .wecom:
            let type = object["msgtype"] as? String ?? ""
            return (object[type] as? [String: Any])?["content"] as? String ?? ""
        case .dingtalk:
            let type = object["msgtype"] as? String ?? ""
            return (object[type] as? [String: Any])?[type == "text" ? "content" : "text"] as? String ?? ""
        case .feishu:
            if let content = object["content"] as? [String: Any] { return content["text"] as? String ?? "" }
            let card = object["card"] as? [String: Any]
            let elements = card?["elements"] as? [[String: Any]] ?? []
            return elements.first?["content"] as? String ?? ""
        }
    }

    /// What the service counts: the decoded text or the whole body.
    static func counted(_ body: [UInt8], _ service: RobotService) throws -> Int {
        switch service {
        case .wecom, .slack: try shown(body, service).utf8.count
        case .dingtalk, .feishu: body.count
        }
    }

    /// What channels.md says of each service; Slack's advice in characters, Feishu's 20 KB less a signature.
    static func documentedLimit(_ service: RobotService, _ format: RobotSettings.Format) -> Int {
        switch service {
        case .wecom: format == .text ? 2_048 : 4_096
        case .dingtalk: 20_000
        case .feishu: 20_000 - 80
        case .slack: 4_000
        }
    }
}
