import RetierCore

/// Checks what a playbook about incidents may be: matched every day, and done at once.
enum IncidentLint {
    static func check(
        _ root: YAMLNode, _ steps: [YAMLNode], of playbook: Playbook, into findings: inout Findings
    ) {
        guard playbook.condition.needsIncident else {
            for node in steps where node["scale"] != nil {
                findings.add(
                    "bad-incident", at: node["scale"], message: "the condition asks for no incident that says how long",
                    hint: "add a clause such as incident.kind in [...] to `when`")
            }
            return
        }
        if playbook.trigger != .daily {
            findings.add(
                "bad-incident", at: root["on"], message: "a playbook about incidents is matched by the daily run",
                hint: "write `on: daily`")
        }
        for (node, step) in zip(steps, playbook.steps) where step.isLater {
            findings.add(
                "bad-incident", at: node["after"] ?? node["level"],
                message: "step `\(step.id)` comes later, but a playbook about incidents acts at once",
                hint: "make it a playbook of its own: each is done once for a member and an incident")
        }
        if playbook.oncePer != nil {
            findings.warn(
                "bad-incident", at: root["once_per"],
                message: "`once_per` keeps members from what a second incident brings them",
                hint: "leave it out: each step is done once for a member and an incident anyway")
        }
    }
}

extension Predicate {
    /// Whether it says of an incident that it is over.
    var saysClosed: Bool {
        guard field == .incidentOpen, case .flag(let value) = operand else { return false }
        return value == (comparison == .notEqual)
    }
}
