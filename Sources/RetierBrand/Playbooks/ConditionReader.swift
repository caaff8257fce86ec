import RetierCore

/// Turns the nodes under `when` into a condition.
struct ConditionReader {
    var findings: Findings
    let names: ReferenceNames

    init(findings: Findings, names: ReferenceNames) {
        self.findings = findings
        self.names = names
    }

    /// The condition; nil where a part is wrong (which is reported) or cannot be judged now.
    mutating func read(_ node: YAMLNode) -> Condition? {
        if let entry = node.entries?.first {
            switch entry.key {
            case "all": return readAll(entry.value).map(Condition.all)
            case "any": return readAll(entry.value).map(Condition.any)
            case "not": return read(entry.value).map(Condition.not)
            default: return nil
            }
        }
        return clause(node)
    }

    private mutating func readAll(_ node: YAMLNode) -> [Condition]? {
        var isWhole = true
        var parts: [Condition] = []
        for item in node.items ?? [] {
            // Every part is read even after a broken one, so that all problems show at once.
            if let part = read(item) { parts.append(part) } else { isWhole = false }
        }
        return isWhole ? parts : nil
    }

    private mutating func clause(_ node: YAMLNode) -> Condition? {
        guard let scalar = node.scalar, let text = node.text else { return nil }
        do {
            guard let predicate = try ClauseParser(names: names).parse(text) else { return nil }
            return .clause(Clause(predicate, text: text, line: node.line, column: node.column))
        } catch {
            let isOneLine = !text.contains("\n")
            let column = isOneLine ? node.column + scalar.indent + error.offset : node.column
            findings.add(error.code, at: (node.line, column), message: error.message, hint: error.hint)
            return nil
        }
    }
}
