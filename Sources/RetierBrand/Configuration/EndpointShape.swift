import RetierCore

/// Every key of an endpoint, by kind.
enum EndpointShape {
    /// One word under `kind:`.
    struct Kind: Sendable {
        var word: String
        /// What the kind has and what of it others may have.
        var own: [Key]
        /// Any endpoint of the kind, for the limits that its service documents.
        var sample: Endpoint.Kind
        /// A robot that writes into a group: one message at a time.
        var isRobot = false

        var standardConcurrency: Int { isRobot ? 1 : 4 }
        var isReachedOverHTTP: Bool { word != "file" }
        var keys: [Key] { own + sending + (isReachedOverHTTP ? EndpointShape.network : []) }
    }

    static let kinds = [
        Kind(word: "file", own: file, sample: .file(directory: "")),
        Kind(word: "webhook", own: webhook, sample: .webhook(url: "", secret: .file(""))),
        robot("wecom-robot", formats: RobotSettings.Format.allCases, mentionsMobiles: true) { .wecomRobot($0) },
        robot("dingtalk-robot", mentionsMobiles: true, isSigned: true) { .dingtalkRobot($0) },
        robot("feishu-robot", isSigned: true) { .feishuRobot($0) },
        robot("slack-robot") { .slackRobot($0) },
        Kind(
            word: "wecom-app", own: wecomAccount + wecomApp,
            sample: .wecomApp(WeComAppSettings(account: account, agentID: 1, recipients: .assigned))),
        Kind(
            word: "wecom-task", own: wecomAccount + wecomTask,
            sample: .wecomTask(WeComTaskSettings(account: account, identitySource: ""))),
        Kind(word: "custom", own: CustomShape.keys, sample: .custom(CustomShape.sample)),
    ]

    static let tag = Key(
        "kind", .choice(kinds.map(\.word)), required: true, zh: "端点类型", en: "kind of endpoint")

    static let shape = Shape.variants(tag: tag, kinds.map { ($0.word, $0.keys) })

    static func kind(named word: String?) -> Kind? { kinds.first { $0.word == word } }

    private static let account = WeComAccount(corpID: "", secret: .file(""))

    // MARK: Keys of single kinds

    private static let file = [
        Key("directory", .text(.path), required: true, zh: "输出目录", en: "folder inside the brand folder")
    ]

    private static let webhook = [
        Key("url", .text(.line), required: true, zh: "https 地址", en: "https address; http only for loopback"),
        Key("secret", .secret, required: true, zh: "签名密钥的来源", en: "where the signing secret is read from"),
        Key(
            "github_secret", .secret, zh: "GitHub 式签名密钥的来源",
            en: "where the secret of a further signature as GitHub's is read from"),
    ]

    private static func robot(
        _ word: String, formats: [RobotSettings.Format] = [.text, .markdown], mentionsMobiles: Bool = false,
        isSigned: Bool = false, kind: (RobotSettings) -> Endpoint.Kind
    ) -> Kind {
        var own = [
            Key("address", .secret, required: true, zh: "机器人完整地址的来源", en: "where the robot's whole URL is read from")
        ]
        if isSigned { own.append(Key("signing", .secret, zh: "加签密钥的来源", en: "where the signing secret is read from")) }
        own += [
            Key(
                "format", .choice(formats.map(\.rawValue)), fallback: RobotSettings.Format.markdown.rawValue,
                zh: "消息格式", en: "how an action list is written"),
            Key("mention", .list(.text(.mention)), zh: "提醒的成员", en: "user ids to mention, or `@all`"),
        ]
        if mentionsMobiles {
            own.append(
                Key("mention_mobile", .list(.text(.mobile)), zh: "按手机号提醒", en: "mobile numbers to mention, or `@all`"))
        }
        return Kind(word: word, own: own, sample: kind(RobotSettings(address: .file(""))), isRobot: true)
    }

    private static let wecomAccount = [
        Key("corp_id", .text(.corporation), required: true, zh: "企业 ID", en: "the corporation's id"),
        Key("secret", .secret, required: true, zh: "应用 Secret 的来源", en: "where the application's secret is read from"),
        Key(
            "base_url", .text(.line), fallback: account.baseURL, zh: "接口地址，用于私有部署或测试",
            en: "address of the API, for private deployments and tests"),
    ]

    private static let wecomApp = [
        Key("agent_id", .integer(1...2_147_483_647), required: true, zh: "应用 ID", en: "the application's id"),
        Key(
            "to", .keys(recipients), required: true, zh: "收件人",
            en: "who reads the messages: people, `assigned`, or `identity`"),
        Key(
            "format", .choice(["text", "markdown"]), fallback: "text", zh: "消息格式", en: "how an action list is written"),
        Key(
            "duplicate_check", .either([.choice(["off"]), .text(.span)]), fallback: "4h", zh: "重复消息检查的时间窗",
            en: "WeCom drops a repeat within this span, at most 4h; `off` for no check"),
    ]

