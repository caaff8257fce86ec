import Foundation
import RetierCore
import RetierStatistics

/// What an experiment says in words and rounded numbers, for the listing and the report.
struct ExperimentText {
    let currency: Currency
    let language: Language

    private func say(_ chinese: String, _ english: String) -> String {
        LocalizedText(zh: chinese, en: english)(language)
    }

    // MARK: Numbers

    /// A number with a fixed count of decimals.
    static func decimal(_ value: Double, _ decimals: Int) -> String {
        let scaled = (value * pow(10, Double(decimals))).rounded()
        guard abs(scaled) < 9e18 else { return String(value) }
        return Money(minorUnits: Int64(scaled)).text(decimals: decimals)
    }

    /// A p-value with four significant digits, as JSON takes it too.
    static func probability(_ value: Double) -> String { String(format: "%.4g", value) }

    /// A value of an outcome: percent, or money.
    func value(_ value: Double, _ outcome: ExperimentResult.Outcome, signed: Bool = false) -> String {
        let text =
            outcome == .goal
            ? ExperimentText.decimal(value * 100, 2) + "%"
            : Money(minorUnits: Int64(value.rounded())).text(decimals: currency.decimals)
        return signed && value > 0 ? "+" + text : text
    }

    /// Value, baseline's value, uplift, interval and corrected p-value; dashes where nothing is compared.
    func cells(_ comparison: ExperimentResult.Comparison) -> [String] {
        guard let uplift = comparison.uplift else { return Array(repeating: "–", count: 5) }
        let outcome = comparison.outcome
        return [
            value(uplift.treated, outcome), value(uplift.control, outcome),
            value(uplift.difference, outcome, signed: true),
            value(uplift.interval.lowerBound, outcome) + " … " + value(uplift.interval.upperBound, outcome),
            comparison.corrected.map(ExperimentText.probability) ?? "–",
        ]
    }

    // MARK: Words

    func outcome(_ outcome: ExperimentResult.Outcome, of question: ExperimentQuestion) -> String {
        switch outcome {
        case .goal: question.goal ?? say("下单", "order")
        case .spend: say("人均消费", "spend a member")
        case .cappedSpend: say("人均消费（截顶）", "spend, capped")
        }
    }

    func verdict(_ comparison: ExperimentResult.Comparison, _ question: ExperimentQuestion) -> String {
        let word =
            switch comparison.verdict {
            case .higher: say("更高", "higher")
            case .lower: say("更低", "lower")
            case .notShown: say("未见差异", "not shown")
            case .tooFew: say("数据太少", "too few")
            case .sampleRatio: say("分组失衡", "sample ratio")
            }
        guard !question.decides, comparison.uplift != nil else { return word }
        return word + say("（提前看）", " (early look)")
    }

    /// What a reader must know before the numbers.
    func notes(_ entry: Measurement.Entry) -> [String] {
        let (result, question) = (entry.result, entry.result.question)
        let id = question.experiment
        guard !result.assigned.allSatisfy({ $0.members == 0 }) else {
            return [say("\(id)：尚无会员进入实验。", "\(id): nobody has entered the experiment yet.")]
        }
        var notes = [ratio(result)]
        if result.comparisons.isEmpty {
            notes.append(
                say(
                    "\(id)：没有对照组，也没有第二个分组，无从比较；请设置 experiment.holdout。",
                    "\(id): there is neither a control group nor a second arm to compare with; set experiment.holdout."
                ))
        }
        notes.append(look(question))
        if result.crossed > 0 {
            notes.append(
                say(
                    "\(id)：\(result.crossed) 人由不同组的会员合并而来，不计入。",
                    "\(id): \(result.crossed) person(s) were merged from members of different groups and are left out.")
            )
        }
        return notes + result.comparisons.compactMap { note($0, question) } + tiers(entry)
    }

