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
        guard channel.maxTextBytes != nil || endpoint?.hasTextLimit ?? false,
            let text = longest(name, language, step, playbook)
        else { return }
        func report(_ bytes: Int, _ most: Int, _ receiver: String) {
            guard bytes > most else { return }
            findings.add(
                "text-too-long", at: place,
                message: "template `\(name)` in `\(language.rawValue)` needs \(bytes) bytes with the longest values, "
                    + "\(receiver) takes \(most)",
                hint: "shorten the text by \(bytes - most) bytes (a Chinese character is 3)")
        }
        if let most = channel.maxTextBytes { report(text.utf8.count, most, "channel `\(channel.id)`") }
        guard let endpoint, let room = room(for: text, language, step, playbook, at: endpoint) else { return }
        report(room.bytes, room.limit, "a message of endpoint `\(endpoint.id)`")
    }

    /// The bytes of a message with this action alone, and what the endpoint's service takes; nil for no limit.
    private func room(
        for text: String, _ language: Language, _ step: Playbook.Step, _ playbook: Playbook, at endpoint: Endpoint
    ) -> (bytes: Int, limit: Int)? {
        var programme = programme
        programme.language = language
        let asOf = Day(number: 20_000)
        let header = PlanHeader(
            brand: programme.brand, kind: playbook.trigger, period: PlanHeader.period(of: playbook.trigger, asOf: asOf),
            asOf: asOf, currency: programme.currency)
        let action = ListedAction(
            playbook: playbook.id, title: playbook.title(language), step: step.id, level: step.level,
            memberID: TemplateVariable.named("member_id")?.longest(language) ?? "", text: text, assign: step.assign,
            due: step.due.map { $0.after(asOf) })
        switch endpoint.kind {
        case .file, .webhook: return nil
        case .wecomRobot, .dingtalkRobot, .feishuRobot, .slackRobot:
            // Settings that the service cannot serve are reported where they stand.
            return (try? RobotListWriter(endpoint: endpoint, programme: programme, header: header))?.room(for: action)
        case .wecomApp:
            return (try? WeComAppWriter(endpoint: endpoint, programme: programme, header: header))?.room(for: action)
        case .wecomTask: return (WeComLimits.taskText.bytes(of: text), WeComLimits.taskText.bytes)
        case .custom(let settings):
            guard let limit = settings.maxBodyBytes else { return nil }
            let values = BodySample(programme: programme, endpoint: endpoint, language: language)
                .longest(step, of: playbook, text: text)
            return catalogue.rendered(body: settings.body, values: values).map { ($0.utf8.count, limit) }
        }
    }

    /// The text with the longest values; nil for a template that includes itself.
    private func longest(
        _ name: String, _ language: Language, _ step: Playbook.Step, _ playbook: Playbook
    ) -> String? {
        let form = TemplateCatalogue.Form.text(language)
        guard !catalogue.isEndless(name, form) else { return nil }
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

extension Endpoint {
    /// Whether what an action says may be too long for it.
    fileprivate var hasTextLimit: Bool { kind.isForPeople || kind.custom?.maxBodyBytes != nil }
}
