import Foundation
package import RetierCore
import RetierStatistics

/// A measurement as a table for people, as CSV or as JSON.
///
/// Shares are fractions of 1 in CSV and JSON, percent in the table; money is in the currency's units.
package struct MeasureListing {
    private let entries: [Measurement.Entry]
    private let currency: Currency
    private let language: Language

    /// - Parameter playbook: shows only this one; `*` is the programme.
    package init(_ measurement: Measurement, playbook: String? = nil, currency: Currency, language: Language) {
        entries = measurement.entries.filter { playbook == nil || $0.result.question.experiment == playbook }
        self.currency = currency
        self.language = language
    }

    package func text(_ format: ListingFormat) -> String {
        format == .table ? table : rows.text(format)
    }

    // MARK: For programs

    private var rows: RowListing {
        var listing = RowListing(
            "measurements",
            columns: [
                ("experiment", .text), ("arm", .text), ("baseline", .text), ("outcome", .text), ("within", .text),
                ("until", .text), ("look", .text), ("assigned", .number), ("ratio_p", .number), ("crossed", .number),
                ("members", .number), ("baseline_members", .number), ("value", .number), ("baseline_value", .number),
                ("difference", .number), ("low", .number), ("high", .number), ("relative", .number), ("p", .number),
                ("p_corrected", .number), ("variance_reduction", .number), ("detectable", .number), ("verdict", .text),
            ])
        for entry in entries {
            for comparison in entry.result.comparisons { listing.append(row(entry.result, comparison)) }
        }
        return listing
    }

    private func row(_ result: ExperimentResult, _ comparison: ExperimentResult.Comparison) -> [String?] {
        let question = result.question
        let uplift = comparison.uplift
        func value(_ value: Double?) -> String? { value.map { number($0, comparison.outcome) } }
        return [
            question.experiment, comparison.arm ?? "*", comparison.baseline ?? "control",
            comparison.outcome == .goal ? question.goalName : comparison.outcome.rawValue,
            question.within.description, question.until?.description, question.decides ? "decision" : "early",
            String(result.assigned.reduce(0) { $0 + $1.members }), probability(result.ratio.p), String(result.crossed),
            String(comparison.treated), String(comparison.control), value(uplift?.treated), value(uplift?.control),
            value(uplift?.difference), value(uplift?.interval.lowerBound), value(uplift?.interval.upperBound),
            uplift?.relative.map { decimal($0, 6) }, question.decides ? uplift.map { probability($0.p) } : nil,
            comparison.corrected.map(probability), comparison.reduction.map { decimal($0, 6) },
            value(comparison.detectable), comparison.verdict.rawValue,
        ]
    }

    /// A share as a fraction, money in the currency's units with two decimals more than it has.
    private func number(_ value: Double, _ outcome: ExperimentResult.Outcome) -> String {
        guard outcome != .goal else { return decimal(value, 6) }
        let unit = (0..<currency.decimals).reduce(1.0) { unit, _ in unit * 10 }
        return decimal(value / unit, currency.decimals + 2)
    }

    private func decimal(_ value: Double, _ decimals: Int) -> String { ExperimentText.decimal(value, decimals) }
    private func probability(_ value: Double) -> String { ExperimentText.probability(value) }

    // MARK: For people

    private var table: String {
        func say(_ chinese: String, _ english: String) -> String { LocalizedText(zh: chinese, en: english)(language) }
        var table = TextTable(columns: [
            .init(say("实验", "experiment")), .init(say("分组", "arm")), .init(say("结果", "outcome")),
            .init(say("实验组", "members"), .right), .init(say("对照", "baseline"), .right),
            .init(say("数值", "value"), .right), .init(say("对照值", "baseline"), .right),
            .init(say("提升", "uplift"), .right), .init(say("95% 区间", "95% interval"), .right),
            .init(say("校正 p", "corrected p"), .right), .init(say("结论", "verdict")),
        ])
        let text = ExperimentText(currency: currency, language: language)
        for entry in entries {
            let question = entry.result.question
            for comparison in entry.result.comparisons {
                let baseline = comparison.baseline ?? say("对照组", "control")
                table.append(
                    [
                        question.experiment, "\(comparison.arm ?? say("全部实验组", "treated")) / \(baseline)",
                        text.outcome(comparison.outcome, of: question), String(comparison.treated),
                        String(comparison.control),
                    ] + text.cells(comparison) + [text.verdict(comparison, question)])
            }
        }
        return table.text()
    }

    /// What a reader must know of each experiment, one line each.
    package var notes: [String] {
        let text = ExperimentText(currency: currency, language: language)
        return entries.flatMap { text.notes($0) }
    }
}

extension ExperimentQuestion {
    /// `order`, or `event:` and the kind.
    var goalName: String { goal.map { "event:" + $0 } ?? "order" }
}
