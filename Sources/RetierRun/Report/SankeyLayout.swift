/// Where the nodes and ribbons of a tier flow lie: stacked intervals on two sides, one scale for both.
///
/// All lengths are whole hundredths of a pixel, so that the same counts give the same picture everywhere. Boundaries
/// are rounded once from running totals: a node's ribbons fill it exactly, without gaps or overlaps.
struct SankeyLayout: Hashable, Sendable {
    struct Node: Hashable, Sendable {
        var place: TierFlow.Place
        var members: Int
        var top: Int
        var bottom: Int

        var middle: Int { (top + bottom) / 2 }
    }

    struct Ribbon: Hashable, Sendable {
        var flow: TierFlow.Ribbon
        var leftTop: Int
        var leftBottom: Int
        var rightTop: Int
        var rightBottom: Int
    }

    let left: [Node]
    let right: [Node]
    let ribbons: [Ribbon]
    let height: Int

    /// - Parameters:
    ///   - height: of the whole picture, hundredths of a pixel.
    ///   - gap: between two nodes, hundredths of a pixel.
    init(flow: TierFlow, height: Int, gap: Int) {
        self.height = height
        let sources = SankeyLayout.places(flow.ribbons.map(\.from), tiers: flow.tiers.count)
        let targets = SankeyLayout.places(flow.ribbons.map(\.to), tiers: flow.tiers.count)
        let total = max(flow.ribbons.reduce(0) { $0 + $1.members }, 1)
        let room = height - gap * (max(sources.count, targets.count) - 1)
        let scale = Scale(total: total, room: max(room, 1))
        left = SankeyLayout.stack(sources, flow: flow, by: \.from, scale: scale, gap: gap)
        right = SankeyLayout.stack(targets, flow: flow, by: \.to, scale: scale, gap: gap)
        ribbons = SankeyLayout.ribbons(flow, left: left, right: right, scale: scale)
    }

    private struct Scale {
        var total: Int
        var room: Int

        func length(_ members: Int) -> Int { (members * room + total / 2) / total }
    }

    /// Every tier that is in use, then the outside.
    private static func places(_ used: [TierFlow.Place], tiers: Int) -> [TierFlow.Place] {
        let order = (0..<tiers).map { TierFlow.Place.tier($0) } + [.outside]
        return order.filter { used.contains($0) }
    }

    private static func stack(
        _ places: [TierFlow.Place], flow: TierFlow, by side: KeyPath<TierFlow.Ribbon, TierFlow.Place>, scale: Scale,
        gap: Int
    ) -> [Node] {
        var nodes: [Node] = []
        var before = 0
        for (position, place) in places.enumerated() {
            let members = flow.ribbons.reduce(0) { $1[keyPath: side] == place ? $0 + $1.members : $0 }
            let offset = position * gap
            let top = scale.length(before) + offset
            let bottom = scale.length(before + members) + offset
            nodes.append(Node(place: place, members: members, top: top, bottom: bottom))
            before += members
        }
        return nodes
    }

    private static func ribbons(_ flow: TierFlow, left: [Node], right: [Node], scale: Scale) -> [Ribbon] {
        let leftEdges = edges(flow, nodes: left, by: \.from, scale: scale)
        let rightEdges = edges(flow, nodes: right, by: \.to, scale: scale)
        return flow.ribbons.indices.map { index in
            Ribbon(
                flow: flow.ribbons[index], leftTop: leftEdges[index].top, leftBottom: leftEdges[index].bottom,
                rightTop: rightEdges[index].top, rightBottom: rightEdges[index].bottom)
        }
    }

    /// The interval of each ribbon on one side.
    ///
    /// Ribbons come by source, then target, which is the right order at both.
    private static func edges(
        _ flow: TierFlow, nodes: [Node], by side: KeyPath<TierFlow.Ribbon, TierFlow.Place>, scale: Scale
    ) -> [(top: Int, bottom: Int)] {
        var edges = Array(repeating: (top: 0, bottom: 0), count: flow.ribbons.count)
        var before = 0
        for node in nodes {
            let offset = node.top - scale.length(before)
            for (index, ribbon) in flow.ribbons.enumerated() where ribbon[keyPath: side] == node.place {
                edges[index] = (scale.length(before) + offset, scale.length(before + ribbon.members) + offset)
                before += ribbon.members
            }
        }
        return edges
    }
}
