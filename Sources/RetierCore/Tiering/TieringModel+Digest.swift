extension TieringModel {
    /// Identifies what entry cuts depend on: weights, ladder (ids and entry rules), window and the learning date.
    ///
    /// Sixteen hexadecimal digits. Titles, stability and lifecycle rules do not show: they leave learned cuts valid.
    package var modelDigest: String {
        var parts = ["tiering 1", window?.description ?? "all", learnedOn?.description ?? "first refresh"]
        parts += Dimension.allCases.map { "\($0.name) \(weights[$0])" }
        for tier in ladder.tiers {
            switch tier.entry {
            case .score(let millionths): parts.append("\(tier.id) score \(millionths)")
            case .topShare(let basisPoints): parts.append("\(tier.id) share \(basisPoints)")
            case .topCount(let count): parts.append("\(tier.id) count \(count)")
            case .everyone: parts.append("\(tier.id) everyone")
            }
        }
        if lifetime != LifetimeSettings() {
            parts.append("lifetime \(lifetime.model.rawValue) \(lifetime.leastMembers) \(lifetime.leastRepeaters)")
        }
        var hash = StableHash()
        for part in parts {
            hash.update(part)
            hash.update(byte: 0)
        }
        let digits = String(hash.finalized(), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
