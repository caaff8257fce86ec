import RetierBrand
import RetierCore
import RetierLedger
import RetierStatistics

/// The clusters: how many members each has, what they are worth, and what makes them different.
struct ClusterSection {
    let page: ReportPage
    private var model: ReportModel { page.model }
    private var figures: RunFigures { model.now }

    var markup: Markup {
        guard let settings = model.clusters, let refresh = model.refresh else { return .empty }
        let title = page.say("会员聚类", "Clusters of members")
        guard let learned = settings.frozen(in: model.figures.calibration?.clusters ?? []),
            figures.subjects(of: .cluster).isEmpty == false
        else {
            return page.section(
                title, lead: "",
                page.empty(
                    page.say(
                        "没有数据：最近一次月度分层没有按现有配置学习到聚类（会员太少、各列都相同，或配置此后有变）。",
                        """
                        No data: the latest refresh has learned no clusters of the present configuration: too few \
                        members, columns that are all the same, or a configuration that has changed since.
                        """)))
        }
        let shown = Shown(
            page: page, summaries: learned.summaries(named: settings.names), learned: learned, figures: figures)
        let warnings = learned.warnings.map { page.notice($0.message(page.language)) }
        return page.section(
            title, lead: lead(learned), source: "\(source(learned, refresh, members: shown.members))",
            "\(warnings)\(shown.overview)\(shown.differences)\(page.details(page.tableSummary, shown.meansTable))")
    }

    private func lead(_ learned: ClusterModel) -> String {
        let explained = ReportNumbers.percent(learned.explained, of: 10_000)
        let columns = learned.facts.map { $0.title(page.language) }
            .joined(separator: page.say("、", ", "))
        return page.say(
            "按\(columns)相近的会员归为一类，名称说明其突出之处；聚类解释了会员之间 \(explained) 的差异，其余差异在类内。",
            """
            Members alike in \(columns) are in one cluster, named by what stands out. The clusters tell \(explained) \
            of the differences between members; the rest lies within them.
            """)
    }

    private func source(_ learned: ClusterModel, _ refresh: ReportFigures.Run, members: Int) -> String {
        let without = page.number(model.members - members)
        return page.say(
            """
            期间：\(page.period(refresh))，中心学习于 \(learned.origin.day) 并已冻结。定义：K-means，金额、次数与天数先取对数，\
            各列标准化，会员归入最近的中心；高低以标准差计，竖线为全体。\
            典型值是同一尺度上的均值还原（取对数者为几何均值），均值见数据表。金额为\(page.windowText)的订单金额，已扣退货。\
            行数：\(page.number(members)) 位会员；另有 \(without) 位没有消费或没有数据，不属于任何聚类。
            """,
            """
            Period: \(page.period(refresh)); the centres were learned on \(learned.origin.day) and frozen. Definition: \
            K-means; money, counts and days by their logarithm, every column standardised, a member belongs to the \
            nearest centre. High and low are in standard deviations, the line in the middle is all. What is typical is \
            the mean on the same scale, of logarithms the geometric one; plain means are in the table. The \
            money is the amounts of orders \(page.windowText), less returns. Rows: \(page.number(members)) \
            members; \(without) without a purchase or without data are in no cluster.
            """)
    }
}

/// What is drawn of the clusters.
private struct Shown {
    let page: ReportPage
    let summaries: [ClusterSummary]
    let learned: ClusterModel
    let figures: RunFigures

    private var facts: [ClusterFact] { learned.facts }
    var members: Int { summaries.reduce(0) { $0 + count($1) } }
    private var spend: Int { summaries.reduce(0) { $0 + money($1) } }

    private func count(_ cluster: ClusterSummary) -> Int { figures.count(.cluster, "\(cluster.number)") }
    private func money(_ cluster: ClusterSummary) -> Int { figures.count(.cluster, "\(cluster.number)", of: .spend) }

    private func name(_ cluster: ClusterSummary) -> Markup {
        "\(cluster.name(page.language))<span class=\"id\">\(cluster.number)</span>"
    }

