import RetierCore

/// The tags of one Mustache text with their places.
///
/// retier's templates use variables, sections, inverted sections, comments and partials; everything else of Mustache is
/// refused, because it cannot be checked.
struct TemplateScan: Sendable {
    struct Use: Hashable, Sendable {
        enum Kind: Hashable, Sendable { case variable, section, inverted, partial }

        var kind: Kind
        var name: String
        var line: Int
        var column: Int
        /// The names of the sections around it: a value that may be missing is safe inside its own section.
        var sections: [String]
        /// Put in without escaping: `{{{name}}}` or `{{&name}}`.
        var isRaw = false
    }

    private(set) var uses: [Use] = []
    private var open: [Use] = []
    private var line = 1
    private var column = 1

    /// Scans a text and reports what is not well formed.
    init(_ text: String, into findings: inout Findings) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            guard scalar == "{", rest.dropFirst().first == "{" else {
                step(scalar)
                rest.removeFirst()
                continue
            }
            let place = (line: line, column: column)
            let isTriple = rest.dropFirst(2).first == "{"
            guard let (inner, end) = TemplateScan.tag(rest.dropFirst(isTriple ? 3 : 2), isTriple: isTriple) else {
                findings.add("template-syntax", at: place, message: "a tag does not end", hint: "close it with `}}`")
                return
            }
            for consumed in rest[..<end] { step(consumed) }
            rest = rest[end...]
            add(inner, isTriple: isTriple, at: place, into: &findings)
        }
        for section in open {
            findings.add(
                "template-syntax", at: (section.line, section.column),
                message: "section `\(section.name)` does not end",
                hint: "close it with `{{/\(section.name)}}`")
        }
    }

    private mutating func step(_ scalar: Unicode.Scalar) {
        if scalar == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
    }

    /// The text inside a tag and where the rest begins.
    private static func tag(
        _ rest: Substring.UnicodeScalarView, isTriple: Bool
    ) -> (inner: String, end: String.Index)? {
        var index = rest.startIndex
        let close = isTriple ? "}}}" : "}}"
        while index < rest.endIndex {
            if Substring(rest[index...]).hasPrefix(close) {
                return (String(rest[rest.startIndex..<index]), rest.index(index, offsetBy: close.count))
            }
            index = rest.index(after: index)
        }
        return nil
    }

    private mutating func add(
        _ inner: String, isTriple: Bool, at place: (line: Int, column: Int), into findings: inout Findings
    ) {
        let sigil = isTriple ? nil : inner.first.flatMap { "#^/!>&<$=%".contains($0) ? $0 : nil }
        let name = TemplateScan.trimmed(sigil == nil ? Substring(inner) : inner.dropFirst())
        let use = { (kind: Use.Kind, open: [Use]) in
            Use(kind: kind, name: name, line: place.line, column: place.column, sections: open.map(\.name))
        }
        if sigil != "!", !TemplateScan.isName(name, isPartial: sigil == ">") {
            return findings.add(
                "template-syntax", at: place, message: "`\(name)` is no name that a template may use",
                hint:
                    "write {{name}}, {{#name}}...{{/name}}, {{^name}}...{{/name}}, {{>other/template}} or {{! comment}}"
            )
        }
        switch sigil {
        case "!": break
        case "#", "^":
            let section = use(sigil == "#" ? .section : .inverted, open)
            uses.append(section)
            open.append(section)
        case "/":
            guard open.last?.name == name else {
                return findings.add(
                    "template-syntax", at: place, message: "`{{/\(name)}}` closes what is not open here",
                    hint: open.last.map { "close `\($0.name)` first" } ?? "remove it, or open the section before it")
            }
            open.removeLast()
        case ">": uses.append(use(.partial, open))
        case "<", "$", "=", "%":
            findings.add(
                "template-syntax", at: place, message: "`{{\(sigil ?? " ")` is not supported",
                hint: "use variables, sections and partials only")
        default:
            var variable = use(.variable, open)
            variable.isRaw = isTriple || sigil == "&"
            uses.append(variable)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func isName(_ name: String, isPartial: Bool) -> Bool {
        if isPartial { return TextFormat.templateName.accepts(name) }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count <= 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.unicodeScalars.allSatisfy {
                        $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || $0 == "-" || ("0"..."9").contains($0))
                    }
            }
    }
}
