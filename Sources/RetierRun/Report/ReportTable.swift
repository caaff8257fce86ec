/// A table: heads, rows, and which columns hold numbers.
struct ReportTable {
    struct Column {
        var head: String
        var isNumber = false
        /// Holds a bar, and takes the room that is left.
        var isBar = false
        /// Is never wrapped.
        var isKey = false
        /// Left out on narrow screens.
        var isOptional = false

        static func text(_ head: String) -> Column { Column(head: head) }
        static func key(_ head: String) -> Column { Column(head: head, isKey: true) }
        static func bar(isOptional: Bool = false) -> Column {
            Column(head: "", isBar: true, isOptional: isOptional)
        }
        static func number(_ head: String) -> Column { Column(head: head, isNumber: true) }
        static func optional(_ head: String, isNumber: Bool = true) -> Column {
            Column(head: head, isNumber: isNumber, isOptional: true)
        }

        fileprivate var attributes: Markup {
            let classes = [(isNumber, "n"), (isBar, "b"), (isKey, "k"), (isOptional, "hide")].filter(\.0).map(\.1)
            return classes.isEmpty ? .empty : " class=\"\(classes.joined(separator: " "))\""
        }
    }

    var columns: [Column]
    /// The first cell of a row is its head.
    var rows: [[Markup]]
    var total: [Markup] = []
    /// Stays readable without scrolling on a narrow screen.
    var fits = false
    /// Heads of rows are phrases, and get more room.
    var isWordy = false

    private var style: Markup {
        let classes = [(fits, "fits"), (isWordy, "wide")].filter(\.0).map(\.1)
        return classes.isEmpty ? .empty : " class=\"\(classes.joined(separator: " "))\""
    }

    var markup: Markup {
        let heads = columns.map { column -> Markup in "<th scope=\"col\"\(column.attributes)>\(column.head)</th>" }
        let body = rows.map { row -> Markup in "<tr>\(cells(row))</tr>\n" }
        let foot: Markup = total.isEmpty ? .empty : "<tfoot><tr>\(cells(total))</tr></tfoot>"
        return """
            <div class="scroll"><table\(style)>
            <thead><tr>\(heads)</tr></thead>
            <tbody>
            \(body)</tbody>\(foot)
            </table></div>
            """
    }

    private func cells(_ row: [Markup]) -> [Markup] {
        row.enumerated().map { index, cell in
            let attributes = index < columns.count ? columns[index].attributes : .empty
            return index == 0 ? "<th scope=\"row\"\(attributes)>\(cell)</th>" : "<td\(attributes)>\(cell)</td>"
        }
    }
}

/// A horizontal bar of stacked parts, stretched to whatever width it finds.
struct StackedBar {
    struct Part {
        var value: Int
        /// The style class that gives the colour.
        var style: String
        var title: String
    }

    var parts: [Part]
    /// The value of a full bar.
    var scale: Int
    var label: String
    var isTall = false
    var isThin = false

    /// Edges are rounded from running totals, so the parts fill their sum exactly.
    var markup: Markup {
        let full = max(scale, 1)
        var before = 0
        var rectangles: [Markup] = []
        for part in parts where part.value > 0 {
            let start = edge(before, full)
            before += part.value
            let width = edge(before, full) - start
            rectangles.append(
                """
                <rect class="f \(part.style)" x="\(start)" y="0" width="\(width)" \
                height="10"><title>\(part.title)</title></rect>
                """)
        }
        return """
            <svg class="bar\(isTall ? " tall" : isThin ? " thin" : "")" viewBox="0 0 10000 10" \
            preserveAspectRatio="none" role="img" aria-label="\(label)">\
            <rect class="rest" width="10000" height="10" />\(rectangles)</svg>
            """
    }

    private func edge(_ value: Int, _ full: Int) -> Int { (value * 10_000 + full / 2) / full }
}
