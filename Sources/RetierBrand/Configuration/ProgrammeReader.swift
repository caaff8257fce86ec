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
        let (facts, tags) = factsAndTags(root, kinds: kinds, currency: currency)
        var programme = Programme(
            brand: root["brand"]?.text ?? "", title: root["title"]?.localized ?? LocalizedText(""),
            language: root["language"]?.text.flatMap(Language.init) ?? .chinese, zone: zone(root["time_zone"]),
            currency: currency, tiering: tiering(root["tiering"]), endpoints: endpoints.sorted { $0.id < $1.id },
            channels: channels.sorted { $0.id < $1.id }, guards: guards(root["guards"], currency: currency),
            imports: ImportLimits(
                maxRejected: root["imports"]?["max_rejected"]?.basisPoints ?? ImportLimits().maxRejected,
                mergesMembers: root["imports"]?["conflicting_identities"]?.text != "reject"),
            facts: FactCatalogue(kinds: kinds, own: facts),
            uncountedStatuses: root["orders"]?["uncounted"]?.items.map { $0.compactMap(\.text) }
                ?? Programme.usualUncountedStatuses)
        programme.tags = tags
        return programme
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
            findings: reader.findings, kinds: kinds, currency: currency, tierIDs: tierIDs, facts: facts)
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

    // MARK: Tiering

    private mutating func tiering(_ node: YAMLNode?) -> TieringModel {
        let weights = node?["weights"]
        let standard = ScoreWeights()
        let read = ScoreWeights(
            spend: weights?["spend"]?.integer ?? standard.spend,
            frequency: weights?["frequency"]?.integer ?? standard.frequency,
            recency: weights?["recency"]?.integer ?? standard.recency,
            priceSensitivity: weights?["price_sensitivity"]?.integer ?? standard.priceSensitivity)
        if read.sum <= 0 {
            findings.add(
                "bad-value", at: weights, message: "all weights are 0, so nobody has a score",
                hint: "give at least one dimension a weight above 0")
        }
        var model = TieringModel(
            window: node?["window"]?.period, weights: read, ladder: ladder(node?["ladder"]),
            learnedOn: node?["learned_on"]?.text.flatMap { Day(iso: $0) }, stability: stability(node?["stability"]),
            lifecycle: lifecycle(node?["lifecycle"]))
        model.lifetime = LifetimeSettings(node?["lifetime"])
        return model
    }

    private mutating func ladder(_ node: YAMLNode?) -> TierLadder {
        let items = node?.items ?? []
        let tiers = items.map { item in
            Tier(
                id: item["id"]?.text ?? "", title: item["title"]?.localized ?? LocalizedText(""),
                entry: item["entry"].map(entry) ?? .everyone)
        }
        for (index, item) in items.enumerated() {
            if let id = item["id"]?.text, tiers[..<index].contains(where: { $0.id == id }) {
                findings.add(
                    "duplicate-id", at: item["id"], message: "tier `\(id)` is given twice",
                    hint: "give each tier its own id")
            }
            checkOrder(item, index: index, tiers: tiers)
        }
        if let node, node.items != nil, !(1...64).contains(items.count) {
            findings.add(
                "bad-value", at: node, message: "the ladder has \(items.count) tiers",
                hint: "write 1 to 64 tiers, highest first")
        }
        return TierLadder(tiers: tiers)
    }

    private func entry(_ node: YAMLNode) -> Tier.Entry {
        if let share = node["top"]?.basisPoints { return .topShare(share) }
        if let count = node["top"]?.integer { return .topCount(count) }
        if let score = node["score"]?.integer { return .score(score * 10_000) }
        return .everyone
    }

    /// The last tier and only that takes everyone, and each entry is wider than the one above it.
    private mutating func checkOrder(_ item: YAMLNode, index: Int, tiers: [Tier]) {
        guard let place = item["entry"] else { return }
        let entry = tiers[index].entry
        let isLast = index == tiers.count - 1
        if isLast != (entry == .everyone) {
            findings.add(
                "bad-ladder", at: place,
                message: isLast
                    ? "the lowest tier `\(tiers[index].id)` does not take everyone"
                    : "tier `\(tiers[index].id)` takes everyone, so the tiers below it stay empty",
                hint: isLast ? "write `entry: everyone`" : "give it an entry, or move it to the end")
        }
        if case .topShare(let share) = entry, !(1...10_000).contains(share) {
            findings.add(
                "bad-value", at: place, message: "the share is not above 0% and at most 100%",
                hint: "write a share such as 5%")
        }
        guard index > 0 else { return }
        let isWider =
            switch (tiers[index - 1].entry, entry) {
            case (.topShare(let above), .topShare(let here)): here > above
            case (.topCount(let above), .topCount(let here)): here > above
            case (.score(let above), .score(let here)): here < above
            default: true
            }
        if !isWider {
            findings.add(
                "bad-ladder", at: place,
                message: "tier `\(tiers[index].id)` is not wider than the tier above it, so it stays empty",
                hint: "shares and counts include the tiers above: write a larger share or count, or a lower score")
        }
    }

    private mutating func stability(_ node: YAMLNode?) -> Stability {
        let standard = Stability()
        let keep = node?["keep"]?.basisPoints ?? standard.keepShare
        if keep > 10_000 {
            findings.add(
                "bad-value", at: node?["keep"], message: "`tiering.stability.keep` is above 100%",
                hint: "write the share of the entry cut below which a member moves down, such as 90%")
        }
        return Stability(
            keepShare: keep, confirmingRuns: node?["confirming_runs"]?.integer ?? standard.confirmingRuns,
            maxStepsDown: node?["max_steps_down"]?.integer ?? standard.maxStepsDown)
    }

    private mutating func lifecycle(_ node: YAMLNode?) -> LifecycleRules {
        let standard = LifecycleRules()
        let rules = LifecycleRules(
            newDays: node?["new"]?.wholeDays ?? standard.newDays,
            coolingDays: node?["cooling"]?.wholeDays ?? standard.coolingDays,
            dormantDays: node?["dormant"]?.wholeDays ?? standard.dormantDays,
            lostDays: node?["lost"]?.wholeDays ?? standard.lostDays)
        if !(rules.coolingDays < rules.dormantDays && rules.dormantDays < rules.lostDays) {
            findings.add(
                "bad-value", at: node, message: "the lifecycle periods are not in order, so a stage is never reached",
                hint: "write cooling < dormant < lost")
        }
        return rules
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
            cap = FrequencyCap(max: max, days: days)
        }
        let consent = node["consent"]?.text
        return Channel(
            id: entry.key, title: node["title"]?.localized ?? LocalizedText(entry.key),
            endpoint: node["endpoint"]?.text ?? "", consent: consent == "none" ? nil : consent, cap: cap,
            maxTextBytes: node["max_bytes"]?.integer)
    }

    // MARK: Guards

    private mutating func guards(_ node: YAMLNode?, currency: Currency) -> GuardLimits {
        func limit<Value>(_ key: String, _ standard: Value?, _ read: (YAMLNode) -> Value?) -> Value? {
            guard let value = node?[key] else { return standard }
            return value.text == "off" ? nil : read(value)
        }
        let standard = GuardLimits()
        if let cost = node?["max_cost"], let text = cost.text, text != "off" {
            if Money(text: text, decimals: currency.decimals) == nil {
                findings.add(
                    "bad-value", at: cost, message: "`guards.max_cost` has more decimals than \(currency.code)",
                    hint: "write at most \(currency.decimals) decimals")
            }
        }
        return GuardLimits(
            maxDataAgeDays: limit("max_data_age", standard.maxDataAgeDays) { $0.period?.days },
            maxRowFall: limit("max_row_fall", standard.maxRowFall, \.basisPoints),
            maxActions: limit("max_actions", standard.maxActions, \.integer),
            maxActionShare: limit("max_action_share", standard.maxActionShare, \.basisPoints),
            maxActionGrowth: limit("max_action_growth", standard.maxActionGrowth, \.basisPoints),
            maxDemotionShare: limit("max_demotion_share", standard.maxDemotionShare, \.basisPoints),
            maxCost: limit("max_cost", standard.maxCost) {
                $0.text.flatMap { Money(text: $0, decimals: currency.decimals)?.minorUnits }
            })
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
