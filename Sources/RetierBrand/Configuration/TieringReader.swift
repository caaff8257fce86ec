import RetierCore

/// Turns the nodes under `tiering` into a model.
struct TieringReader {
    var findings: Findings
    /// What the conditions of tiers may name.
    let names: ReferenceNames
    let facts: FactCatalogue
    let currency: Currency

    mutating func read(_ node: YAMLNode?) -> TieringModel {
        var model = TieringModel(
            window: node?["window"]?.period, weights: weights(node?["weights"]),
            weighting: weighting(node?["weighting"]), dimensions: dimensions(node?["dimensions"]),
            ladder: ladder(node?["ladder"]), learnedOn: node?["learned_on"]?.text.flatMap { Day(iso: $0) },
            stability: stability(node?["stability"]), lifecycle: lifecycle(node?["lifecycle"]),
            signals: signals(node?["signals"]))
        model.lifetime = LifetimeSettings(node?["lifetime"])
        return model
    }

    // MARK: Score

    private mutating func weights(_ node: YAMLNode?) -> ScoreWeights {
        var weights = ScoreWeights()
        for dimension in Dimension.allCases {
            if let weight = node?[dimension.name]?.integer { weights[dimension] = weight }
        }
        if weights.sum <= 0 {
            findings.add(
                "bad-value", at: node, message: "all weights are 0, so nobody has a score",
                hint: "give at least one dimension a weight above 0")
        }
        return weights
    }

    private mutating func weighting(_ node: YAMLNode?) -> Weighting {
        let standard = Weighting()
        let weighting = Weighting(
            method: node?["by"]?.text.flatMap(Weighting.Method.init(rawValue:)) ?? standard.method,
            blend: node?["blend"]?.basisPoints ?? standard.blend,
            least: node?["least"]?.basisPoints ?? standard.least, most: node?["most"]?.basisPoints ?? standard.most)
        if weighting.blend > 10_000 || weighting.most > 10_000 || weighting.least >= weighting.most {
            findings.add(
                "bad-value", at: node, message: "the bounds or the blend of learned weights mean nothing",
                hint: "write least < most, and at most 100% for most and blend")
        }
        return weighting
    }

    private mutating func dimensions(_ node: YAMLNode?) -> DimensionRules {
        var own: [Dimension: [Measure]] = [:]
        for dimension in Dimension.allCases {
            guard let items = node?[dimension.name]?.items else { continue }
            if items.isEmpty {
                findings.add(
                    "bad-value", at: node?[dimension.name], message: "`\(dimension.name)` is made of no fact",
                    hint: "name at least one, or leave the dimension out")
            }
            own[dimension] = items.compactMap { measure($0) }
        }
        return DimensionRules(own: own)
    }

    private mutating func measure(_ node: YAMLNode) -> Measure? {
        guard let place = node.entries == nil ? node : node["fact"], let name = place.text else { return nil }
        _ = measure(named: name, at: place)
        let isLower = node["better"]?.text.map { $0 == "lower" } ?? Measure.usuallyLower.contains(name)
        return Measure(name, weight: node["weight"]?.integer ?? 1, isLowerBetter: isLower)
    }

    /// What dimensions and entries may read, and its unit; nil for predictions, which members are ranked by only.
    private struct Readable {
        var name: String
        var unit: Field.Unit?
    }

    private static let predictions = Prediction.allCases.map(\.name)

    /// The fact or prediction of a name; nil, and reported, where there is none.
    private mutating func measure(named name: String, at node: YAMLNode) -> Readable? {
        if let fact = facts.reference(named: name) { return Readable(name: name, unit: fact.unit) }
        if TieringReader.predictions.contains(name) { return Readable(name: name) }
        if MeasureSource.builtIn.contains(name),
            case .number(let unit)? = FieldCatalogue.definition(named: name)?.kind
        {
            return Readable(name: name, unit: unit)
        }
        let known = MeasureSource.builtIn.sorted() + facts.definitions.map(\.name) + TieringReader.predictions
        findings.add(
            "unknown-fact", at: node, message: "`\(name)` is no fact that members can be ranked by",
            hint: NearestName.hint(for: name, in: known))
        return nil
    }

    // MARK: Ladder

