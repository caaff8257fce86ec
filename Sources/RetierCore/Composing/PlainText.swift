/// Texts without what a screen does not show: the first step of writing them into a message.
package enum PlainText {
    /// The lines of a text, without empty ones at both ends.
    ///
    /// Every kind of line break ends a line, tabs are spaces, control characters and those that turn the direction of
    /// what follows are gone: such text cannot reach beyond its place.
    package static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar.value {
            case 0x0A where previous == "\r": continue
            case 0x0A...0x0D, 0x85, 0x2028, 0x2029:
                lines.append(trimmed(line))
                line = String.UnicodeScalarView()
            case 0x09: line.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: continue
            default: line.append(scalar)
            }
        }
        lines.append(trimmed(line))
        let isEmpty: (String) -> Bool = { $0.unicodeScalars.allSatisfy { $0 == " " } }
        guard let first = lines.firstIndex(where: { !isEmpty($0) }),
            let last = lines.lastIndex(where: { !isEmpty($0) })
        else { return [] }
        return Array(lines[first...last])
    }

    /// The text in one line.
    package static func line(of text: String) -> String {
        lines(of: text).map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Without the spaces at the end.
    private static func trimmed(_ line: String.UnicodeScalarView) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
