import RetierCore

/// Turns the nodes of `retier.yaml` into a programme.
///
/// What is malformed was reported by its shape and is left out here; what is well formed but cannot be meant is
/// reported here.
struct ProgrammeReader {
    var findings: Findings
    private let zoneRules: (String) -> ZoneRules?

    init(findings: Findings, zoneRules: @escaping (String) -> ZoneRules?) {
        self.findings = findings
        self.zoneRules = zoneRules
    }

    /// The programme, with stand-ins where something is wrong; `findings` has errors then, and no run may use it.
    mutating func read(_ root: YAMLNode) -> Programme {
        let currency = currency(root["currency"]?.text ?? "CNY")
        let endpoints = endpoints(root["endpoints"])
        let channels = (root["channels"]?.entries ?? []).compactMap { channel($0, endpoints: root["endpoints"]) }
        let kinds = eventKinds(root["events"])
        let (own, tags) = factsAndTags(root, kinds: kinds, currency: currency)
        let facts = FactCatalogue(kinds: kinds, own: own)
        var programme = Programme(
            brand: root["brand"]?.text ?? "", title: root["title"]?.localized ?? LocalizedText(""),
            language: root["language"]?.text.flatMap(Language.init) ?? .chinese, zone: zone(root["time_zone"]),
            currency: currency, tiering: tiering(root, facts: facts, tags: tags, currency: currency),
            endpoints: endpoints.sorted { $0.id < $1.id },
            channels: channels.sorted { $0.id < $1.id },
            guards: GuardReader(currency: currency).limits(root["guards"], &findings),
            imports: ImportLimits(
                maxRejected: root["imports"]?["max_rejected"]?.basisPoints ?? ImportLimits().maxRejected,
                mergesMembers: root["imports"]?["conflicting_identities"]?.text != "reject",
                acksSecret: root["imports"]?["acks_secret"].map { SecretSource($0) }),
            facts: facts,
            uncountedStatuses: root["orders"]?["uncounted"]?.items.map { $0.compactMap(\.text) }
                ?? Programme.usualUncountedStatuses)
        programme.tags = tags
        programme.canary = CanarySettings(root["canary"], &findings)
        programme.approvals = ApprovalRules(root["approvals"], currency: currency, &findings)
        if let node = root["control"] { programme.control = control(node) }
        programme.caps = (root["caps"]?.entries ?? []).compactMap { cap($0, channels: programme.channels) }
        checkCapCount(programme, at: root["caps"])
        programme.budgets = budgets(root["budgets"], of: programme)
        programme.quiet = quiet(root["quiet"], of: programme)
        programme.clusters = clusters(root["clusters"], of: programme)
        programme.incidents = incidents(root["incidents"])
        return programme
    }

    private mutating func quiet(_ node: YAMLNode?, of programme: Programme) -> QuietSettings {
        var reader = QuietReader(findings: findings, zoneRules: zoneRules, channels: programme.channels)
        let settings = reader.read(node)
        findings = reader.findings
        return settings
    }

    private mutating func incidents(_ node: YAMLNode?) -> [IncidentKind] {
        var reader = IncidentReader(findings: findings)
        let kinds = reader.read(node)
        findings = reader.findings
        return kinds
    }

    private mutating func control(_ node: YAMLNode) -> ProgrammeControl {
        let standard = ProgrammeControl()
        let share = node["share"]?.basisPoints ?? standard.share
        if share >= 10_000 {
            findings.add(
                "bad-value", at: node["share"], message: "the control group is everybody, so nothing is ever sent",
                hint: "write a share below 100%, such as 5%")
        }
        return ProgrammeControl(
            share: share, within: node["within"]?.period ?? standard.within,
            until: node["until"]?.text.flatMap { Day(iso: $0) })
    }

    // MARK: Facts and tags

    private func eventKinds(_ node: YAMLNode?) -> EventKinds {
        var kinds: [EventKinds.Meaning: [String]] = [:]
        for meaning in EventKinds.Meaning.allCases {
            if let items = node?[meaning.rawValue]?.items { kinds[meaning] = items.compactMap(\.text) }
        }
        return EventKinds(kinds)
    }

    private mutating func factsAndTags(
        _ root: YAMLNode, kinds: EventKinds, currency: Currency
    ) -> ([FactDefinition], [Tag]) {
        var reader = FactReader(findings: findings, currency: currency)
        let facts = reader.read(root["facts"])
        let tierIDs = (root["tiering"]?["ladder"]?.items ?? []).compactMap { $0["id"]?.text }
        var tagReader = TagReader(
            findings: reader.findings, kinds: kinds, currency: currency, tierIDs: tierIDs,
            clusterIDs: ClusterReader.ids(root["clusters"]), facts: facts)
        let tags = tagReader.read(root["tags"])
        findings = tagReader.findings
        return (tagReader.facts, tags)
    }

    private mutating func zone(_ node: YAMLNode?) -> ZoneRules {
        guard let node, let name = node.text else { return .utc }
        if let rules = zoneRules(name) { return rules }
        findings.add(
            "unknown-time-zone", at: node, message: "`\(name)` is no time zone that this machine knows",
            hint: "write an IANA name such as Asia/Shanghai, and see that the system's time zone data is installed")
        return .utc
    }

    private func currency(_ code: String) -> Currency {
        // ISO 4217 minor units other than 2.
        let none = [
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF",
        ]
        let three = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
        return Currency(code: code, decimals: none.contains(code) ? 0 : three.contains(code) ? 3 : 2)
    }

