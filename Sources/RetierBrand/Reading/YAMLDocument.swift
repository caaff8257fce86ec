import RetierCore
import Yams

/// Reads one YAML text into nodes with their places, or into what is wrong with it.
enum YAMLDocument {
    /// Private-use characters that stand for the first letter of a key that is written twice, so that the rest of the
    /// file is still checked: Yams stops at the first duplicate.
    private static let markers: ClosedRange<UInt32> = 0xE000...0xE03F

    /// The root node; nil where the text is empty or broken, which is reported.
    static func read(_ source: String, into findings: inout Findings) -> YAMLNode? {
        var text = source
        var originals: [Unicode.Scalar: Unicode.Scalar] = [:]
        while true {
            do {
                // The nodes hold their anchors weakly: the parser must live until they are converted.
                let parser = try Parser(yaml: text, encoding: .utf8)
                defer { withExtendedLifetime(parser) {} }
                guard let root = try parser.singleRoot() else {
                    findings.add("empty-file", message: "the file is empty", hint: "write it, or remove the file")
                    return nil
                }
                return convert(root, originals: originals, into: &findings)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                guard
                    let marker = Unicode.Scalar(markers.lowerBound + UInt32(originals.count)),
                    originals.count < markers.count,
                    let original = replace(in: &text, at: context.mark, by: marker)
                else {
                    findings.add(
                        "duplicate-key", at: (context.mark.line, context.mark.column),
                        message: "`\(names.first ?? "")` is given more than once in one map", hint: "keep one of them")
                    return nil
                }
                originals[marker] = original
            } catch {
                report(error, into: &findings)
                return nil
            }
        }
    }

    /// Puts `marker` in place of the first letter at a mark; the letter, or nil where there is none.
    private static func replace(in text: inout String, at mark: Mark, by marker: Unicode.Scalar) -> Unicode.Scalar? {
        var scalars = Array(text.unicodeScalars)
        var start = 0
        for _ in 1..<max(mark.line, 1) {
            guard let end = scalars[start...].firstIndex(of: "\n") else { return nil }
            start = end + 1
        }
        var index = start + mark.column - 1
        if index < scalars.count, scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
        guard index < scalars.count, scalars[index].properties.isAlphabetic else { return nil }
        let original = scalars[index]
        scalars[index] = marker
        text = String(String.UnicodeScalarView(scalars))
        return original
    }

    private static func convert(
        _ node: Node, originals: [Unicode.Scalar: Unicode.Scalar], into findings: inout Findings
    ) -> YAMLNode {
        let place = (line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        // An anchor is refused before its content is entered: nested aliases would grow without bound.
        if node.anchor != nil {
            findings.add(
                "yaml-anchor", at: place, message: "anchors and aliases (`&`, `*`) are not supported",
                hint: "write the value out")
            let standIn = YAMLNode.Scalar(text: "anchor", kind: .text, indent: 0)
            return YAMLNode(content: .scalar(standIn), line: place.line, column: place.column)
        }
        let content: YAMLNode.Content
        switch node {
        case .scalar(let scalar): content = .scalar(read(scalar))
        case .sequence(let sequence):
            content = .list(sequence.map { convert($0, originals: originals, into: &findings) })
        case .mapping(let mapping):
            content = .map(entries(of: mapping, originals: originals, into: &findings))
        case .alias: content = .scalar(.init(plain: ""))
        }
        return YAMLNode(content: content, line: place.line, column: place.column)
    }

    private static func read(_ scalar: Node.Scalar) -> YAMLNode.Scalar {
        switch scalar.style {
        case .any, .plain: YAMLNode.Scalar(plain: scalar.string)
        case .singleQuoted, .doubleQuoted: YAMLNode.Scalar(text: scalar.string, kind: .text, indent: 1)
        case .literal, .folded: YAMLNode.Scalar(text: scalar.string, kind: .text, indent: 0)
        }
    }

    private static func entries(
        of mapping: Node.Mapping, originals: [Unicode.Scalar: Unicode.Scalar], into findings: inout Findings
    ) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var repeated: [(key: String, line: Int)] = []
        for (key, value) in mapping {
            let place = (line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
            guard case .scalar(let scalar) = key else {
                findings.add("wrong-type", at: place, message: "a key must be a word", hint: "write `key: value`")
                continue
            }
            if let first = scalar.string.unicodeScalars.first, let original = originals[first] {
                repeated.append((String(original) + scalar.string.dropFirst(), place.line))
                continue
            }
            // Yams tells `on` and `"on"` apart; retier does not.
            if let first = entries.first(where: { $0.key == scalar.string }) {
                repeated.append((scalar.string, first.line))
                entries.removeAll { $0.key == scalar.string }
            }
            let node = convert(value, originals: originals, into: &findings)
            entries.append(YAMLNode.Entry(key: scalar.string, line: place.line, column: place.column, value: node))
        }
        for (key, line) in repeated {
            guard let last = entries.last(where: { $0.key == key }) else { continue }
            findings.add(
                "duplicate-key", at: (last.line, last.column),
                message: "`\(key)` is given more than once in one map (also on line \(line))", hint: "keep one of them")
        }
        return entries
    }

    private static func report(_ error: any Error, into findings: inout Findings) {
        let hint = "correct the YAML: indentation with spaces, `key: value`, text with `: ` or `#` in quotes"
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let around = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
            findings.add("yaml-syntax", at: (mark.line, mark.column), message: problem + around, hint: hint)
        case YamlError.reader(let problem, _, _, _):
            findings.add(
                "yaml-syntax", message: problem, hint: "save the file as UTF-8 text without control characters")
        default: findings.add("yaml-syntax", message: "the file is not readable YAML", hint: hint)
        }
    }
}
