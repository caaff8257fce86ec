import RetierCore
import RetierLedger

/// The tier flow as a picture: bands stretch with the page, labels stay text of their own size beside it.
struct SankeyFigure {
    let page: ReportPage
    let flow: TierFlow

    private static let width = 1000
    private static let nodeWidth = 14
    /// Room that a label needs, hundredths of a pixel.
    private static let labelRoom = 3_800

    private var heightInPixels: Int { max(380, 60 * (flow.tiers.count + 1)) }

    var markup: Markup {
        let layout = SankeyLayout(flow: flow, height: heightInPixels * 100, gap: 1_600)
        let nodes =
            layout.left.map { node($0, x: 0) }
            + layout.right.map { node($0, x: SankeyFigure.width - SankeyFigure.nodeWidth) }
        let label = page.say("层级流动桑基图", "Sankey diagram of the flow between tiers")
        let before = page.model.previous?.period ?? ""
        let after = page.model.refresh?.period ?? ""
        return """
            <div class="flow"><div class="head">\(before)</div><div class="head"></div><div class="head">\(after)</div>
            <div class="side from">\(labels(layout.left, isSource: true))</div>
            <div style="height:\(heightInPixels)px"><svg viewBox="0 0 \(SankeyFigure.width) \(layout.height)" \
            preserveAspectRatio="none" role="img" aria-label="\(label)">
            \(layout.ribbons.map(band))\(nodes)</svg></div>
            <div class="side">\(labels(layout.right, isSource: false))</div></div>
            """
    }

    func name(_ place: TierFlow.Place, isSource: Bool) -> String {
        switch place {
        case .tier(let position): page.title(ofTier: position)
        case .outside: isSource ? page.say("新增", "New") : page.say("已离开", "Left")
        }
    }

    private func node(_ node: SankeyLayout.Node, x: Int) -> Markup {
        """
        <rect class="f node \(nodeStyle(node.place, isSource: x == 0))" x="\(x)" y="\(node.top)" \
        width="\(SankeyFigure.nodeWidth)" height="\(max(node.bottom - node.top, 100))" />

        """
    }

    private func nodeStyle(_ place: TierFlow.Place, isSource: Bool) -> String {
        switch place {
        case .tier(let position): "t\(position)"
        case .outside: isSource ? "c-new" : "c-gone"
        }
    }

    private func band(_ ribbon: SankeyLayout.Ribbon) -> Markup {
        let start = SankeyFigure.nodeWidth
        let end = SankeyFigure.width - SankeyFigure.nodeWidth
        let middle = SankeyFigure.width / 2
        let path = """
            M\(start) \(ribbon.leftTop)C\(middle) \(ribbon.leftTop) \(middle) \(ribbon.rightTop) \(end) \
            \(ribbon.rightTop)\
            V\(ribbon.rightBottom)\
            C\(middle) \(ribbon.rightBottom) \(middle) \(ribbon.leftBottom) \(start) \(ribbon.leftBottom)Z
            """
        let from = name(ribbon.flow.from, isSource: true)
        let to = name(ribbon.flow.to, isSource: false)
        return """
            <path class="ribbon c-\(style(ribbon.flow))" d="\(path)">\
            <title>\(from) → \(to): \(page.number(ribbon.flow.members))</title></path>

            """
    }

    private func style(_ ribbon: TierFlow.Ribbon) -> String {
        switch (ribbon.from, ribbon.to) {
        case (.tier(let from), .tier(let to)): from == to ? "stay" : to < from ? "up" : "down"
        case (.outside, _): "new"
        case (.tier, .outside): "gone"
        }
    }

    private func labels(_ nodes: [SankeyLayout.Node], isSource: Bool) -> [Markup] {
        let total = (isSource ? flow.before : flow.after).reduce(0, +)
        return zip(nodes, labelCentres(nodes)).map { node, centre in
            var figures = page.number(node.members)
            if case .tier = node.place { figures += " · " + ReportNumbers.percent(node.members, of: total) }
            return """
                <div style="top:\(centre / 100)px"><b>\(name(node.place, isSource: isSource))</b>\
                <span>\(figures)</span></div>
                """
        }
    }

    /// The middles of the nodes, pushed apart where labels would overlap and kept inside the picture.
    private func labelCentres(_ nodes: [SankeyLayout.Node]) -> [Int] {
        var centres = nodes.map(\.middle)
        let room = SankeyFigure.labelRoom
        for index in centres.indices {
            centres[index] = max(centres[index], index > 0 ? centres[index - 1] + room : room / 2)
        }
        var limit = heightInPixels * 100 - room / 2
        for index in centres.indices.reversed() {
            centres[index] = min(centres[index], limit)
            limit = centres[index] - room
        }
        return centres
    }
}
