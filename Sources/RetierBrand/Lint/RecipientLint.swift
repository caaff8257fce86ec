import RetierCore

/// Checks that the steps say what their endpoints need to find a reader.
enum RecipientLint {
    static func check(_ draft: PlaybookDraft, programme: Programme, into findings: inout Findings) {
        for (node, step) in zip(draft.steps, draft.playbook.steps) where step.assign == nil {
            guard let channel = programme.channel(step.via), let endpoint = programme.endpoint(channel.endpoint),
                case .wecomApp(let settings) = endpoint.kind, settings.recipients == .assigned
            else { continue }
            findings.add(
                "no-recipient", at: node["via"],
                message:
                    "step `\(step.id)` goes to endpoint `\(endpoint.id)`, which writes to whom `assign` names, and has "
                    + "no `assign`",
                hint: "add `assign:` with a user id of WeCom, or give the endpoint other readers under `to`")
        }
    }
}