    /// Sizes and values.
    var overview: Markup {
        let rows = summaries.map { cluster -> [Markup] in
            let bars = ShareBars(
                members: count(cluster), ofMembers: members, money: money(cluster), ofMoney: spend, style: "c-up")
            return [
                name(cluster), bars.markup, "\(page.number(count(cluster)))",
                "\(ReportNumbers.percent(count(cluster), of: members))",
                "\(ReportNumbers.percent(money(cluster), of: spend))",
                "\(count(cluster) > 0 ? page.wholeUnits(money(cluster) / count(cluster)) : "–")",
            ]
        }
        let legend: Markup = """
            <ul class="legend"><li><i class="dot c-stay"></i>\(page.say("会员占比", "Share of members"))</li>\
            <li><i class="dot c-up"></i>\(page.say("金额占比", "Share of the money"))</li></ul>
            """
        let code = page.model.currency.code
        let table = ReportTable(
            columns: [
                .text(page.say("聚类", "Cluster")), .bar(), .number(page.say("会员", "Members")),
                .optional(page.say("占比", "Share")), .number(page.say("金额占比", "Of the money")),
                .optional(page.say("人均（\(code)）", "Mean (\(code))")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(members))", "\(members > 0 ? "100%" : "–")",
                "\(spend > 0 ? "100%" : "–")", "\(members > 0 ? page.wholeUnits(spend / members) : "–")",
            ], fits: true, isWordy: true
        ).markup
        return "\(legend)\(table)"
    }

    /// For every cluster a bar a column, to the right where its members are above all.
    var differences: Markup {
        let blocks = summaries.map { cluster -> Markup in
            let rows = facts.enumerated().map { index, fact -> [Markup] in
                let (own, all) = (deviation("\(cluster.number)", fact), deviation("", fact))
                return [
                    "\(fact.title(page.language))", bar(own - all, fact), "\(typical(index, own))",
                    "\(typical(index, all))",
                ]
            }
            let table = ReportTable(
                columns: [
                    .text(page.say("列", "Column")), .bar(), .number(page.say("本类典型值", "Typical of them")),
                    .number(page.say("全体典型值", "Typical of all")),
                ], rows: rows, fits: true
            ).markup
            return "<h3>\(name(cluster))</h3>\(table)"
        }
        return "\(blocks)"
    }

    /// From the middle, at most two and a half standard deviations to either side.
    private func bar(_ hundredths: Int, _ fact: ClusterFact) -> Markup {
        let length = min(abs(hundredths), 250) * 2
        let start = hundredths < 0 ? 500 - length : 500
        let words = "\(fact.title(page.language)) \(signed(hundredths))"
        return """
            <svg class="strip" role="img" aria-label="\(words)"><line x1="50%" x2="50%" y1="10%" y2="90%" />\
            <rect class="f \(hundredths < 0 ? "c-down" : "c-up")" x="\(percent(start))" width="\(percent(length))" \
            y="25%" height="50%"><title>\(words)</title></rect></svg>
            """
    }

    private func percent(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)%" }

    private func signed(_ hundredths: Int) -> String {
        let text = ReportNumbers.decimals(abs(hundredths) * 10_000, 2)
        return (hundredths < 0 ? "\u{2212}" : "+") + text + page.say(" 个标准差", " sd")
    }

    private func deviation(_ cluster: String, _ fact: ClusterFact) -> Int {
        figures.count(.clusterColumn, cluster, fact.name, of: .deviation)
    }

    private func typical(_ fact: Int, _ deviation: Int) -> String {
        text(learned.typical(fact, deviation: deviation), facts[fact])
    }

    private func mean(_ cluster: String, _ fact: ClusterFact) -> String {
        text(figures.value(.clusterColumn, cluster, fact.name, of: .mean) ?? ClusterFact.missing, fact)
    }

    /// No finer than people read: tenths of a percent, hundredths of a number.
    private func text(_ value: Int64, _ fact: ClusterFact) -> String {
        let step: Int64 =
            switch fact.unit {
            case .share: 1_000
            case .decimal: 10_000
            default: 1
            }
        let rounded = value == ClusterFact.missing ? value : Field.rounded(value, to: step)
        return fact.text(rounded, decimals: page.model.currency.decimals)
    }

    /// All means in one table.
    var meansTable: Markup {
        let all: [Markup] =
            ["\(page.say("全体", "All"))", "\(page.number(members))"] + facts.map { "\(mean("", $0))" }
        let rows = summaries.map { cluster -> [Markup] in
            [name(cluster), "\(page.number(count(cluster)))"] + facts.map { "\(mean("\(cluster.number)", $0))" }
        }
        return ReportTable(
            columns: [.text(page.say("聚类", "Cluster")), .number(page.say("会员", "Members"))]
                + facts.map { .number($0.title(page.language)) }, rows: rows, total: all
        ).markup
    }
}
