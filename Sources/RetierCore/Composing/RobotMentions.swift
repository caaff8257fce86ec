/// Whom a robot calls, in the way of its service.
///
/// The first message of a list calls them, its other parts do not.
struct RobotMentions: Sendable {
    private let service: RobotService
    private let format: RobotSettings.Format
    private let users: [String]
    private let mobiles: [String]

    init(service: RobotService, settings: RobotSettings) {
        self.service = service
        format = settings.format
        users = settings.mentions
        mobiles = settings.mentionMobiles
    }

    /// Calls everybody in the group.
    static let everybody = "@all"

    private var isForAll: Bool { (users + mobiles).contains(RobotMentions.everybody) }
    private var named: [String] { users.filter { $0 != RobotMentions.everybody } }
    private var namedMobiles: [String] { mobiles.filter { $0 != RobotMentions.everybody } }

    /// What stands in the text; empty where fields of the body say it all.
    var words: String {
        switch service {
        case .wecom:
            format == .text ? "" : users.map { "<@\($0 == RobotMentions.everybody ? "all" : $0)>" }.joined()
        case .dingtalk: (named + namedMobiles).map { "@" + $0 }.joined(separator: " ")
        case .feishu:
            users.map { user in
                let id = user == RobotMentions.everybody ? "all" : user
                return format == .text ? "<at user_id=\"\(id)\"></at>" : "<at id=\(id)></at>"
            }.joined(separator: " ")
        case .slack:
            users.map { $0 == RobotMentions.everybody ? "<!channel>" : "<@\($0)>" }.joined(separator: " ")
        }
    }

    /// Adds the fields of WeCom's text messages.
    func addWeComFields(to json: inout JSONObject) {
        if !users.isEmpty { json.add("mentioned_list", json: RobotMentions.list(users)) }
        if !mobiles.isEmpty { json.add("mentioned_mobile_list", json: RobotMentions.list(mobiles)) }
    }

    /// DingTalk's `at` object; nil where nobody is called.
    var dingtalkObject: String? {
        guard !users.isEmpty || !mobiles.isEmpty else { return nil }
        var json = JSONObject()
        json.add("atUserIds", json: RobotMentions.list(named))
        json.add("atMobiles", json: RobotMentions.list(namedMobiles))
        json.add("isAtAll", isForAll)
        return json.json
    }

    private static func list(_ texts: [String]) -> String {
        var json = JSONText()
        json.append(raw: "[")
        for (position, text) in texts.enumerated() {
            if position > 0 { json.append(raw: ",") }
            json.append(quoted: text)
        }
        json.append(raw: "]")
        return json.text
    }
}

/// Something that a robot's settings ask for and its service cannot do.
package struct RobotProblem: Hashable, Sendable {
    /// The key of the settings that is to blame.
    package enum Key: String, Sendable { case format, mentions, mentionMobiles }

    package var key: Key
    package var message: String
    package var hint: String
}

extension RobotService {
    /// What the service cannot do of what a robot's settings ask for.
    package func problems(of settings: RobotSettings) -> [RobotProblem] {
        var problems: [RobotProblem] = []
        func add(_ key: RobotProblem.Key, _ message: String, _ hint: String) {
            problems.append(RobotProblem(key: key, message: message, hint: hint))
        }
        if !formats.contains(settings.format) {
            add(
                .format, "a \(rawValue) robot cannot send the format \(settings.format.rawValue)",
                "use \(formats.map(\.rawValue).joined(separator: " or "))")
        }
        if self == .wecom, settings.format == .markdownV2, !settings.mentions.isEmpty {
            add(.mentions, "markdown-v2 of WeCom mentions nobody", "use format text or markdown, or mention nobody")
        }
        let takesMobiles = self == .dingtalk || (self == .wecom && settings.format == .text)
        if !takesMobiles, !settings.mentionMobiles.isEmpty {
            add(
                .mentionMobiles,
                "a \(rawValue) robot cannot mention mobile numbers in the format "
                    + settings.format.rawValue,
                self == .wecom ? "use format text, or mention user ids" : "mention user ids")
        }
        for (key, names) in [
            (RobotProblem.Key.mentions, settings.mentions), (.mentionMobiles, settings.mentionMobiles),
        ] {
            for name in names where name != RobotMentions.everybody && !RobotService.isName(name) {
                add(
                    key, "\"\(name)\" is not an id that can be mentioned",
                    "write an id as the service shows it, or @all")
            }
        }
        return problems
    }

    /// Ids that cannot break out of a mention: letters, digits and `_`, `-`, `.`, `@`, `+`.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.@+".unicodeScalars.contains($0))
            }
    }
}
