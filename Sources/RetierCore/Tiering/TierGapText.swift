/// What separates a member from a tier as lines for people: a heading, each change that is enough alone, and what is
/// not.
package struct TierGapText: Sendable {
    private let ladder: TierLadder
    private let confirmingRuns: Int
    private let measures: MeasureText
    private let language: Language

    package init(model: TieringModel, measures: MeasureText, language: Language) {
        ladder = model.ladder
        confirmingRuns = model.stability.confirmingRuns
        self.measures = measures
        self.language = language
    }

    /// What is missing to enter a tier.
    package func entering(_ gap: TierGap) -> [String] {
        let name = name(gap.tier)
        if let rule = ladder.tiers[gap.tier].entry.condition {
            return [pick("\(name) 按条件进入：\(rule.text)", "\(name) is entered where \(rule.text)")]
        }
        if gap.isReached { return [pick("已达到 \(name)的门槛", "the entry cut of \(name) is reached")] }
        if gap.isEmpty {
            return [pick("升到 \(name) 先要有一次消费，评分由此开始", "\(name) takes a first purchase: it begins the score")]
        }
        return lines(
            gap, heading: pick("升到 \(name)，以下任一项即可", "to reach \(name), any one of these is enough"),
            none: pick("任何单项都不足以升到 \(name)", "no single number alone reaches \(name)"))
    }

    /// What is left until the tier that a member holds is lost.
    package func losing(_ gap: TierGap) -> [String] {
        let name = name(gap.tier)
        if let rule = ladder.tiers[gap.tier].entry.condition {
            return [
                pick("\(name)的条件成立才保留：\(rule.text)", "\(name) is kept while \(rule.text)") + inRuns
            ]
        }
        if gap.isReached || gap.isEmpty {
            return [pick("已低于 \(name)的保级线", "already below the line that keeps \(name)") + inRuns]
        }
        return lines(
            gap,
            heading: pick("以下任一项会跌破 \(name)的保级线", "below the line that keeps \(name) by any one of these")
                + inRuns,
            none: pick(
                "任何单项都不会跌破 \(name)的保级线", "no single number alone falls below the line that keeps \(name)"))
    }

    private func pick(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }

    private func name(_ tier: Int) -> String {
        let (id, title) = (ladder.tiers[tier].id, ladder.tiers[tier].title(language))
        return pick("\(id)「\(title)」", "\(id) (\(title))")
    }

    /// How often a member is below the line before the tier is lost, to follow a heading.
    private var inRuns: String {
        confirmingRuns > 1
            ? pick("（连续 \(confirmingRuns) 次分层才会降级）", " (the tier is lost after \(confirmingRuns) runs in a row)") : ""
    }

    private func lines(_ gap: TierGap, heading: String, none: String) -> [String] {
        var lines = [gap.ways.isEmpty ? none : heading + pick("：", ":")]
        lines += gap.ways.map { "  " + measures.change($0.change, of: $0.measure)(language) }
        let parts = [
            (gap.outOfReach, pick("单凭它不够：", "not enough alone: ")), (gap.unknown, pick("没有数据：", "nothing known: ")),
        ]
        for (names, words) in parts where !names.isEmpty {
            let titles = names.map { measures.title(of: $0)(language) }
            lines.append("  " + words + titles.joined(separator: pick("、", ", ")))
        }
        if ladder.tiers[gap.tier].entry.yardstick == .score {
            lines.append(
                pick(
                    "  以其他数字与其他会员的排名都不变为前提",
                    "  while the other numbers, and the ranks of everybody else, stay as they are"))
        }
        return lines
    }
}

extension TierGap {
    /// Nothing is missing any more.
    fileprivate var isReached: Bool { ways.contains { $0.change == 0 } }

    /// Nothing is known that could change: there is no score without a purchase.
    fileprivate var isEmpty: Bool { ways.isEmpty && outOfReach.isEmpty && unknown.isEmpty }
}
