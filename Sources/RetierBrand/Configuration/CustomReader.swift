import RetierCore

/// Turns the nodes of a custom channel into its settings.
struct CustomReader {
    var findings: Findings

    init(findings: Findings) { self.findings = findings }

    mutating func read(_ node: YAMLNode) -> CustomChannelSettings {
        if node["url"] == nil, node["address"] == nil {
            findings.add(
                "missing-key", at: node, message: "the custom endpoint has neither `url` nor `address`",
                hint: "add `url: https://...`, or `address: {file: ...}` where the URL holds a key")
        } else if node["url"] != nil, let address = node["address"] {
            findings.add(
                "bad-value", at: address, message: "the custom endpoint has both `url` and `address`",
                hint: "keep one of them")
        }
        let headers = headers(node["headers"])
        let idempotency = node["idempotency_header"]
        if let name = idempotency?.text {
            check(header: name, at: idempotency)
            if headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
                findings.add(
                    "duplicate-key", at: idempotency, message: "`\(name)` is also one of `headers`",
                    hint: "keep it as `idempotency_header` only")
            }
        }
        let answers = AnswerRules(
            success: rules(node["success"]), throttled: rules(node["throttled"]), refused: rules(node["refused"]),
            gone: rules(node["gone"]))
        checkReachable(answers, node)
        return CustomChannelSettings(
            address: node["address"].map { .secret(SecretSource($0)) } ?? .url(node["url"]?.text ?? ""),
            headers: headers,
            body: node["body"]?.text ?? "",
            grouping: node["per"]?.text.flatMap(CustomChannelSettings.Grouping.init) ?? .action,
            maxBodyBytes: node["max_body"]?.integer, idempotencyHeader: idempotency?.text, answers: answers)
    }

    // MARK: Headers

    /// Headers that belong to the connection or to the transport, not to whoever writes a request.
    private static let refused: Set<String> = [
        "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    private mutating func headers(_ node: YAMLNode?) -> [CustomChannelSettings.Header] {
        var headers: [CustomChannelSettings.Header] = []
        for entry in node?.entries ?? [] {
            let place = YAMLNode(content: entry.value.content, line: entry.line, column: entry.column)
            check(header: entry.key, at: place)
            if headers.contains(where: { $0.name.lowercased() == entry.key.lowercased() }) {
                findings.add(
                    "duplicate-key", at: place, message: "header `\(entry.key)` is given twice: case does not matter",
                    hint: "keep one of them")
            }
            headers.append(CustomChannelSettings.Header(name: entry.key, value: value(entry.value)))
        }
        return headers
    }

    private mutating func value(_ node: YAMLNode) -> CustomChannelSettings.Header.Value {
        guard node.entries != nil else { return .text(node.text ?? "") }
        if (node["file"] == nil) == (node["credential"] == nil) {
            findings.add(
                "bad-value", at: node, message: "the header's secret has not one source",
                hint: "write {file: secrets/NAME}, or {credential: NAME}, with a `prefix` if it needs one")
        }
        return .secret(SecretSource(node), prefix: node["prefix"]?.text ?? "")
    }

    private mutating func check(header name: String, at node: YAMLNode?) {
        guard CustomReader.refused.contains(name.lowercased()) else { return }
        findings.add(
            "impossible", at: node, message: "header `\(name)` belongs to the connection, which sets it itself",
            hint: "leave it out")
    }

    // MARK: Answers

    private mutating func rules(_ node: YAMLNode?) -> [AnswerRule] {
        guard let node else { return [] }
        return (node.items ?? [node]).map { rule in
            let statuses = rule["status"]?.items?.compactMap(\.integer)
            let body = (rule["body"]?.entries ?? []).map { entry in
                AnswerRule.BodyValue(
                    path: entry.key.split(separator: ".").map(String.init),
                    values: (entry.value.items ?? [entry.value]).compactMap { JSONScalar($0) })
            }
            if rule.entries != nil, rule["status"] == nil || statuses == [], body.isEmpty {
                findings.add(
                    "bad-value", at: rule, message: "the rule says nothing about the answer, so it fits every answer",
                    hint: "write {status: [...]}, {body: {PATH: VALUE}}, or both")
            }
            return AnswerRule(
                statuses: statuses, body: body, holdSeconds: rule["hold"]?.seconds ?? AnswerRule().holdSeconds)
        }
    }

    /// Bad news wins over success, so a rule that fits every success makes success impossible.
    private mutating func checkReachable(_ answers: AnswerRules, _ node: YAMLNode) {
        for (key, rules) in [("throttled", answers.throttled), ("refused", answers.refused), ("gone", answers.gone)] {
            for rule in rules where rule.body.isEmpty {
                let covers = answers.success.contains { success in
                    (success.statuses ?? Array(200...299)).allSatisfy { rule.statuses?.contains($0) ?? false }
                }
                guard covers else { continue }
                findings.add(
                    "never-true", at: node[key],
                    message:
                        "`\(key)` fits every answer that `success` fits and wins over it: nothing is ever delivered",
                    hint: "tell them apart by status or by a value of the body")
            }
        }
    }
}

extension JSONScalar {
    /// A plain YAML value as JSON; nil for a list or a map.
    init?(_ node: YAMLNode) {
        guard let scalar = node.scalar else { return nil }
        self =
            switch scalar.kind {
            case .null: .null
            case .flag: .flag(scalar.text == "true")
            case .integer, .decimal: .number(scalar.text)
            case .text: .text(scalar.text)
            }
    }
}
