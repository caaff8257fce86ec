import RetierCore
import RetierLedger

/// Recency, frequency and money: the grid of scores, fifths of the members by money, the eight segments.
struct RFMSection {
    let page: ReportPage
    private var model: ReportModel { page.model }
    private var figures: RunFigures { model.now }
    private var scored: Int { figures.count(.whole, of: .scored) }
    private var spend: Int { figures.count(.whole, of: .spend) }

    var markup: Markup {
        guard scored > 0 else { return .empty }
        let without = model.members - scored
        let window = page.windowText
        let source = page.say(
            """
            期间：最近一次月度分层。定义：R、F、M 分为 1 至 5，5 最高；分数 = 1 + 5 × 严格更差的人数 ÷ 总人数（取整），相同的值得相同的分，\
            因此某些分数可能没有人。R 看距最近一次购买的天数，F 看\(window)有购买的天数，M 看\(window)金额（已扣退货）。\
            行数：\(page.number(scored)) 位有购买的会员；另有 \(page.number(without)) 位从未购买，不在图中。
            """,
            """
            Period: the latest refresh. Definition: R, F and M are scores from 1 to 5, 5 the best: 1 + 5 × those \
            strictly worse ÷ all, rounded down; equal values get equal scores, so some scores may be empty. R looks \
            at days since the last purchase, F at days with a purchase, M at the money less returns, both \(window). \
            Rows: \(page.number(scored)) members with a purchase; \(page.number(without)) who never bought are not \
            shown.
            """)
        return page.section(
            page.say("RFM 网格", "RFM grid"),
            lead: page.say(
                "颜色越浓会员越多；小字是占比与人均金额（\(model.currency.code)）。右上角是最活跃的老客，左上角是需要唤醒的老客。",
                """
                The stronger the colour, the more members; below it their share and mean spend \
                (\(model.currency.code)). The upper right are the busiest buyers, the upper left the good ones gone \
                quiet.
                """),
            source: "\(source)", "\(grid)\(page.details(page.tableSummary, gridTable))\(fifths)\(segments)")
    }

    private var grid: Markup {
        let most = figures.figures.filter { $0.part == .grid && $0.quantity == .members }.map(\.value).max() ?? 1
        let rows = (1...5).reversed().map { frequency -> Markup in
            let columns = (1...5).map { cell(recency: $0, frequency: frequency, most: Int(most)) }
            return "<tr><th scope=\"row\">F\(frequency)</th>\(columns)</tr>\n"
        }
        let heads = (1...5).map { recency -> Markup in "<th scope=\"col\">R\(recency)</th>" }
        return """
            <div class="scroll"><table class="heat"><thead><tr><td class="none"></td>\(heads)</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func cell(recency: Int, frequency: Int, most: Int) -> Markup {
        let members = figures.count(.grid, "\(recency)", "\(frequency)")
        guard members > 0 else { return "<td class=\"none\">·</td>" }
        let mean = page.wholeUnits(figures.count(.grid, "\(recency)", "\(frequency)", of: .spend) / members)
        return """
            <td\(HeatShade(members, most: most, hue: "plain").attributes)>\(page.number(members))\
            <small>\(ReportNumbers.percent(members, of: scored)) · \(mean)</small></td>
            """
    }

    private var gridTable: Markup {
        let cells = (1...5).flatMap { recency in (1...5).map { (recency, $0) } }
        let rows = cells.compactMap { recency, frequency -> [Markup]? in
            guard figures.count(.grid, "\(recency)", "\(frequency)") > 0 else { return nil }
            return ["R\(recency) F\(frequency)"] + columns(.grid, "\(recency)", "\(frequency)")
        }
        return table(page.say("格", "Cell"), rows, hasBar: false)
    }

    private var fifths: Markup {
        let rows = (1...5).reversed().map { fifth -> [Markup] in
            ["M\(fifth)", bars(.fifth, "\(fifth)")] + columns(.fifth, "\(fifth)")
        }
        return """
            <h3>\(page.say("按金额五等分", "Fifths by money"))</h3>\(legend)
            \(table(page.say("M 分", "M score"), rows))
            """
    }

    private var segments: Markup {
        let rows = Segment8.allCases.reversed().map { segment -> [Markup] in
            let name = ReportVocabulary.segment(segment)(page.language)
            return ["\(name)", bars(.segment, segment.alias)] + columns(.segment, segment.alias)
        }
        let definition = page.say(
            "R、F、M 各自与全体有购买会员的平均值比较，高于平均为高，等于平均为低。重要＝M 高，一般＝M 低；价值＝R 高 F 高，发展＝R 高 F 低，保持＝R 低 F 高，挽留＝R 低 F 低。",
            """
            R, F and M are each compared with the mean of all members with a purchase; equal to the mean is low. \
            Important: M high, general: M low; value: R and F high, grow: R high, keep: F high, save: both low.
            """)
        return """
            <h3>\(page.say("八个分群", "The eight segments"))</h3>
            \(table(page.say("分群", "Segment"), rows))<p class="source">\(definition)</p>
            """
    }

    private var legend: Markup {
        """
        <ul class="legend"><li><i class="dot c-stay"></i>\(page.say("会员占比", "Share of members"))</li>\
        <li><i class="dot c-up"></i>\(page.say("金额占比", "Share of the money"))</li></ul>
        """
    }

    private func bars(_ part: Figure.Part, _ subject: String) -> Markup {
        ShareBars(
            members: figures.count(part, subject), ofMembers: scored, money: figures.count(part, subject, of: .spend),
            ofMoney: spend, style: "c-up"
        ).markup
    }

    /// Members, their share, the money's share and the mean.
    private func columns(_ part: Figure.Part, _ subject: String, _ object: String = "") -> [Markup] {
        let members = figures.count(part, subject, object)
        let money = figures.count(part, subject, object, of: .spend)
        return [
            "\(page.number(members))", "\(ReportNumbers.percent(members, of: scored))",
            "\(ReportNumbers.percent(money, of: spend))", "\(members > 0 ? page.wholeUnits(money / members) : "–")",
        ]
    }

    private func table(_ head: String, _ rows: [[Markup]], hasBar: Bool = true) -> Markup {
        let bar = hasBar ? [ReportTable.Column.bar()] : []
        return ReportTable(
            columns: [.text(head)] + bar + [
                .number(page.say("会员", "Members")), .optional(page.say("占比", "Share")),
                .number(page.say("金额占比", "Of the money")), .optional(page.say("人均金额", "Mean spend")),
            ], rows: rows, fits: true
        ).markup
    }
}

/// Two thin bars: a group's share of the members above its share of the money.
struct ShareBars {
    var members: Int
    var ofMembers: Int
    /// Negative where returns outweigh purchases; drawn as nothing.
    var money: Int
    var ofMoney: Int
    /// The style class that gives the money's colour.
    var style: String

    var markup: Markup {
        let parts = [(members, ofMembers, "c-stay"), (money, ofMoney, style)]
        let bars = parts.map { value, whole, style -> Markup in
            let share = ReportNumbers.percent(value, of: whole)
            let part = StackedBar.Part(value: max(value, 0), style: style, title: share)
            return StackedBar(parts: [part], scale: max(whole, value, 1), label: share, isThin: true).markup
        }
        return "\(bars)"
    }
}
