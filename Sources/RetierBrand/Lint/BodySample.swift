import RetierCore

/// Values for bodies of custom channels before there are actions: what a step supplies, as tame or as hostile as asked.
struct BodySample {
    let programme: Programme
    let endpoint: Endpoint
    let language: Language

    /// Digits: right inside and outside of quotes, so that only the template itself can be wrong.
    static let tame = "0"

    /// Text that breaks a JSON string unless it is escaped.
    static func hostile(_ language: Language) -> String {
        let marks = "\"quoted\" \\ \u{8}\t\n\r\u{1}\u{7F}\u{2028} {{text}} }, {\"a\":[ </script> 🎉👨‍👩‍👧"
        return language == .chinese ? "他说：“好”，\(marks)，再见。" : "it's \(marks), bye."
    }

    /// The values of one action of a step, by name.
    ///
    /// - Parameter value: the value of a variable with this name and content.
    func action(
        _ step: Playbook.Step?, of playbook: Playbook?, value: (String, BodyVariable.Content) -> String
    ) -> [String: String] {
        var values: [String: String] = [:]
        for variable in BodyVariable.action where isSupplied(variable, by: step, of: playbook) {
            values[variable.name] = value(variable.name, variable.content)
        }
        for (key, _) in step?.parameters ?? [] {
            let name = TemplateVariable.parameterPrefix + key
            values[name] = value(name, .free)
        }
        // An object in any case: the value is put in as it is.
        let parameters = step?.parameters.map { ($0.key, value("parameters", .free)) } ?? []
        values["parameters"] = JSONText.object(parameters)
        return values
    }

    func message(value: (String, BodyVariable.Content) -> String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: BodyVariable.message.map { ($0.name, value($0.name, $0.content)) })
    }

    /// The values of a body for `count` like actions.
    func body(
        _ step: Playbook.Step?, of playbook: Playbook?, count: Int, value: (String, BodyVariable.Content) -> String
    ) -> BodyValues {
        combined(
            message(value: value), Array(repeating: action(step, of: playbook, value: value), count: count))
    }

    /// One action with a text and otherwise the longest values to reckon with.
    func longest(_ step: Playbook.Step, of playbook: Playbook, text: String) -> BodyValues {
        var action = action(step, of: playbook) { name, content in
            switch content {
            case .plain(let sample): sample
            case .free: name == "text" ? text : name == "title" ? playbook.title(language) : ""
            }
        }
        action["member_id"] = TemplateVariable.named("member_id")?.longest(language)
        for (key, value) in step.parameters { action[TemplateVariable.parameterPrefix + key] = value }
        action["parameters"] = JSONText.object(step.parameters.map { ($0.key, $0.value) })
        let message = message { _, content in
            if case .plain(let sample) = content { sample } else { programme.title(language) }
        }
        return combined(message, Array(repeating: action, count: 1))
    }

    private func combined(_ message: [String: String], _ actions: [[String: String]]) -> BodyValues {
        if endpoint.kind.custom?.grouping == .message { return BodyValues(values: message, actions: actions) }
        return BodyValues(values: message.merging(actions.first ?? [:]) { $1 })
    }

    /// Whether every action of a step has the variable; without a step everything is there.
    private func isSupplied(_ variable: BodyVariable, by step: Playbook.Step?, of playbook: Playbook?) -> Bool {
        guard let step, let playbook else { return true }
        return switch variable.presence {
        case .always: true
        case .withArms: !playbook.shares.arms.isEmpty
        case .withStepKey(let key):
            switch key {
            case "template": step.template != nil
            case "level": step.level != nil
            case "due": step.due != nil
            case "assign": step.assign != nil
            default: false
            }
        }
    }
}
