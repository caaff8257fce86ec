import RetierCore

/// Compares a YAML value with its shape and reports every difference.
struct ShapeCheck {
    var findings: Findings

    init(findings: Findings) { self.findings = findings }

    mutating func check(_ node: YAMLNode, _ shape: Shape, at path: String) {
        switch shape {
        case .text(let format): checkText(node, format, at: path)
        case .integer(let range):
            guard let value = node.integer, range.contains(value) else { return mismatch(node, shape, at: path) }
        case .flag:
            guard node.scalar?.kind == .flag else { return mismatch(node, shape, at: path) }
        case .scalar:
            guard node.scalar != nil else { return mismatch(node, shape, at: path) }
        case .choice(let words): checkChoice(node, words, at: path)
        case .localized:
            if node.entries != nil {
                checkKeys(node, Shape.localizedKeys, at: path, atLeastOne: true)
            } else {
                checkText(node, .line, at: path)
            }
        case .list(let item):
            guard let items = node.items else { return mismatch(node, shape, at: path) }
            for (index, value) in items.enumerated() { check(value, item, at: "\(path)[\(index + 1)]") }
        case .keys(let keys): checkKeys(node, keys, at: path)
        case .oneKey(let keys): checkOneKey(node, keys, at: path)
        case .table(let format, let value): checkTable(node, format, value, at: path)
        case .variants(let tag, let variants): checkVariants(node, tag, variants, at: path)
        case .either(let shapes): checkEither(node, shapes, at: path)
        case .condition: checkCondition(node, at: path)
        case .secret: checkSecret(node, at: path)
        case .parameters: checkParameters(node, at: path)
        }
    }

    private mutating func mismatch(_ node: YAMLNode, _ shape: Shape, at path: String) {
        let isType: Bool
        switch (shape, node.scalar?.kind) {
        case (.text(let format), .integer), (.text(let format), .decimal): isType = !format.allowsNumbers
        case (.text, .text), (.integer, .integer), (.choice, .text): isType = false
        default: isType = true
        }
        let found = isType ? "is \(node.kindName)" : "is not valid"
        let shown = isType ? "" : Secrecy.quote(node, path: path)
        findings.add(
            isType ? "wrong-type" : "bad-value", at: node, message: "`\(path)` \(found)\(shown)",
            hint: "write \(shape.expectation)")
    }

    private mutating func checkText(_ node: YAMLNode, _ format: TextFormat, at path: String) {
        guard let scalar = node.scalar, allows(scalar.kind, format), format.accepts(scalar.text) else {
            return mismatch(node, .text(format), at: path)
        }
    }

    private func allows(_ kind: YAMLNode.Scalar.Kind, _ format: TextFormat) -> Bool {
        kind == .text || (format.allowsNumbers && (kind == .integer || kind == .decimal))
    }

    private mutating func checkChoice(_ node: YAMLNode, _ words: [String], at path: String) {
        guard let scalar = node.scalar, scalar.kind == .text else { return mismatch(node, .choice(words), at: path) }
        guard !words.contains(scalar.text) else { return }
        findings.add(
            "unknown-value", at: node, message: "`\(path)` is not valid\(Secrecy.quote(node, path: path))",
            hint: NearestName.hint(for: scalar.text, in: words))
    }

    private mutating func checkKeys(_ node: YAMLNode, _ keys: [Key], at path: String, atLeastOne: Bool = false) {
        guard let entries = node.entries else { return mismatch(node, .keys(keys), at: path) }
        for entry in entries {
            let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            if let key = keys.first(where: { $0.name == entry.key }) {
                check(entry.value, key.shape, at: place)
            } else {
                unknown(entry, keys.map(\.name), at: path)
            }
        }
        for key in keys where key.isRequired && !entries.contains(where: { $0.key == key.name }) {
            let owner = path.isEmpty ? "the file" : "`\(path)`"
            findings.add(
                "missing-key", at: node, message: "\(owner) has no `\(key.name)` (\(key.description.english))",
                hint: "add `\(key.name):` with \(key.shape.expectation)")
        }
        if atLeastOne, entries.isEmpty { mismatch(node, .keys(keys), at: path) }
    }

    private mutating func unknown(_ entry: YAMLNode.Entry, _ known: [String], at path: String) {
        let owner = path.isEmpty ? "this file" : "`\(path)`"
        findings.add(
            "unknown-key", at: (entry.line, entry.column), message: "`\(entry.key)` is no key of \(owner)",
            hint: NearestName.hint(for: entry.key, in: known))
    }

