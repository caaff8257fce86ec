/// Something about a run's tiers that a person should look at; it stops nothing.
package struct TieringWarning: Hashable, Sendable {
    /// A stable code: `empty-tier`, `empty-score`, `empty-segment`, `constant-dimension`, `missing-dimension`; of
    /// clusters `no-clusters`, `few-clusters`, `unsettled-clusters`, `constant-fact`, `missing-fact`, `sparse-fact`.
    package var code: String
    /// What it is about: a tier id, a segment alias, a dimension's name, a score such as `frequency 2`, a column.
    package var subject: String
    package var message: LocalizedText

    package init(code: String, subject: String, message: LocalizedText) {
        self.code = code
        self.subject = subject
        self.message = message
    }
}

extension TieringWarning {
    /// Whether it is about clusters and their columns.
    package var isOfClusters: Bool { code.hasSuffix("-clusters") || code.hasSuffix("-fact") }
}

extension Scoring {
    /// The dimensions that count for nothing, and why.
    package var warnings: [TieringWarning] {
        Dimension.allCases.compactMap { dimension in
            let title = dimension.title
            switch flaws[dimension] {
            case .constant:
                return TieringWarning(
                    code: "constant-dimension", subject: dimension.name,
                    message: LocalizedText(
                        zh: "「\(title.chinese)」对所有会员相同，不能区分会员，权重按 0 计",
                        en: "\(title.english) is the same for all members and tells nobody apart; "
                            + "it counts with weight 0"))
            case .missing:
                return TieringWarning(
                    code: "missing-dimension", subject: dimension.name,
                    message: LocalizedText(
                        zh: "「\(title.chinese)」没有任何数据，其余维度的权重按比例放大",
                        en: "nothing is known of \(title.english); the other dimensions count for more"))
            case nil: return nil
            }
        }
    }
}

extension TieringOutcome {
    /// Adds what is empty or constant; nothing where nobody is scored.
    mutating func addWarnings() {
        guard scoring.scoredCount > 0 else { return }
        var members = [Int](repeating: 0, count: ladder.tiers.count)
        for tier in standing.tier { members[Int(tier)] += 1 }
        for (index, tier) in ladder.tiers.enumerated() where members[index] == 0 {
            warn("empty-tier", tier.id, zh: "等级「\(tier.title.chinese)」没有会员", en: "no member holds tier '\(tier.id)'")
        }
        warnings += scoring.warnings
        addScoreWarnings()
    }

    private mutating func addScoreWarnings() {
        let table = scoring.table
        let columns = [("recency", table.recency), ("frequency", table.frequency), ("monetary", table.monetary)]
        for (name, column) in columns {
            var members = [Int](repeating: 0, count: 6)
            for score in column { members[Int(score)] += 1 }
            for score in 1...5 where members[score] == 0 {
                warn(
                    "empty-score", "\(name) \(score)", zh: "没有会员的 \(name) 分为 \(score)：相同的值得到相同的分",
                    en: "no member has \(name) score \(score): equal values get equal scores")
            }
        }
        var members = [Int](repeating: 0, count: Segment8.allCases.count)
        for row in table.segment.indices where table.isScored[row] { members[Int(table.segment[row])] += 1 }
        for segment in Segment8.allCases where members[Int(segment.rawValue)] == 0 {
            warn(
                "empty-segment", segment.alias, zh: "分群「\(segment.name)」没有会员",
                en: "no member is in segment \(segment.alias)")
        }
    }

    private mutating func warn(_ code: String, _ subject: String, zh chinese: String, en english: String) {
        warnings.append(TieringWarning(code: code, subject: subject, message: LocalizedText(zh: chinese, en: english)))
    }
}
