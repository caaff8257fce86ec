import RetierCore

/// Turns the nodes under `endpoints` into endpoints.
///
/// What is malformed was reported by its shape; what cannot be meant, or the service cannot do, is reported here.
struct EndpointReader {
    var findings: Findings

    init(findings: Findings) { self.findings = findings }

    /// Nil where the kind is not known.
    mutating func read(_ entry: YAMLNode.Entry) -> Endpoint? {
        let node = entry.value
        guard let shape = EndpointShape.kind(named: node["kind"]?.text), node.entries != nil else { return nil }
        let kind = kind(shape, node)
        let standard = Endpoint(id: entry.key, kind: kind)
        let expire = node["expire"]?.period
        return Endpoint(
            id: entry.key, kind: kind, batch: batch(node, of: kind),
            concurrency: node["concurrency"]?.integer ?? shape.standardConcurrency,
            timeoutSeconds: node["timeout"]?.seconds ?? standard.timeoutSeconds,
            retrySeconds: node["retry"]?.items?.compactMap(\.seconds) ?? standard.retrySeconds,
            expireHours: expire.map { $0.days * 24 + $0.hours } ?? standard.expireHours,
            onDoubt: onDoubt(node["on_doubt"], of: kind, word: shape.word),
            limits: limits(node, of: kind, word: shape.word),
            allowPrivate: node["allow_private"]?.texts ?? [], caFile: node["ca_file"]?.text, proxy: proxy(node["proxy"])
        )
    }

    private mutating func kind(_ shape: EndpointShape.Kind, _ node: YAMLNode) -> Endpoint.Kind {
        switch shape.sample {
        case .file: return .file(directory: node["directory"]?.text ?? "")
        case .webhook:
            checkAddress(node["url"], of: node)
            return .webhook(
                url: node["url"]?.text ?? "", secret: SecretSource(node["secret"]),
                githubSecret: node["github_secret"].map { SecretSource($0) })
        case .wecomRobot: return .wecomRobot(robot(node, of: .wecom))
        case .dingtalkRobot: return .dingtalkRobot(robot(node, of: .dingtalk))
        case .feishuRobot: return .feishuRobot(robot(node, of: .feishu))
        case .slackRobot: return .slackRobot(robot(node, of: .slack))
        case .wecomApp: return .wecomApp(wecomApp(node))
        case .wecomTask:
            return .wecomTask(
                WeComTaskSettings(
                    account: account(node), identitySource: node["identity"]?.text ?? "", sender: node["sender"]?.text))
        case .custom:
            checkAddress(node["url"], of: node)
            var reader = CustomReader(findings: findings)
            defer { findings = reader.findings }
            return .custom(reader.read(node))
        }
    }

    // MARK: Robots

    private mutating func robot(_ node: YAMLNode, of service: RobotService) -> RobotSettings {
        let settings = RobotSettings(
            address: SecretSource(node["address"]), signing: node["signing"].map { SecretSource($0) },
            format: node["format"]?.text.flatMap(RobotSettings.Format.init) ?? .markdown,
            mentions: (node["mention"]?.texts ?? []).filter(TextFormat.mention.accepts),
            mentionMobiles: (node["mention_mobile"]?.texts ?? []).filter(TextFormat.mobile.accepts))
        // What a kind has no key or word for was reported by its shape.
        for problem in service.problems(of: settings) where problem.key != .format {
            if problem.key == .mentionMobiles, ![.wecom, .dingtalk].contains(service) { continue }
            let place = node[problem.key == .mentions ? "mention" : "mention_mobile"]
            findings.add("impossible", at: place, message: problem.message, hint: problem.hint)
        }
        return settings
    }

    // MARK: WeCom applications

    private mutating func account(_ node: YAMLNode) -> WeComAccount {
        checkAddress(node["base_url"], of: node)
        var account = WeComAccount(corpID: node["corp_id"]?.text ?? "", secret: SecretSource(node["secret"]))
        if let url = node["base_url"]?.text { account.baseURL = url }
        return account
    }

    private mutating func wecomApp(_ node: YAMLNode) -> WeComAppSettings {
        let longest = WeComLimits.duplicateCheckSeconds
        var settings = WeComAppSettings(
            account: account(node), agentID: node["agent_id"]?.integer ?? 0,
            format: node["format"]?.text.flatMap(RobotSettings.Format.init) ?? .text, recipients: recipients(node["to"])
        )
        if let check = node["duplicate_check"], let text = check.text {
            settings.duplicateCheckSeconds = text == "off" ? 0 : TextFormat.seconds(ofSpan: text) ?? longest
            if settings.duplicateCheckSeconds > longest {
                findings.add(
                    "impossible", at: check, message: "WeCom knows a repeat for 4 hours at most",
                    hint: "write `duplicate_check: 4h` or less")
            }
        }
        return settings
    }

    private mutating func recipients(_ node: YAMLNode?) -> WeComAppSettings.Recipients {
        let users = node?["users"]?.texts ?? []
        let parties = node?["parties"]?.texts ?? []
        let tags = node?["tags"]?.texts ?? []
        let isFixed = !(users.isEmpty && parties.isEmpty && tags.isEmpty)
        let ways = [isFixed, node?["assigned"] != nil, node?["identity"] != nil].filter { $0 }.count
        if let node, node.entries != nil, ways != 1 || node["assigned"]?.text == "false" {
            findings.add(
                "bad-value", at: node, message: ways > 1 ? "`to` names two kinds of reader" : "`to` names nobody",
                hint:
                    "write {users: [...], parties: [...], tags: [...]}, {assigned: true}, or {identity: SOURCE}"
            )
        }
        for (key, count, most) in [
            ("users", users.count, WeComLimits.users), ("parties", parties.count, WeComLimits.parties),
            ("tags", tags.count, WeComLimits.tags),
        ]
        where count > most {
            findings.add(
                "impossible", at: node?[key], message: "WeCom takes at most \(most) under `\(key)`, these are \(count)",
                hint: "use a department, a tag or `@all`")
        }
        if users != ["@all"], let user = users.first(where: { WeComLimits.userID($0) == nil }) {
            findings.add(
                "bad-value", at: node?["users"], message: "`\(user)` is no user id of WeCom",
                hint: "write user ids as WeCom shows them, or `@all` alone")
        }
        if let source = node?["identity"]?.text { return .identity(source: source) }
        return node?["assigned"] != nil ? .assigned : .fixed(users: users, parties: parties, tags: tags)
    }

