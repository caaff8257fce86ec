/// Rows of text as aligned columns for a terminal; Chinese, Japanese and Korean characters take two cells.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable {
        package var title: String
        package var alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    package let columns: [Column]
    private var rows: [[String]] = []

    package init(columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells are empty, further ones are dropped.
    package mutating func append(_ cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : "" })
    }

    /// The header, a rule and the rows, each ended by a newline; two spaces between columns, none at the end of a line.
    package func text() -> String {
        let widths = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].displayWidth) }
        }
        var text = line(columns.map(\.title), widths: widths)
        text += line(widths.map { String(repeating: "-", count: $0) }, widths: widths)
        for row in rows { text += line(row, widths: widths) }
        return text
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        var line = ""
        for index in columns.indices {
            let gap = String(repeating: " ", count: widths[index] - cells[index].displayWidth)
            line += index == 0 ? "" : "  "
            line += columns[index].alignment == .right ? gap + cells[index] : cells[index] + gap
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line + "\n"
    }
}

extension String {
    /// How many terminal cells the text takes: 2 for wide East Asian characters and emoji, 0 for combining marks.
    package var displayWidth: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }
}

extension Unicode.Scalar {
    /// Wide blocks after Unicode Standard Annex 11 (classes W and F).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x2E80...0x303E, 0x3041...0x33FF,
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD,
    ]

    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: 0
        default: Unicode.Scalar.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }
}
