import RetierCore

/// The background of a heat map's cell: the more members, the stronger.
struct HeatShade {
    let attributes: Markup

    init(_ members: Int, most: Int, hue: String) {
        let strength = 8 + members * 77 / max(most, 1)
        let alpha = strength.padded(to: 2)
        let hot: Markup = strength > 52 ? " class=\"hot\"" : .empty
        attributes = "\(hot) style=\"background:rgb(var(--heat-\(hue)) / .\(alpha))\""
    }
}
