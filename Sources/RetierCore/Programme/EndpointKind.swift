extension Endpoint {
    /// What kind of receiver an endpoint is.
    package enum Kind: Hashable, Sendable {
        /// One file a message under this folder (relative to the brand folder), written and renamed atomically.
        case file(directory: String)
        /// A signed Standard Webhooks POST; with a second secret also signed as GitHub does.
        case webhook(url: String, secret: SecretSource, githubSecret: SecretSource? = nil)
        /// A robot of a WeCom group.
        case wecomRobot(RobotSettings)
        /// A DingTalk custom robot.
        case dingtalkRobot(RobotSettings)
        /// A Feishu or Lark custom bot.
        case feishuRobot(RobotSettings)
        /// A Slack incoming webhook.
        case slackRobot(RobotSettings)
        /// A message of a WeCom application to members of the company's staff.
        case wecomApp(WeComAppSettings)
        /// A WeCom mass message to members: a task that a member of the staff confirms.
        case wecomTask(WeComTaskSettings)
        /// A receiver that the brand describes in `retier.yaml`.
        case custom(CustomChannelSettings)
    }
}

extension Endpoint.Kind {
    /// The identity source under which the receiver knows members; nil where messages name no member to it.
    package var identitySource: String? {
        switch self {
        case .wecomTask(let settings): settings.identitySource
        case .wecomApp(let settings):
            if case .identity(let source) = settings.recipients { source } else { nil }
        case .file, .webhook, .wecomRobot, .dingtalkRobot, .feishuRobot, .slackRobot, .custom: nil
        }
    }
}

/// A robot that writes into a group: the address is its only credential.
package struct RobotSettings: Hashable, Sendable {
    /// How an action list is written.
    package enum Format: String, CaseIterable, Sendable {
        case text
        case markdown
        /// WeCom's markdown with tables.
        case markdownV2 = "markdown-v2"
        /// A digest, and the list as a CSV file.
        case file
    }

    /// The whole URL, key included.
    package var address: SecretSource
    /// The secret of signed robots (DingTalk, Feishu); nil where the robot has none.
    package var signing: SecretSource?
    package var format: Format
    /// User ids to mention, or `@all`.
    package var mentions: [String]
    /// Mobile numbers to mention, or `@all`.
    package var mentionMobiles: [String]

    package init(
        address: SecretSource, signing: SecretSource? = nil, format: Format = .markdown, mentions: [String] = [],
        mentionMobiles: [String] = []
    ) {
        self.address = address
        self.signing = signing
        self.format = format
        self.mentions = mentions
        self.mentionMobiles = mentionMobiles
    }
}

/// How an application of WeCom is called.
package struct WeComAccount: Hashable, Sendable {
    /// `https://qyapi.weixin.qq.com`, or a test receiver.
    package var baseURL: String
    package var corpID: String
    /// The application's secret; access tokens are asked for with it.
    package var secret: SecretSource

    package init(baseURL: String = "https://qyapi.weixin.qq.com", corpID: String, secret: SecretSource) {
        self.baseURL = baseURL
        self.corpID = corpID
        self.secret = secret
    }
}

/// WeCom application messages.
package struct WeComAppSettings: Hashable, Sendable {
    /// Who reads the messages.
    package enum Recipients: Hashable, Sendable {
        /// The same people each time: user ids (or `@all`), departments, tags.
        case fixed(users: [String], parties: [String], tags: [String])
        /// The user id that stands in the action's `assign`.
        case assigned
        /// The id of the action's member under this identity source.
        case identity(source: String)
    }

    package var account: WeComAccount
    package var agentID: Int
    /// `text` or `markdown`.
    package var format: RobotSettings.Format
    package var recipients: Recipients
    /// Within so many seconds WeCom drops a repeated message, at most 4 hours; 0 switches that off.
    package var duplicateCheckSeconds: Int

    package init(
        account: WeComAccount, agentID: Int, format: RobotSettings.Format = .text, recipients: Recipients,
        duplicateCheckSeconds: Int = 14_400
    ) {
        self.account = account
        self.agentID = agentID
        self.format = format
        self.recipients = recipients
        self.duplicateCheckSeconds = duplicateCheckSeconds
    }
}

/// WeCom mass messages to members: tasks that a member of the staff confirms.
package struct WeComTaskSettings: Hashable, Sendable {
    package var account: WeComAccount
    /// The identity source that holds the members' `external_userid`.
    package var identitySource: String
    /// The member of the staff who confirms the task; nil for each member's own contact.
    package var sender: String?

    package init(account: WeComAccount, identitySource: String, sender: String? = nil) {
        self.account = account
        self.identitySource = identitySource
        self.sender = sender
    }
}
