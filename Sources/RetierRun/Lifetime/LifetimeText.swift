package import RetierCore

/// What was learned about the next 13 weeks, in sentences for people.
package struct LifetimeText: Sendable {
    private let learned: LearnedLifetime
    private let language: Language

    package init(_ learned: LearnedLifetime, language: Language) {
        self.learned = learned
        self.language = language
    }

    /// The method, the back-test, and everything that must be said of the fit.
    package var lines: [String] {
        [method] + (learned.report.backTest.map { [sentence(of: $0)] } ?? [])
            + learned.report.findings.map { sentence(of: $0) }
    }

    private func say(_ chinese: String, _ english: String) -> String {
        LocalizedText(zh: chinese, en: english)(language)
    }

    private var method: String {
        let report = learned.report
        let name =
            switch learned.method {
            case .naive: say("沿用最近 13 周的购买天数", "as many purchase days as in the last 13 weeks")
            case .bgNBD: "BG/NBD"
            case .mbgNBD: "MBG/NBD"
            }
        let values = learned.values == nil ? say("历史均值", "observed means") : "Gamma-Gamma"
        return say(
            "未来 13 周：\(name)，金额用\(values)；\(report.members) 名会员，其中 \(report.repeaters) 名有复购",
            "next 13 weeks: \(name), values by \(values); \(report.members) members, \(report.repeaters) bought again")
    }

    private func sentence(of test: BackTest) -> String {
        let (model, naive) = (test.model, test.naive)
        let (errors, ranks) = (
            [model, naive].map { decimals($0.meanError) }, [model, naive].map { decimals($0.rankCorrelation) }
        )
        return say(
            "回测（\(test.asOf) 起 13 周，\(test.members) 名会员）：模型平均误差 \(errors[0]) 天、排序相关 \(ranks[0])，"
                + "简单沿用为 \(errors[1])、\(ranks[1])；预计 \(model.total / 1_000_000) 天，实际 \(test.actual) 天",
            "back-test (13 weeks from \(test.asOf), \(test.members) members): the model is off by \(errors[0]) days on "
                + "average with a rank correlation of \(ranks[0]), the naive forecast by \(errors[1]) with "
                + "\(ranks[1]); \(model.total / 1_000_000) purchase days expected, \(test.actual) came")
    }

    /// Millionths with three decimals, cut off.
    private func decimals(_ millionths: Int) -> String {
        Money(minorUnits: Int64(millionths / 1_000)).text(decimals: 3)
    }

    private func sentence(of finding: LifetimeFinding) -> String {
        let condition = Int(min(learned.report.condition, 1e15))
        switch finding {
        case .tooFewMembers: return say("有购买的会员太少，不拟合模型", "too few members with a purchase: nothing is fitted")
        case .tooFewRepeaters: return say("有复购的会员太少，不拟合模型", "too few members who bought again: nothing is fitted")
        case .tooShortPast: return say("没有会员满 13 周，不拟合模型", "nobody is known for 13 weeks: nothing is fitted")
        case .noMaximum:
            return say(
                "似然在搜索范围内没有极大值，参数不可信", "the likelihood has no maximum inside the search: no parameter means anything")
        case .notIdentified:
            return say(
                "a 与 b 不可识别（条件数 \(condition)）：只有预测可信，参数不可比较",
                "a and b are not identified (condition number \(condition)): predictions hold, parameters mean nothing")
        case .churnNoMaximum:
            return say("流失模型（MBG/NBD）没有极大值", "the model of churn (MBG/NBD) has no maximum inside the search")
        case .churnNotIdentified:
            return say("流失模型（MBG/NBD）的 a 与 b 不可识别", "a and b of the model of churn (MBG/NBD) are not identified")
        case .noBackTest: return say("历史太短，无法回测", "too little past for a back-test")
        case .losesBackTest:
            return say(
                "模型在误差与排序上都输给简单沿用，改用后者", "the naive forecast was better in error and in rank, and is used instead")
        case .tooFewValues:
            return say("有金额的复购会员太少，金额用历史均值", "too few repeat purchases of value: values are observed means")
        case .noValueMaximum:
            return say(
                "金额模型没有 q > 1 的极大值（均值无界），金额用历史均值",
                "the model of values has no maximum with q above 1 (no bounded mean): values are observed means")
        case .correlatedValues:
            let correlation = Money(minorUnits: Int64(learned.report.correlation * 1_000)).text(decimals: 3)
            return say(
                "复购次数与金额相关（\(correlation)），与金额模型的假设不符",
                "repeats and value are correlated (\(correlation)), against what the model of values assumes")
        }
    }
}
