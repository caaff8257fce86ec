import RetierCore
import RetierStatistics

/// The metrics that experiments give.
extension HealthSection {
    private var entries: [Measurement.Entry] { model.measurement?.entries ?? [] }

    /// The title under which people know an experiment.
    private func title(_ entry: Measurement.Entry) -> String { entry.title(page.language) }

    private func title(ofTier id: String) -> String {
        model.tiers.firstIndex { $0.id == id }.map(page.title(ofTier:)) ?? id
    }

    var response: Metric {
        var metric = Metric(
            name: page.say("层级间响应差异", "Response difference between tiers"), rule: page.say("> 200%", "above 200%"),
            verdict: .unknown,
            meaning: page.say(
                "需要两个层级各有 \(TierContrast.leastMembers) 名窗口已结束的实验组会员。",
                "It takes \(TierContrast.leastMembers) treated members in each of two tiers whose window has ended."))
        let found = entries.compactMap { entry in TierContrast.response(entry.result.tiers).map { (entry, $0) } }
        guard let (entry, contrast) = found.max(by: { treated($0.0) < treated($1.0) }) else { return metric }
        metric.value = ExperimentText.decimal(contrast.ratio * 100 - 100, 0) + "%"
        metric.verdict = Verdict(contrast.ratio > 3)
        metric.meaning = page.say(
            "「\(title(entry))」：「\(title(ofTier: contrast.most))」的响应率比「\(title(ofTier: contrast.least))」高出的比例。",
            """
            \(title(entry)): by how much the response of \(title(ofTier: contrast.most)) exceeds that of \
            \(title(ofTier: contrast.least)).
            """)
        return metric
    }

    private func treated(_ entry: Measurement.Entry) -> Int {
        entry.result.tiers.reduce(0) { $0 + $1.treated.members }
    }

    var sensitivity: Metric {
        var metric = Metric(
            name: page.say("层级间权益敏感度", "Sensitivity to benefits between tiers"), rule: page.say("> 3 倍", "above 3x"),
            verdict: .unknown,
            meaning: page.say(
                "需要带成本的剧本在两个层级都有区间不含 0 的提升。",
                "It takes a playbook with a cost whose uplift is above 0, with its interval, in two tiers."))
        let found = entries.filter(\.givesBenefit).compactMap { entry in
            TierContrast.sensitivity(entry.result.tiers).map { (entry, $0) }
        }
        guard let (entry, contrast) = found.max(by: { treated($0.0) < treated($1.0) }) else { return metric }
        metric.value = ExperimentText.decimal(contrast.ratio, 1) + page.say(" 倍", "x")
        metric.verdict = Verdict(contrast.ratio > 3)
        metric.meaning = page.say(
            "「\(title(entry))」：「\(title(ofTier: contrast.most))」的提升 ÷「\(title(ofTier: contrast.least))」的提升（百分点）。",
            """
            \(title(entry)): the points it adds in \(title(ofTier: contrast.most)), over those in \
            \(title(ofTier: contrast.least)).
            """)
        return metric
    }

    var uplift: Metric {
        var metric = Metric(
            name: page.say("核心指标提升", "Uplift of the core metric"), rule: page.say("> 25% 保留", "above 25% keep"),
            verdict: .unknown,
            meaning: page.say("需要到了判定日的对照实验。", "It takes an experiment whose planned day has come."))
        let found = entries.filter { $0.result.question.decides }.compactMap { entry in
            entry.result.comparisons.first { $0.outcome == .goal && $0.uplift?.relative != nil }.map { (entry, $0) }
        }
        guard let (entry, goal) = found.max(by: { $0.1.treated < $1.1.treated }), let relative = goal.uplift?.relative
        else { return metric }
        metric.value = ExperimentText.decimal(relative * 100, 1) + "%"
        metric.verdict = Verdict(goal.verdict == .higher && relative > 0.25)
        metric.meaning = page.say(
            "「\(title(entry))」：达成目标的会员占比相对对照组的提升；区间见「策略提升与区间」。",
            "\(title(entry)): members who reached the goal, relative to control; see Uplift with intervals.")
        return metric
    }
}