    private mutating func ladder(_ node: YAMLNode?) -> TierLadder {
        let items = node?.items ?? []
        let ids = items.map { $0["id"]?.text ?? "" }
        var tiers: [Tier] = []
        for (item, id) in zip(items, ids) {
            var tier = Tier(id: id, title: item["title"]?.localized ?? LocalizedText(""), entry: .everyone)
            if let node = item["entry"], let entry = entry(node) { tier.entry = entry }
            tiers.append(tier)
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

    private mutating func entry(_ node: YAMLNode) -> Tier.Entry? {
        if let top = node["top"] {
            guard top.entries != nil else { return best(top, by: nil) }
            guard let place = top["by"], let name = place.text, let best = top["best"] else { return nil }
            guard let measure = measure(named: name, at: place), isRising(measure, at: place) else { return nil }
            return self.best(best, by: name)
        }
        if let score = node["score"]?.integer { return .score(score * 10_000) }
        if let spend = node["spend"] { return least(of: Readable(name: "m_total", unit: .money), spend) }
        if let value = node["value"], let place = value["of"], let name = place.text, let amount = value["at_least"] {
            guard let measure = measure(named: name, at: place), isRising(measure, at: place) else { return nil }
            return least(of: measure, amount)
        }
        if let when = node["when"] { return rule(when) }
        return .everyone
    }

    private func best(_ node: YAMLNode, by name: String?) -> Tier.Entry? {
        if let share = node.basisPoints {
            guard let name else { return .topShare(share) }
            return .topShareBy(name, share)
        }
        guard let count = node.integer else { return nil }
        guard let name else { return .topCount(count) }
        return .topCountBy(name, count)
    }

    private mutating func isRising(_ measure: Readable, at node: YAMLNode) -> Bool {
        guard Measure.usuallyLower.contains(measure.name) else { return true }
        findings.add(
            "bad-ladder", at: node, message: "less of `\(measure.name)` is better, so it cannot be a least value",
            hint: "write a condition instead: `when: \(measure.name) <= ...`")
        return false
    }

    /// A least value in the unit of its fact.
    private mutating func least(of measure: Readable, _ node: YAMLNode) -> Tier.Entry? {
        guard let text = node.text else { return nil }
        guard let unit = measure.unit else {
            findings.add(
                "bad-ladder", at: node,
                message: "`\(measure.name)` is a prediction, whose level nobody knows beforehand",
                hint: "take the best by it: `top: {best: 20%, by: \(measure.name)}`")
            return nil
        }
        let value =
            switch unit {
            case .money: Money(text: text, decimals: currency.decimals)?.minorUnits
            case .days, .count, .years: Int64(text)
            case .points: Decimal6.parse(text).map { $0 / 100 }
            case .share: TextFormat.basisPoints(text).map { Int64($0) * 100 }
            case .decimal: Decimal6.parse(text)
            }
        if value == nil {
            findings.add(
                "bad-value", at: node, message: "`\(text)` is no value of `\(measure.name)`",
                hint: unit == .money
                    ? "write an amount with at most \(currency.decimals) decimals" : "see the fact's unit")
        }
        return value.map { .value(of: measure.name, atLeast: $0) }
    }

    private mutating func rule(_ node: YAMLNode) -> Tier.Entry? {
        var reader = ConditionReader(findings: findings, names: names)
        let condition = reader.read(node)
        findings = reader.findings
        guard let condition else { return nil }
        for clause in condition.clauses where !clause.predicate.field.isKnownBeforeTiers {
            findings.add(
                "circular-rule", at: (clause.line, clause.column),
                message: clause.predicate.field == .cluster
                    ? "`cluster` is found after tiers are"
                    : "`\(clause.predicate.field.name)` depends on the tier that this rule decides",
                hint: "ask for facts, scores, tags or attributes")
        }
        ConditionLint.check(condition, at: node, universe: names.vocabulary, into: &findings)
        return .rule(condition)
    }

    /// The last tier and only that takes everyone, and each entry is wider than the nearest one above it that looks at
    /// the same.
    private mutating func checkOrder(_ item: YAMLNode, index: Int, tiers: [Tier]) {
        guard let place = item["entry"] else { return }
        let entry = tiers[index].entry
        let isLast = index == tiers.count - 1
        // What could not be read was reported already.
        let takesEveryone = place.text == "everyone" || (isLast && entry == .everyone)
        if isLast != takesEveryone {
            findings.add(
                "bad-ladder", at: place,
                message: isLast
                    ? "the lowest tier `\(tiers[index].id)` does not take everyone"
                    : "tier `\(tiers[index].id)` takes everyone, so the tiers below it stay empty",
                hint: isLast ? "write `entry: everyone`" : "give it an entry, or move it to the end")
        }
        switch entry {
        case .topShare(let share), .topShareBy(_, let share):
            guard !(1...10_000).contains(share) else { break }
            findings.add(
                "bad-value", at: place, message: "the share is not above 0% and at most 100%",
                hint: "write a share such as 5%")
        default: break
        }
        guard entry != .everyone, let above = tiers[..<index].last(where: { $0.entry.yardstick == entry.yardstick })
        else { return }
        if !entry.isWider(than: above.entry) {
            findings.add(
                "bad-ladder", at: place,
                message: "tier `\(tiers[index].id)` is not wider than the tier above it, so it stays empty",
                hint: "shares and counts include the tiers above: write a larger share or count, or a lower score")
        }
    }
}

extension Tier.Entry {
    /// Whether it lets in more than an entry that looks at the same; true where that shows on the members only.
    fileprivate func isWider(than other: Tier.Entry) -> Bool {
        switch (other, self) {
        case (.topShare(let above), .topShare(let here)), (.topShareBy(_, let above), .topShareBy(_, let here)):
            here > above
        case (.topCount(let above), .topCount(let here)), (.topCountBy(_, let above), .topCountBy(_, let here)):
            here > above
        case (.score(let above), .score(let here)): here < above
        case (.value(_, let above), .value(_, let here)): here < above
        case (.rule(let above), .rule(let here)): here != above
        default: true
        }
    }
}