    private mutating func checkOneKey(_ node: YAMLNode, _ keys: [Key], at path: String) {
        guard let entries = node.entries, entries.count == 1 else { return mismatch(node, .oneKey(keys), at: path) }
        checkKeys(node, keys, at: path)
    }

    private mutating func checkTable(_ node: YAMLNode, _ format: TextFormat, _ shape: Shape, at path: String) {
        guard let entries = node.entries else { return mismatch(node, .table(format, shape), at: path) }
        for entry in entries {
            if !format.accepts(entry.key) {
                findings.add(
                    "bad-value", at: (entry.line, entry.column), message: "`\(entry.key)` is not valid here",
                    hint: "write \(format.expectation)")
            }
            check(entry.value, shape, at: "\(path).\(entry.key)")
        }
    }

    private mutating func checkVariants(
        _ node: YAMLNode, _ tag: Key, _ variants: [(word: String, keys: [Key])], at path: String
    ) {
        guard node.entries != nil else { return mismatch(node, .variants(tag: tag, variants), at: path) }
        guard let variant = variants.first(where: { $0.word == node[tag.name]?.text }) else {
            // The keys cannot be judged without knowing the kind; they are compared with all of them.
            var seen: Set<String> = []
            let keys = variants.flatMap(\.keys).filter { seen.insert($0.name).inserted }
            return checkKeys(node, [tag] + keys.map { $0.optional }, at: path)
        }
        checkKeys(node, [tag] + variant.keys, at: path)
    }

    private mutating func checkEither(_ node: YAMLNode, _ shapes: [Shape], at path: String) {
        var nearest: [Diagnostic]?
        for shape in shapes {
            var attempt = ShapeCheck(findings: Findings(file: findings.file))
            attempt.check(node, shape, at: path)
            if attempt.findings.all.isEmpty { return }
            let isSameKind = !attempt.findings.all.contains { $0.line == node.line && $0.column == node.column }
            if isSameKind, node.entries != nil { nearest = attempt.findings.all }
        }
        if let nearest { return findings.append(nearest) }
        findings.add(
            "bad-value", at: node, message: "`\(path)` is not valid\(Secrecy.quote(node, path: path))",
            hint: "write \(Shape.either(shapes).expectation)")
    }

    private mutating func checkCondition(_ node: YAMLNode, at path: String) {
        if let scalar = node.scalar, scalar.kind == .text, !scalar.text.isEmpty { return }
        guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
            return mismatch(node, .condition, at: path)
        }
        switch entry.key {
        case "all", "any":
            guard let items = entry.value.items, !items.isEmpty else {
                return findings.add(
                    "wrong-type", at: entry.value, message: "`\(path).\(entry.key)` is not a list of conditions",
                    hint: "write one condition a line, each after a hyphen")
            }
            for (index, item) in items.enumerated() { checkCondition(item, at: "\(path).\(entry.key)[\(index + 1)]") }
        case "not": checkCondition(entry.value, at: "\(path).not")
        default: unknown(entry, Shape.conditionKeys, at: path)
        }
    }

    private mutating func checkSecret(_ node: YAMLNode, at path: String) {
        guard node.scalar == nil else {
            return findings.add(
                "inline-secret", at: node, message: "`\(path)` holds the secret itself",
                hint: "put it into a file readable by you only and write {file: secrets/NAME}, or {credential: NAME}; "
                    + "replace the secret, it has been in this file")
        }
        checkOneKey(node, Shape.secretKeys, at: path)
    }

    private mutating func checkParameters(_ node: YAMLNode, at path: String) {
        guard let entries = node.entries else { return mismatch(node, .parameters, at: path) }
        for entry in entries {
            if !TextFormat.word.accepts(entry.key) {
                findings.add(
                    "bad-value", at: (entry.line, entry.column), message: "`\(entry.key)` is not a valid name",
                    hint: "write \(TextFormat.word.expectation)")
            }
            guard let kind = entry.value.scalar?.kind, kind != .null else {
                findings.add(
                    "wrong-type", at: entry.value, message: "`\(path).\(entry.key)` is \(entry.value.kindName)",
                    hint: "write a plain value: text, a number, true or false")
                continue
            }
        }
    }
}

extension Key {
    /// The same key, not required.
    var optional: Key {
        var copy = self
        copy.isRequired = false
        return copy
    }
}