    // MARK: Sending

    /// Nil for the standard.
    private mutating func batch(_ node: YAMLNode, of kind: Endpoint.Kind) -> Int? {
        guard case .custom(let settings) = kind, settings.grouping == .action else { return node["batch"]?.integer }
        if let batch = node["batch"]?.integer, batch > 1 {
            findings.add(
                "impossible", at: node["batch"], message: "each request carries one action, so `batch` means nothing",
                hint: "write `per: message`, or leave `batch` out")
        }
        return 1
    }

    /// Nil where nothing is configured.
    private mutating func limits(_ node: YAMLNode, of kind: Endpoint.Kind, word: String) -> EndpointLimits? {
        guard ["rate", "breaker", "avoid_half_hours", "poll"].contains(where: { node[$0] != nil }) else { return nil }
        let standard = kind.standardLimits
        var limits = standard
        if let rate = node["rate"], let items = rate.items {
            limits.rates = items.compactMap { $0.text.flatMap(TextFormat.rateLimit) }
            if let broken = standard.rates.first(where: { !limits.keep($0) }) {
                findings.warn(
                    "fast-rate", at: rate,
                    message: "`rate` allows more than the \(broken.written) that the service of `\(word)` documents",
                    hint:
                        "it refuses the surplus and may shut the endpoint out for minutes; leave `rate` out"
                )
            }
        }
        if let failures = node["breaker"]?["failures"]?.integer { limits.breakerFailures = failures }
        if node["breaker"]?.text == "off" { limits.breakerFailures = 0 }
        if let open = node["breaker"]?["open"]?.seconds { limits.breakerSeconds = open }
        if let avoids = node["avoid_half_hours"]?.text { limits.avoidsHalfHours = avoids == "on" }
        if let poll = node["poll"]?.seconds { limits.pollSeconds = poll }
        return limits
    }

    private mutating func onDoubt(
        _ node: YAMLNode?, of kind: Endpoint.Kind, word: String
    ) -> DeliveryPolicy.OnDoubt? {
        switch node?.text {
        case "hold": return .hold
        case "resend":
            guard kind.standardOnDoubt == .hold else { return kind.standardOnDoubt }
            let cure =
                switch kind {
                case .wecomApp: "give it a `duplicate_check`, or write `on_doubt: hold`"
                case .custom:
                    "name the `idempotency_header` by which the receiver knows a repeat, or write `on_doubt: hold`"
                default: "write `on_doubt: hold`: a person decides, see `retier doubts`"
                }
            findings.add(
                "impossible", at: node,
                message:
                    "the receiver of this `\(word)` cannot tell a repeat, so a message that is resent in doubt may "
                    + "arrive twice", hint: cure)
            return nil
        default: return nil
        }
    }

    // MARK: Addresses

    private mutating func checkAddress(_ node: YAMLNode?, of endpoint: YAMLNode) {
        guard let node, let url = node.text else { return }
        let host = EndpointReader.host(of: url)
        let allowed = endpoint["allow_private"]?.texts ?? []
        let loopback: Set<Substring> = ["127.0.0.1", "localhost", "::1"]
        let isPlainAllowed = url.hasPrefix("http://") && (loopback.contains(host) || allowed.contains(String(host)))
        guard !host.isEmpty, url.hasPrefix("https://") || isPlainAllowed else {
            return findings.add(
                "insecure-url", at: node, message: "the address is not https",
                hint: "write https://...; http is allowed for 127.0.0.1, localhost and hosts under `allow_private` only"
            )
        }
    }

    private mutating func proxy(_ node: YAMLNode?) -> String? {
        guard let node, let url = node.text else { return nil }
        let isWhole = url.hasPrefix("http://") || url.hasPrefix("https://")
        if !isWhole || EndpointReader.host(of: url).isEmpty {
            findings.add(
                "bad-value", at: node, message: "the proxy is no http address",
                hint: "write http://HOST:PORT, without user and password")
        }
        return url
    }

    private static func host(of url: String) -> Substring {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? ""
        let authority = rest.prefix { !"/?#".contains($0) }
        return authority.first == "[" ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    }
}

extension EndpointLimits {
    /// Whether these rates never allow more than another one does.
    fileprivate func keep(_ other: RateLimit) -> Bool {
        rates.contains { rate in
            let windows = (other.perSeconds + rate.perSeconds - 1) / rate.perSeconds
            return rate.max * windows <= other.max
        }
    }
}

extension SecretSource {
    /// The source that a node names; a stand-in where it names none.
    init(_ node: YAMLNode?) {
        if let name = node?["credential"]?.text {
            self = .credential(name)
        } else {
            self = .file(node?["file"]?.text ?? "")
        }
    }
}

extension YAMLNode {
    /// Seconds of a span such as `30s`.
    var seconds: Int? { text.flatMap(TextFormat.seconds) }
    /// The texts of a list's items.
    var texts: [String]? { items?.compactMap(\.text) }
}