    /// How differently the tiers answer.
    private func tiers(_ entry: Measurement.Entry) -> [String] {
        let id = entry.result.question.experiment
        var lines: [String] = []
        if let contrast = TierContrast.response(entry.result.tiers) {
            let more = ExperimentText.decimal(contrast.ratio * 100 - 100, 0)
            lines.append(
                say(
                    "\(id)：层级 \(contrast.most) 的响应率比 \(contrast.least) 高 \(more)%（高于 200% 说明分层有区分力）。",
                    "\(id): tier \(contrast.most) responds \(more)% more than \(contrast.least) (above 200% the "
                        + "tiering separates)."))
        }
        if entry.givesBenefit, let contrast = TierContrast.sensitivity(entry.result.tiers) {
            let ratio = ExperimentText.decimal(contrast.ratio, 1)
            lines.append(
                say(
                    "\(id)：权益在层级 \(contrast.most) 的提升是 \(contrast.least) 的 \(ratio) 倍（经验值：高于 3 倍）。",
                    "\(id): the benefit adds \(ratio) times as much in tier \(contrast.most) as in \(contrast.least) "
                        + "(rule of thumb: above 3)."))
        }
        return lines
    }

    private func ratio(_ result: ExperimentResult) -> String {
        let id = result.question.experiment
        let groups = result.assigned.map { group, members, expected in
            let name =
                switch group {
                case .control: say("对照组", "control")
                case .arm(let arm): arm ?? say("实验组", "treated")
                }
            return say(
                "\(name) \(members) 人（应有 \(ExperimentText.decimal(expected, 0))）",
                "\(name) \(members) (drawn for \(ExperimentText.decimal(expected, 0)))")
        }.joined(separator: say("、", ", "))
        let p = ExperimentText.probability(result.ratio.p)
        return result.ratio.isMismatch
            ? say(
                "\(id)：分组失衡，不作比较：\(groups)，p \(p) < 0.001。先查明会员在哪里丢失或重复。",
                "\(id): sample ratio mismatch, nothing is compared: \(groups), p \(p) < 0.001. "
                    + "Find out first where members were lost or doubled.")
            : say("\(id)：分组比例正常：\(groups)，p \(p)。", "\(id): the sample ratio holds: \(groups), p \(p).")
    }

    private func look(_ question: ExperimentQuestion) -> String {
        let id = question.experiment
        let within = question.within.description
        if question.decides, let until = question.until {
            return say(
                "\(id)：已到判定日 \(until)；计入进入后 \(within) 窗口已结束的会员。",
                "\(id): judged on \(until); members count whose \(within) after the assignment had ended by then.")
        }
        guard let until = question.until else {
            return say(
                "\(id)：没有判定日，只有置信序列；请设置 experiment.until。",
                "\(id): no day of judgement is planned, so there are only confidence sequences; set experiment.until.")
        }
        return say(
            "\(id)：\(until) 才判定；此前的区间是置信序列，可以天天看，比定期区间宽。",
            "\(id): judged on \(until), not yet; until then intervals are a confidence sequence, which may be looked "
                + "at every day and is wider.")
    }

    /// What a comparison cannot say.
    private func note(_ comparison: ExperimentResult.Comparison, _ question: ExperimentQuestion) -> String? {
        let name = "\(question.experiment)\(comparison.arm.map { " " + $0 } ?? "")"
        let what = outcome(comparison.outcome, of: question)
        guard comparison.outcome != .cappedSpend else { return nil }
        switch comparison.verdict {
        case .tooFew:
            return say(
                "\(name)：\(what)的数据太少（\(comparison.treated) 对 \(comparison.control) 人窗口已结束），不作比较。",
                "\(name): too few data on \(what) (\(comparison.treated) against \(comparison.control) members whose "
                    + "window has ended); nothing is compared.")
        case .notShown:
            guard let detectable = comparison.detectable else { return nil }
            let least = value(detectable, comparison.outcome)
            return say(
                "\(name)：\(what)未见差异，不等于没有差异；以现有人数，约 \(least) 以上的差异才有八成把握看出。",
                "\(name): no effect on \(what) is shown, which does not mean that there is none; with so many members "
                    + "one of \(least) or more would be seen four times of five.")
        case .higher, .lower, .sampleRatio: return nil
        }
    }
}
