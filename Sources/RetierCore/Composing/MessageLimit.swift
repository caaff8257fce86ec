/// The services whose robots write into groups.
package enum RobotService: String, CaseIterable, Sendable {
    case wecom, dingtalk, feishu, slack
}

/// How large one message of a service may be.
package struct MessageLimit: Hashable, Sendable {
    /// What the service counts.
    package enum Unit: Sendable {
        /// The UTF-8 bytes of the text, after JSON is decoded.
        case text
        /// The bytes of the whole request body.
        case body
    }

    package var bytes: Int
    package var unit: Unit

    package init(_ bytes: Int, _ unit: Unit) {
        self.bytes = bytes
        self.unit = unit
    }

    /// Bytes that a text takes of the limit, as a JSON string without its quotation marks where bodies count.
    package func bytes(of text: String) -> Int {
        switch unit {
        case .text: text.utf8.count
        case .body: text.utf8.reduce(0) { $0 + JSONText.length(of: $1) }
        }
    }
}

extension RobotService {
    /// How an action list can be written for the service.
    package var formats: [RobotSettings.Format] {
        switch self {
        case .wecom: RobotSettings.Format.allCases
        case .dingtalk, .feishu, .slack: [.text, .markdown]
        }
    }

    /// The most that a message of a format may hold; for `file` that of the digest.
    ///
    /// WeCom: path/99110. DingTalk: 20,000 bytes of body. Feishu says 20 KB: the smaller reading, and less what
    /// signing adds at the attempt. Slack cuts after 40,000 characters and asks for at most 4,000: as many bytes,
    /// escapes included, are never more characters.
    package func messageLimit(_ format: RobotSettings.Format) -> MessageLimit {
        switch self {
        case .wecom: MessageLimit(format == .text ? 2_048 : 4_096, .text)
        case .dingtalk: MessageLimit(20_000, .body)
        case .feishu: MessageLimit(20_000 - RobotService.feishuSignatureBytes, .body)
        case .slack: MessageLimit(4_000, .text)
        }
    }

    /// What `"timestamp":"1599360473","sign":"...",` may take: 44 bytes of base64, each `/` escaped at the worst.
    package static let feishuSignatureBytes = 160

    /// The largest file that WeCom takes, in bytes; it says 20 MB, of which this is the smaller reading.
    package static let maxFileBytes = 20_000_000
}

extension Endpoint.Kind {
    /// The service and the settings of a robot; nil for other receivers.
    package var robot: (service: RobotService, settings: RobotSettings)? {
        switch self {
        case .wecomRobot(let settings): (.wecom, settings)
        case .dingtalkRobot(let settings): (.dingtalk, settings)
        case .feishuRobot(let settings): (.feishu, settings)
        case .slackRobot(let settings): (.slack, settings)
        case .file, .webhook, .wecomApp, .wecomTask, .custom: nil
        }
    }

    /// The most actions in one message where nothing is configured: for people's channels their byte limit decides.
    package var standardBatch: Int { isForPeople ? Endpoint.listActions : 100 }

    /// Whether people read the messages, so that a list of actions is written out and split by its bytes.
    package var isForPeople: Bool {
        switch self {
        case .file, .webhook, .custom: false
        case .wecomRobot, .dingtalkRobot, .feishuRobot, .slackRobot, .wecomApp, .wecomTask: true
        }
    }
}

extension Endpoint {
    /// The most actions that are written out as one list, which may be many messages: all of it is in memory at once.
    package static let listActions = 10_000

    /// The most actions of one draft.
    package var draftActions: Int { kind.isForPeople ? max(batch, Endpoint.listActions) : max(1, batch) }
}
