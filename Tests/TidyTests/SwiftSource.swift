/// One Swift file as the rules read it: its text, and the same text with comments and string contents blanked.
struct SwiftSource {
    /// Relative to the repository's root.
    let path: String
    let lines: [Substring]
    /// The code alone, with the same line breaks: nothing in it comes from a comment or from between quotes.
    let codeLines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var blanker = Blanker(text)
        codeLines = blanker.code().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Number of lines, not counting the empty rest after a final line break.
    var lineCount: Int { lines.last == "" ? lines.count - 1 : lines.count }

    /// The target the file belongs to, such as `RetierCore`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// The modules it imports with the one-based lines.
    var imports: [(module: String, line: Int)] {
        codeLines.enumerated().compactMap { index, line in
            var words = line.split(separator: " ")
            if let first = words.first, first == "@testable" || first == "package" || first == "internal" {
                words.removeFirst()
            }
            guard words.count >= 2, words[0] == "import" else { return nil }
            return (String(words[words.count - 1].prefix { $0 != "." }), index + 1)
        }
    }
}

/// Blanks comments and the contents of string literals; keeps interpolated code.
private struct Blanker {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var output = String.UnicodeScalarView()

    init(_ text: String) { source = Array(text.unicodeScalars) }

    mutating func code() -> String {
        while position < source.count { step() }
        return String(output)
    }

    private func starts(with text: String, at offset: Int = 0) -> Bool {
        var index = position + offset
        for scalar in text.unicodeScalars {
            guard index < source.count, source[index] == scalar else { return false }
            index += 1
        }
        return true
    }

    private mutating func keep(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            output.append(source[position])
            position += 1
        }
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < source.count {
            output.append(source[position] == "\n" ? "\n" : " ")
            position += 1
        }
    }

    private mutating func step() {
        if starts(with: "//") {
            while position < source.count, source[position] != "\n" { blank() }
        } else if starts(with: "/*") {
            blockComment()
        } else if source[position] == "\"" {
            string(hashes: 0)
        } else if source[position] == "#", let hashes = hashesBeforeQuote() {
            blank(hashes)
            string(hashes: hashes)
        } else {
            keep()
        }
    }

    private func hashesBeforeQuote() -> Int? {
        var count = 0
        while position + count < source.count, source[position + count] == "#" { count += 1 }
        return position + count < source.count && source[position + count] == "\"" ? count : nil
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blank(2)
            } else if starts(with: "*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < source.count
    }

    private mutating func string(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        keep(quotes.count)
        while position < source.count {
            if starts(with: quotes + fence) {
                keep(quotes.count)
                blank(hashes)
                return
            }
            if starts(with: "\\" + fence + "(") {
                blank(1 + hashes)
                interpolation()
            } else if starts(with: "\\" + fence) {
                blank(2 + hashes)
            } else if source[position] == "\n", quotes.count == 1 {
                return
            } else {
                blank()
            }
        }
    }

    private mutating func interpolation() {
        var depth = 0
        repeat {
            if source[position] == "(" { depth += 1 }
            if source[position] == ")" { depth -= 1 }
            step()
        } while depth > 0 && position < source.count
    }
}
