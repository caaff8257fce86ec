package import RetierCore
import RetierLedger

/// The health report as one HTML page that needs nothing else: no script, no font, no picture, no network.
///
/// The page depends on the model and the language only: no clock, so the same ledger gives the same bytes. It is also
/// well-formed XML.
package struct ReportPage: Sendable {
    let model: ReportModel
    let language: Language

    package static func html(_ model: ReportModel, language: Language) -> String {
        let page = ReportPage(model: model, language: language)
        return "<!DOCTYPE html>\n" + page.document.text + "\n"
    }

    private var document: Markup {
        let title = say("会员分层健康报告", "Member tier health report")
        let tag = language == .chinese ? "zh-CN" : "en"
        return """
            <html lang="\(tag)">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <title>\(model.brandTitle(language)) · \(title)</title>
            <style>
            \(ReportStyle.sheet(tierCount: model.tiers.count))
            </style>
            </head>
            <body>
            <main>
            \(ReportHeader(page: self).markup)
            \(sections)
            </main>
            </body>
            </html>
            """
    }

    private var sections: [Markup] {
        guard !model.figures.scope.isEmpty else {
            return [DataSections(page: self).imports, DefinitionSection(page: self).markup]
        }
        let tiers = TierSections(page: self)
        let values = ValueSections(page: self)
        let movement = MovementSections(page: self)
        let stability = StabilitySections(page: self)
        let actions = ActionSections(page: self)
        let data = DataSections(page: self)
        return [
            tiers.ladder, movement.flow, MatrixSection(page: self).markup, movement.causes,
            HealthSection(page: self).markup, values.contribution, values.profile, stability.flaps, stability.nearCuts,
            tiers.stages, RFMSection(page: self).markup, ClusterSection(page: self).markup,
            PredictionSection(page: self).markup, actions.verdicts, BudgetSection(page: self).markup,
            UpliftSection(page: self).markup, actions.delivery, data.imports, data.runs,
            DefinitionSection(page: self).markup,
        ]
    }
}

/// What every section is made of.
extension ReportPage {
    /// The text in the page's language.
    func say(_ chinese: String, _ english: String) -> String { LocalizedText(zh: chinese, en: english)(language) }

    func number(_ value: Int) -> String { ReportNumbers.grouped(value) }

    func title(ofTier position: Int) -> String { model.tiers[position].title(language) }

    /// The tier's colour, title and id.
    func name(ofTier tier: Int) -> Markup {
        let id: Markup =
            title(ofTier: tier) == model.tiers[tier].id
            ? .empty : "<span class=\"id\">\(model.tiers[tier].id)</span>"
        return "<i class=\"dot t\(tier)\"></i>\(title(ofTier: tier))\(id)"
    }

    func title(ofDimension id: String) -> String { ReportVocabulary.dimension(id)(language) }

    /// An amount without the currency's code, in whole units.
    func wholeUnits(_ minorUnits: some BinaryInteger) -> String {
        let unit = (0..<model.currency.decimals).reduce(1) { product, _ in product * 10 }
        let amount = Int64(clamping: minorUnits)
        let (whole, rest) = amount.magnitude.quotientAndRemainder(dividingBy: UInt64(unit))
        let rounded = Int64(clamping: whole + (2 * rest >= UInt64(unit) ? 1 : 0))
        return ReportNumbers.grouped(amount < 0 ? -rounded : rounded)
    }

    /// `2026-02 (data as of 2026-02-01)`.
    func period(_ run: ReportFigures.Run) -> String {
        say("\(run.period)（数据截至 \(run.asOf)）", "\(run.period) (data as of \(run.asOf))")
    }

    func section(_ title: String, lead: String, source: Markup? = nil, _ body: Markup) -> Markup {
        let opening: Markup = lead.isEmpty ? .empty : "\n<p class=\"lead\">\(lead)</p>"
        let foot: Markup = source.map { "\n<p class=\"source\">\($0)</p>" } ?? .empty
        return """
            <section>
            <h2>\(title)</h2>\(opening)
            \(body)\(foot)
            </section>

            """
    }

    func empty(_ text: String) -> Markup { "<p class=\"empty\">\(text)</p>" }

    func notice(_ text: String) -> Markup { "<p class=\"notice\">\(text)</p>\n" }

    /// A table behind a summary: for copying, and for readers who do not see the chart.
    func details(_ summary: String, _ table: Markup) -> Markup {
        "\n<details><summary>\(summary)</summary>\(table)</details>"
    }

    var tableSummary: String { say("查看数据表", "Show the table") }

    /// The period that facts of the window cover, inside a sentence.
    var windowText: String {
        guard let window = model.window else { return say("全部历史内", "since the first order") }
        let parts = [
            (window.months, "个月", "months"), (window.days, "天", "days"), (window.hours, "小时", "hours"),
        ].filter { $0.0 > 0 }
        return say(
            "最近 \(parts.map { "\($0.0) \($0.1)" }.joined())内",
            "in the last \(parts.map { "\($0.0) \($0.2)" }.joined(separator: " and "))")
    }

    /// The runs that the action and delivery sections cover.
    var scopeText: String {
        let daily = model.figures.scope.count { $0.kind == "daily" }
        guard let refresh = model.refresh else {
            return say("范围：全部 \(daily) 次每日运行。", "Scope: all \(daily) daily runs.")
        }
        return daily == 0
            ? say("范围：\(refresh.period) 月度分层。", "Scope: the refresh of \(refresh.period).")
            : say(
                "范围：\(refresh.period) 月度分层及其后 \(number(daily)) 次每日运行。",
                """
                Scope: the refresh of \(refresh.period) and \(number(daily)) daily \
                \(daily == 1 ? "run" : "runs") since.
                """)
    }
}
