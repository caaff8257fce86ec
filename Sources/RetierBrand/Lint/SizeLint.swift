import RetierCore

/// Checks the longest text that a step can make against what its channel and its endpoint's service take, so that
/// nothing is found too long when it is to be sent.
struct SizeLint {
    let catalogue: TemplateCatalogue
    let programme: Programme

    func check(
        _ name: String, _ language: Language, _ step: Playbook.Step, _ playbook: Playbook, at place: YAMLNode,
        into findings: inout Findings
    ) {
        guard let channel = programme.channel(step.via) else { return }
        let endpoint = programme.endpoint(channel.endpoint)
        let limit = endpoint?.kind.textLimit
        let custom = endpoint?.kind.custom
        guard channel.maxTextBytes != nil || limit != nil || custom?.maxBodyBytes != nil,
            let text = longest(name, language, step, playbook)
        else { return }
        func report(_ bytes: Int, _ most: Int, _ receiver: String) {
            guard bytes > most else { return }
            findings.add(
                "text-too-long", at: place,
                message: "template `\(name)` in `\(language.rawValue)` reaches \(bytes) bytes with the longest values, "
                    + "\(receiver) takes \(most)",
                hint: "shorten the text by \(bytes - most) bytes (a Chinese character is 3)")
        }
        if let most = channel.maxTextBytes { report(text.utf8.count, most, "channel `\(channel.id)`") }
        if let limit, let endpoint { report(limit.bytes(of: text), limit.maxBytes, "endpoint `\(endpoint.id)`") }
        if let custom, let most = custom.maxBodyBytes, let endpoint {
            let values = BodySample(programme: programme, endpoint: endpoint, language: language)
                .longest(step, of: playbook, text: text)
            guard let body = catalogue.rendered(body: custom.body, values: values) else { return }
            report(body.utf8.count, most, "in a body that `max_body` of endpoint `\(endpoint.id)`")
        }
    }

    /// The text with the longest values; nil for a template that includes itself.
    private func longest(
        _ name: String, _ language: Language, _ step: Playbook.Step, _ playbook: Playbook
    ) -> String? {
        let form = TemplateCatalogue.Form.text(language)
        let isEndless = ([name] + catalogue.uses(of: name, form).map(\.use.name)).contains {
            catalogue.isCyclic($0, form)
        }
        guard !isEndless else { return nil }
        let attributes = catalogue.variables(of: name, in: language).filter {
            $0.hasPrefix(TemplateVariable.attributePrefix)
        }
        let values = TemplateVariables.longest(
            programme: programme, playbook: playbook, step: step,
            attributes: attributes.map { String($0.dropFirst(TemplateVariable.attributePrefix.count)) },
            language: language)
        return try? catalogue.render(name, language: language, variables: values)
    }
}
