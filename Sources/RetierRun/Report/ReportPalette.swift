/// The report's colours as style sheet variables, for paper and for the dark.
///
/// Tiers are ordered, so they share one hue from strong to faint; blue against orange tells up from down to
/// colour-blind readers too, and every coloured area has its number in words beside it.
enum ReportPalette {
    /// Declarations of `--t0` (the highest tier) and so on.
    static func tierVariables(count: Int, dark: Bool) -> String {
        let strong = dark ? [140, 205, 236] : [11, 72, 107]
        let faint = dark ? [44, 70, 84] : [190, 215, 226]
        return (0..<count).map { position in
            let steps = max(count - 1, 1)
            let parts = (0..<3).map { (strong[$0] * (steps - position) + faint[$0] * position) / steps }
            return "--t\(position):rgb(\(parts[0]) \(parts[1]) \(parts[2]));"
        }.joined()
    }

    static let light = """
        --paper:#f6f5f1;--card:#ffffff;--ink:#1b2126;--soft:#59636c;--line:#dfdcd4;--faint:#edebe5;
        --up:#1670a8;--down:#cf5f17;--new:#7d63ad;--stay:#9fb0ba;--gone:#8b9197;--warn:#a3400c;--warn-paper:#fdf1e7;
        --good:#1670a8;--wait:#e2ab45;--stop:#a4abb1;--hold:#8d74bb;--lost:#8e2f1c;--doubt:#cf5f17;
        --heat-up:22 112 168;--heat-down:207 95 23;--heat-new:125 99 173;--heat-gone:110 118 125;--heat-plain:11 72 107;
        """

    static let dark = """
        --paper:#12161a;--card:#1a2025;--ink:#e7ebee;--soft:#9dabb5;--line:#323b43;--faint:#252d33;
        --up:#58aee0;--down:#ee8a45;--new:#ab93da;--stay:#5d707c;--gone:#7f8890;--warn:#f5a873;--warn-paper:#33241a;
        --good:#4b9fd1;--wait:#d3a043;--stop:#66717a;--hold:#9d85cc;--lost:#d9694f;--doubt:#ee8a45;
        --heat-up:88 174 224;--heat-down:238 138 69;--heat-new:171 147 218;--heat-gone:140 150 158;\
        --heat-plain:120 190 226;
        """
}
