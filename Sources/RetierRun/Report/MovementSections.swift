import RetierCore
import RetierLedger

/// Who moved: the flow between two refreshes, and the causes of moves.
struct MovementSections {
    let page: ReportPage
    private var model: ReportModel { page.model }

    /// Why there is no flow to show.
    private var absence: String {
        switch model.figures.refreshes.count {
        case 0: page.say("还没有月度分层。", "No refresh has been committed yet.")
        case 1:
            page.say(
                "这是第一次月度分层，还没有可比较的上一期；下一次分层后这里会出现流向图。",
                "This is the first refresh: there is nothing to compare with. The flow appears after the next one.")
        default:
            page.say(
                "账本里两期的层级人数与变动对不上，无法推算流向；请运行 retier audit verify 检查账本。",
                """
                The ledger's moves do not fit the members of both refreshes, so no flow can be derived; check it \
                with retier audit verify.
                """)
        }
    }

    // MARK: Flow

    var flow: Markup {
        let title = page.say("层级流动", "Flow between tiers")
        guard let flow = model.flow, let now = model.refresh, let before = model.previous else {
            return page.section(title, lead: "", page.empty(absence))
        }
        let lead = page.say(
            "左为 \(before.period)，右为 \(now.period)；带的粗细就是人数，同一比例尺。",
            "\(before.period) on the left, \(now.period) on the right; the width of a band is its members, one scale.")
        let source = page.say(
            """
            期间：\(page.period(before)) 至 \(page.period(now))。行数：\(page.number(flow.present)) 位两期都在的会员，\
            \(page.number(flow.new)) 位新增，\(page.number(flow.left)) 位离开。
            """,
            """
            Period: \(page.period(before)) to \(page.period(now)). Rows: \(page.number(flow.present)) members of both, \
            \(page.number(flow.new)) new, \(page.number(flow.left)) left.
            """)
        let legend: [Markup] = [
            legendItem("up", page.say("升级", "Up"), flow.promoted),
            legendItem("down", page.say("降级", "Down"), flow.demoted),
            legendItem("stay", page.say("保持", "Stayed"), flow.stayed),
            legendItem("new", page.say("新增", "New"), flow.new),
            legendItem("gone", page.say("离开", "Left"), flow.left),
        ]
        return page.section(
            title, lead: lead, source: "\(source)",
            "<ul class=\"legend\">\(legend)</ul>\(SankeyFigure(page: page, flow: flow).markup)\(flowTable(flow))")
    }

    private func legendItem(_ style: String, _ name: String, _ members: Int) -> Markup {
        "<li><i class=\"dot c-\(style)\"></i>\(name) <b>\(page.number(members))</b></li>"
    }

    private func flowTable(_ flow: TierFlow) -> Markup {
        let figure = SankeyFigure(page: page, flow: flow)
        let total = flow.ribbons.reduce(0) { $0 + $1.members }
        let rows = flow.ribbons.map { ribbon -> [Markup] in
            [
                "\(figure.name(ribbon.from, isSource: true))", "\(figure.name(ribbon.to, isSource: false))",
                "\(page.number(ribbon.members))", "\(ReportNumbers.percent(ribbon.members, of: total))",
            ]
        }
        let table = ReportTable(
            columns: [
                .text(page.say("从", "From")), .text(page.say("到", "To")), .number(page.say("会员", "Members")),
                .number(page.say("占比", "Share")),
            ], rows: rows,
            total: [
                "\(page.say("合计", "Total"))", .empty, "\(page.number(total))",
                "\(ReportNumbers.percent(total, of: total))",
            ], fits: true)
        return page.details(page.tableSummary, table.markup)
    }

    // MARK: Causes

    var causes: Markup {
        let kinds: [Transition.Kind] = [.demoted, .slid, .promoted]
        let blocks = kinds.compactMap { kind -> Markup? in
            let causes = causes(of: kind)
            return causes.isEmpty ? nil : causeBlock(kind, causes)
        }
        guard !blocks.isEmpty, let now = model.refresh else { return .empty }
        let source = page.say(
            "期间：\(page.period(now))。定义：每次变动归因于对得分影响最大的维度；p91 表示高于 91% 的会员；数值为平均排名。",
            """
            Period: \(page.period(now)). Definition: each move is put down to the dimension whose contribution to the \
            score changed most; p91 is better than 91% of members; ranks are means.
            """)
        return page.section(
            page.say("升降级原因", "Why members moved"),
            lead: page.say("先看降级与滑落，再看升级。", "Losses first, gains after."), source: "\(source)",
            "<div class=\"pair\">\(blocks)</div>")
    }

    /// Moves of the latest refresh by the dimension that changed most.
    private struct Cause {
        /// A `Dimension` name; nil where the reasons name none.
        var dimension: String?
        var members: Int
        /// Mean ranks in millionths.
        var rankBefore: Int
        var rankAfter: Int
    }

    /// The most frequent first.
    private func causes(of kind: Transition.Kind) -> [Cause] {
        let figures = model.now
        let dimensions = figures.figures.filter {
            $0.part == .cause && $0.subject == kind.name && $0.quantity == .members
        }.map(\.object)
        return dimensions.map { dimension in
            Cause(
                dimension: dimension.isEmpty ? nil : dimension, members: figures.count(.cause, kind.name, dimension),
                rankBefore: figures.count(.cause, kind.name, dimension, of: .rankBefore),
                rankAfter: figures.count(.cause, kind.name, dimension, of: .rankAfter))
        }.sorted { ($1.members, $0.dimension ?? "") < ($0.members, $1.dimension ?? "") }
    }

    private func causeBlock(_ kind: Transition.Kind, _ causes: [Cause]) -> Markup {
        let total = causes.reduce(0) { $0 + $1.members }
        let most = causes.map(\.members).max() ?? 1
        let style = kind == .promoted ? "c-up" : "c-down"
        let rows = causes.prefix(5).map { cause -> [Markup] in
            let share = ReportNumbers.percent(cause.members, of: total)
            let bar = StackedBar(
                parts: [.init(value: cause.members, style: style, title: share)], scale: most, label: share)
            return [
                "\(words(cause))", bar.markup,
                "\(page.number(cause.members))<span class=\"id\">\(share)</span>",
            ]
        }
        let columns: [ReportTable.Column] = [
            .text(page.say("原因", "Reason")), .bar(), .number(page.say("会员", "Members")),
        ]
        let head = "\(ReportVocabulary.kind(kind)(page.language)) · \(page.number(total))"
        return "<div><h3>\(head)</h3>\(ReportTable(columns: columns, rows: rows, fits: true).markup)</div>"
    }

    private func words(_ cause: Cause) -> String {
        let dimension = ReportVocabulary.dimension(cause.dimension)(page.language)
        guard cause.dimension != nil else { return dimension }
        let before = ReportNumbers.percentile(cause.rankBefore)
        let after = ReportNumbers.percentile(cause.rankAfter)
        if before == after {
            return page.say("\(dimension)排名不变，仍为 \(before)", "\(dimension) rank unchanged at \(before)")
        }
        return cause.rankAfter < cause.rankBefore
            ? page.say("\(dimension)排名由 \(before) 降至 \(after)", "\(dimension) rank fell from \(before) to \(after)")
            : page.say("\(dimension)排名由 \(before) 升至 \(after)", "\(dimension) rank rose from \(before) to \(after)")
    }
}
