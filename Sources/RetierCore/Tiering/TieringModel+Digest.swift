extension TieringModel {
    /// Identifies what a calibration depends on: weights and how they are learned, what the used dimensions are made
    /// of, the ladder (ids and entry rules), the window and the learning date.
    ///
    /// Sixteen hexadecimal digits. Titles, stability, lifecycle and signals do not show: they leave what was learned
    /// valid.
    package var modelDigest: String {
        var parts = ["tiering 2", window?.description ?? "all", learnedOn?.description ?? "first refresh"]
        for dimension in weights.used {
            parts.append("\(dimension.name) \(weights[dimension])")
            for measure in dimensions.measures(of: dimension) {
                parts.append("\(measure.name) \(measure.weight) \(measure.isLowerBetter ? "lower" : "higher")")
            }
        }
        if lifetime != LifetimeSettings() {
            parts.append("lifetime \(lifetime.model.rawValue) \(lifetime.leastMembers) \(lifetime.leastRepeaters)")
        }
        if weighting.method != .fixed {
            parts.append("\(weighting.method.rawValue) \(weighting.blend) \(weighting.least) \(weighting.most)")
        }
        parts += ladder.tiers.map { "\($0.id) \($0.entry.text)" }
        var hash = StableHash()
        for part in parts {
            hash.update(part)
            hash.update(byte: 0)
        }
        let digits = String(hash.finalized(), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension Tier.Entry {
    fileprivate var text: String {
        switch self {
        case .score(let millionths): "score \(millionths)"
        case .topShare(let basisPoints): "share \(basisPoints)"
        case .topCount(let count): "count \(count)"
        case .value(let name, let least): "value \(name) \(least)"
        case .topShareBy(let name, let basisPoints): "share \(basisPoints) by \(name)"
        case .topCountBy(let name, let count): "count \(count) by \(name)"
        case .rule(let condition): "rule \(condition.text)"
        case .everyone: "everyone"
        }
    }
}

extension Condition {
    /// The tree on one line, each clause as it was written.
    package var text: String {
        switch self {
        case .all(let parts): "all(" + parts.map(\.text).joined(separator: "; ") + ")"
        case .any(let parts): "any(" + parts.map(\.text).joined(separator: "; ") + ")"
        case .not(let part): "not(" + part.text + ")"
        case .clause(let clause): clause.text
        }
    }
}