    static let recipients = [
        Key("users", .list(.text(.mention)), zh: "成员 userid，或 @all", en: "user ids, or `@all`"),
        Key("parties", .list(.integer(1...2_147_483_647)), zh: "部门 ID", en: "ids of departments"),
        Key("tags", .list(.integer(1...2_147_483_647)), zh: "标签 ID", en: "ids of tags"),
        Key("assigned", .flag, zh: "步骤 assign 指定的人", en: "`true` for the user id under `assign` in the step"),
        Key("identity", .text(.line), zh: "会员在该身份源下的 ID", en: "the member's id under this identity source"),
    ]

    private static let wecomTask = [
        Key(
            "identity", .text(.line), required: true, zh: "存放 external_userid 的身份源",
            en: "identity source that holds the members' external_userid"),
        Key(
            "sender", .text(.mention), zh: "确认发送的员工 userid",
            en: "who confirms the task; each member's own contact when left out"),
    ]

    /// What every endpoint that is reached over HTTP may have.
    static let network = [
        Key("allow_private", .list(.text(.line)), zh: "允许的内网主机", en: "hosts in private ranges that may be reached"),
        Key(
            "ca_file", .text(.path), zh: "私有 CA 证书文件（PEM）",
            en: "certificates (PEM) to trust instead of the system's, a file inside the brand folder"),
        Key(
            "proxy", .text(.line), zh: "HTTP 代理地址",
            en: "HTTP proxy, which then decides what can be reached; the environment's is never used"),
    ]
}

extension EndpointShape.Kind {
    /// What every endpoint may have, with the values that count for this kind.
    var sending: [Key] {
        let standard = Endpoint(id: "", kind: sample)
        let limits = sample.standardLimits
        let retry = standard.retrySeconds.map(TextFormat.span).joined(separator: ", ")
        var keys = [
            Key(
                "batch", .integer(1...(sample.isForPeople ? Endpoint.listActions : 1_000)),
                fallback: word == "custom" ? "100 with `per: message`" : "\(standard.batch)",
                zh: "每条消息最多动作数", en: "most actions in one message"),
            Key(
                "concurrency", .integer(1...64), fallback: "\(standardConcurrency)", zh: "并发请求数",
                en: "most requests in flight"),
            Key(
                "timeout", .text(.span), fallback: TextFormat.span(ofSeconds: standard.timeoutSeconds), zh: "请求超时",
                en: "whole-request timeout"),
            Key(
                "retry", .list(.text(.span)), fallback: "[\(retry)]", zh: "第 2、3…次尝试前的等待",
                en: "waits before attempt 2, 3, ...; after the last the message is exhausted"),
            Key(
                "expire", .text(.daysOrHours), fallback: "P\(standard.expireHours / 24)D", zh: "过期不再发送",
                en: "a message older than this is expired, not sent"),
            Key(
                "rate", .list(.text(.rate)), fallback: "[\(limits.rates.map(\.written).joined(separator: ", "))]",
                zh: "滑动窗口内最多消息数，同时生效", en: "most messages in sliding windows, which all hold at once"),
            Key(
                "breaker", .either([.choice(["off"]), .keys(EndpointShape.breaker)]),
                fallback:
                    "{failures: \(limits.breakerFailures), open: \(TextFormat.span(ofSeconds: limits.breakerSeconds))}",
                zh: "熔断", en: "when an endpoint that fails is left alone for a while"),
            Key(
                "avoid_half_hours", .choice(["on", "off"]), fallback: limits.avoidsHalfHours ? "on" : "off",
                zh: "避开整点与半点", en: "keeps two minutes' distance from full and half hours"),
            Key(
                "on_doubt", .choice(["resend", "hold"]), fallback: sample.standardOnDoubt == .hold ? "hold" : "resend",
                zh: "结果不明时重发或留待人工", en: "what becomes of a message that may or may not have arrived"),
        ]
        if word == "wecom-task" {
            keys.append(
                Key(
                    "poll", .text(.span), fallback: TextFormat.span(ofSeconds: limits.pollSeconds), zh: "查询任务结果的间隔",
                    en: "time between questions about a task that waits for its person"))
        }
        return keys
    }
}

extension EndpointShape {
    static let breaker = [
        Key(
            "failures", .integer(1...1_000), fallback: "\(EndpointLimits().breakerFailures)", zh: "连续失败次数",
            en: "failures in a row that open it"),
        Key(
            "open", .text(.span), fallback: TextFormat.span(ofSeconds: EndpointLimits().breakerSeconds), zh: "首次断开时长",
            en: "how long the first time; each further one in a row twice as long, up to an hour"),
    ]
}