    private mutating func tiering(
        _ root: YAMLNode, facts: FactCatalogue, tags: [Tag], currency: Currency
    ) -> TieringModel {
        let channels = root["channels"]?.entries.map { entries in
            entries.map { entry -> (id: String, consent: String?) in
                let consent = entry.value["consent"]?.text
                return (entry.key, consent == "none" ? nil : consent)
            }
        }
        let ids = (root["tiering"]?["ladder"]?.items ?? []).compactMap { $0["id"]?.text }
        let vocabulary = FieldVocabulary(
            tierIDs: ids, tagIDs: tags.map(\.id), clusterIDs: ClusterReader.ids(root["clusters"]), facts: facts,
            moneyDecimals: currency.decimals)
        var reader = TieringReader(
            findings: findings, names: ReferenceNames(vocabulary: vocabulary, channels: channels), facts: facts,
            currency: currency)
        let model = reader.read(root["tiering"])
        findings = reader.findings
        return model
    }

    private mutating func clusters(_ node: YAMLNode?, of programme: Programme) -> ClusterSettings? {
        var reader = ClusterReader(
            findings: findings, facts: programme.facts, model: programme.tiering, currency: programme.currency)
        let settings = reader.read(node)
        findings = reader.findings
        return settings
    }

    // MARK: Endpoints and channels

    private mutating func endpoints(_ node: YAMLNode?) -> [Endpoint] {
        var reader = EndpointReader(findings: findings)
        let endpoints = (node?.entries ?? []).compactMap { reader.read($0) }
        findings = reader.findings
        return endpoints
    }

    private mutating func channel(_ entry: YAMLNode.Entry, endpoints: YAMLNode?) -> Channel? {
        let node = entry.value
        let known = (endpoints?.entries ?? []).map(\.key)
        if let endpoint = node["endpoint"], let name = endpoint.text, !known.contains(name) {
            findings.add(
                "unknown-endpoint", at: endpoint,
                message: "channel `\(entry.key)` uses endpoint `\(name)`, which is not defined",
                hint: NearestName.hint(for: name, in: known))
        }
        var cap: FrequencyCap?
        if let max = node["cap"]?["max"]?.integer, let days = node["cap"]?["per"]?.period?.days {
            cap = FrequencyCap(id: entry.key, max: max, window: .rolling(days: days), channels: [entry.key])
        }
        let consent = node["consent"]?.text
        return Channel(
            id: entry.key, title: node["title"]?.localized ?? LocalizedText(entry.key),
            endpoint: node["endpoint"]?.text ?? "", consent: consent == "none" ? nil : consent, cap: cap,
            maxTextBytes: node["max_bytes"]?.integer)
    }

    // MARK: Caps

    private mutating func cap(_ entry: YAMLNode.Entry, channels: [Channel]) -> FrequencyCap? {
        let node = entry.value
        if channels.contains(where: { $0.id == entry.key }) {
            findings.add(
                "duplicate-id", at: node, message: "cap `\(entry.key)` has the id of a channel, whose own cap has it",
                hint: "give it another id")
        }
        for channel in node["channels"]?.items ?? [] {
            guard let id = channel.text, !channels.contains(where: { $0.id == id }) else { continue }
            findings.add(
                "unknown-channel", at: channel,
                message: "cap `\(entry.key)` names channel `\(id)`, which is not defined",
                hint: NearestName.hint(for: id, in: channels.map(\.id)))
        }
        guard let max = node["max"]?.integer, let period = node["per"]?.period else { return nil }
        guard let window = FrequencyCap.Window(period) else {
            findings.add(
                "bad-value", at: node["per"], message: "a cap cannot be per \(period)",
                hint: "write P1D to P7D for a rolling window, or P1M, P2M, P3M, P4M, P6M or P1Y for a calendar period")
            return nil
        }
        func texts(_ key: String) -> [String] { (node[key]?.items ?? []).compactMap(\.text) }
        return FrequencyCap(
            id: entry.key, max: max, window: window, channels: texts("channels"), tags: texts("tags"))
    }

    private mutating func checkCapCount(_ programme: Programme, at node: YAMLNode?) {
        let count = programme.caps.count + programme.channels.count { $0.cap != nil }
        guard count > 64 else { return }
        findings.add(
            "bad-value", at: node, message: "there are \(count) caps with those of the channels, and 64 at the most",
            hint: "let one cap speak of several channels or tags")
    }

    // MARK: Budgets

    private mutating func budgets(_ node: YAMLNode?, of programme: Programme) -> [Budget] {
        var reader = BudgetReader(findings: findings, currency: programme.currency)
        let budgets = reader.read(
            node, channels: programme.channels, tierIDs: programme.tiering.ladder.tiers.map(\.id))
        findings = reader.findings
        return budgets
    }
}

extension YAMLNode {
    var period: CalendarPeriod? { text.flatMap { CalendarPeriod(iso: $0) } }
    /// Days of a period that has neither months nor hours.
    var wholeDays: Int? { period.flatMap { $0.months == 0 && $0.hours == 0 ? $0.days : nil } }
    var basisPoints: Int? { text.flatMap(TextFormat.basisPoints) }

    /// One text for both languages, or a text for each; a language that is left out takes the other's text.
    var localized: LocalizedText? {
        if let text { return LocalizedText(text) }
        guard let first = self["zh"]?.text ?? self["en"]?.text else { return nil }
        return LocalizedText(zh: self["zh"]?.text ?? first, en: self["en"]?.text ?? first)
    }
}
