import RetierCore

/// Turns the entries under `incidents` into kinds.
struct IncidentReader {
    var findings: Findings

    /// In the order in which they are written.
    mutating func read(_ node: YAMLNode?) -> [IncidentKind] {
        let kinds = (node?.entries ?? []).map { kind($0) }
        if kinds.count > IncidentKind.most {
            findings.add(
                "bad-value", at: node,
                message: "\(kinds.count) kinds of incidents are more than the \(IncidentKind.most) that are possible",
                hint: "leave some out")
        }
        return Array(kinds.prefix(IncidentKind.most))
    }

    private mutating func kind(_ entry: YAMLNode.Entry) -> IncidentKind {
        let node = entry.value
        if node["affects"]?.items?.isEmpty == true {
            findings.add(
                "bad-value", at: node["affects"], message: "an incident of kind `\(entry.key)` affects nobody",
                hint: "name what members do meanwhile, such as order or event:login")
        }
        return IncidentKind(
            id: entry.key, title: node["title"]?.localized ?? LocalizedText(entry.key),
            affects: Set((node["affects"]?.items ?? []).compactMap(\.text)).sorted(),
            late: node["late"]?.period ?? IncidentKind.usualLate)
    }
}
