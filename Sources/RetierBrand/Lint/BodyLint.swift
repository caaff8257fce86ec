import RetierCore

/// Checks that the body of every custom endpoint is JSON for every action that can go there, whatever the data hold.
///
/// Bodies are rendered for each step and language with tame values first, so that the template itself is to blame, then
/// with one hostile value at a time, so that the variable is named, then with all of them.
struct BodyLint {
    private let catalogue: TemplateCatalogue
    private let programme: Programme
    private let playbooks: [Playbook]
    private var inTemplates: [Diagnostic] = []

    init(catalogue: TemplateCatalogue, programme: Programme, playbooks: [Playbook]) {
        self.catalogue = catalogue
        self.programme = programme
        self.playbooks = playbooks
    }

    /// - Parameter nodes: the node of `endpoints` in `retier.yaml`.
    /// - Returns: problems in `retier.yaml` and in templates.
    mutating func check(_ nodes: YAMLNode?) -> [Diagnostic] {
        var findings = Findings(file: BrandFiles.configurationName)
        for endpoint in programme.endpoints {
            guard let settings = endpoint.kind.custom, let node = nodes?[endpoint.id]?["body"],
                TextFormat.templateName.accepts(settings.body), !catalogue.isBroken(settings.body, .json)
            else { continue }
            guard catalogue.bodyNames.contains(settings.body) else {
                findings.add(
                    "unknown-template", at: node,
                    message:
                        "there is no template `\(settings.body)` for bodies (templates/\(settings.body).json.mustache)",
                    hint: NearestName.hint(for: settings.body, in: catalogue.bodyNames))
                continue
            }
            if !catalogue.isEndless(settings.body, .json), checkVariables(endpoint, settings) {
                checkJSON(endpoint, settings)
            }
        }
        return findings.all + inTemplates
    }

    /// The steps whose actions go to an endpoint; one nil where there is none yet.
    private func steps(to endpoint: Endpoint) -> [(playbook: Playbook?, step: Playbook.Step?)] {
        let all = playbooks.flatMap { playbook in
            playbook.steps.filter { programme.channel($0.via)?.endpoint == endpoint.id }.flatMap(\.variants)
                .map { (playbook, $0) }
        }
        return all.isEmpty ? [(nil, nil)] : all
    }

    // MARK: Variables

    /// Reports names that a body cannot use; false where there are some.
    private mutating func checkVariables(_ endpoint: Endpoint, _ settings: CustomChannelSettings) -> Bool {
        var isSound = true
        for (file, use) in catalogue.uses(of: settings.body, .json) where use.kind != .partial {
            guard let (code, message, hint) = problem(with: use, endpoint, settings) else { continue }
            isSound = false
            report(code, file, use, message: message, hint: hint)
        }
        return isSound
    }

    private func problem(
        with use: TemplateScan.Use, _ endpoint: Endpoint, _ settings: CustomChannelSettings
    ) -> (code: String, message: String, hint: String)? {
        let isList = settings.grouping == .message
        let isInList = use.sections.contains(BodyVariable.actions)
        let ofAction = BodyVariable.action.map(\.name), ofMessage = BodyVariable.message.map(\.name)
        let ofList = BodyVariable.list.map(\.name) + [BodyVariable.actions]
        let isParameter = use.name.hasPrefix(TemplateVariable.parameterPrefix)
        guard isParameter || (ofAction + ofMessage + ofList).contains(use.name) else {
            let nearest = NearestName.of(use.name, in: ofAction + ofMessage + ofList).map { "did you mean `\($0)`?" }
            return (
                "unknown-variable", "there is no variable `\(use.name)` for bodies",
                nearest ?? "the manual's page Configuration lists all; step parameters are `with.NAME`"
            )
        }
        if use.isRaw, use.name != "parameters" {
            return (
                "raw-value", "`\(use.name)` is put in without escaping, so a quotation mark in it breaks the JSON",
                "write \"{{\(use.name)}}\"; only {{{parameters}}} is JSON already"
            )
        }
        if !isList, ofList.contains(use.name) {
            return (
                "unsupplied-variable",
                "endpoint `\(endpoint.id)` sends one action a request, so there is no `\(use.name)`",
                "leave it out, or write `per: message` in the endpoint"
            )
        }
        if isList, !isInList, use.name != BodyVariable.actions, !ofMessage.contains(use.name) {
            return (
                "unsupplied-variable", "`\(use.name)` belongs to an action and stands outside of {{#actions}}",
                "move it between {{#actions}} and {{/actions}}"
            )
        }
        let key = use.name.dropFirst(TemplateVariable.parameterPrefix.count)
        let steps = steps(to: endpoint).compactMap(\.step)
        if isParameter, !steps.isEmpty, !steps.contains(where: { $0.parameters.contains { $0.key == key } }) {
            return (
                "unsupplied-variable", "no step that goes to endpoint `\(endpoint.id)` supplies `\(use.name)`",
                "add `with: {\(key): ...}` to a step, or leave the variable out"
            )
        }
        return nil
    }

    // MARK: JSON

    private mutating func checkJSON(_ endpoint: Endpoint, _ settings: CustomChannelSettings) {
        var seen: Set<[String]> = []
        for (playbook, step) in steps(to: endpoint) {
            let sample = BodySample(programme: programme, endpoint: endpoint, language: programme.language)
            // Steps that supply the same values make the same bodies.
            let supplied = sample.action(step, of: playbook) { _, _ in "" }.keys.sorted()
            guard seen.insert(supplied).inserted else { continue }
            let who = step.map { "step `\($0.id)` of playbook `\(playbook?.id ?? "")`" }
            if !checkTame(sample, playbook, step, settings, who: who) { continue }
            for language in Language.allCases {
                let sample = BodySample(programme: programme, endpoint: endpoint, language: language)
                checkHostile(sample, playbook, step, settings)
            }
        }
    }

    /// Whether the body is JSON with tame values, for lists of each length that differs.
    private mutating func checkTame(
        _ sample: BodySample, _ playbook: Playbook?, _ step: Playbook.Step?, _ settings: CustomChannelSettings,
        who: String?
    ) -> Bool {
        let file = "templates/\(settings.body).json.mustache"
        func problem(_ playbook: Playbook?, _ step: Playbook.Step?, count: Int) -> String? {
            let values = sample.body(step, of: playbook, count: count) { name, _ in
                name == "parameters" ? "" : BodySample.tame
            }
            return catalogue.rendered(body: settings.body, values: values).flatMap { JSONCheck.problem(in: $0) }
        }
        // With everything there: then it is not a missing value.
        if let problem = problem(nil, nil, count: 1) {
            report(
                "body-not-json", file, nil, message: "the template makes no JSON, whatever the values (\(problem))",
                hint: "see that it is JSON once each {{...}} is read as 0")
            return false
        }
        if problem(playbook, step, count: 1) != nil {
            let absent = Set(BodyVariable.action.map(\.name))
                .subtracting(sample.action(step, of: playbook) { _, _ in "" }.keys)
            for (file, use) in catalogue.uses(of: settings.body, .json)
            where use.kind == .variable && absent.contains(use.name) && !use.sections.contains(use.name) {
                report(
                    "body-not-json", file, use,
                    message: "\(who ?? "an action") has no `\(use.name)`, and without it the body is no JSON",
                    hint:
                        "write {{#\(use.name)}}...{{/\(use.name)}} around it, comma included, or put it in quotes"
                )
                return false
            }
            report(
                "body-not-json", file, nil,
                message: "the template makes no JSON for \(who ?? "an action"), which does not supply every value",
                hint: "see that it is JSON with and without each section")
            return false
        }
        for count in [2, 3] where settings.grouping == .message {
            guard let problem = problem(playbook, step, count: count) else { continue }
            report(
                "body-not-json", file, nil, message: "a list of \(count) actions makes no JSON (\(problem))",
                hint: "write {{comma}} before {{/actions}}")
            return false
        }
        return true
    }

    /// Reports the variables whose values break the body.
    private mutating func checkHostile(
        _ sample: BodySample, _ playbook: Playbook?, _ step: Playbook.Step?, _ settings: CustomChannelSettings
    ) {
        func breaks(_ isHostile: (String) -> Bool) -> Bool {
            let values = sample.body(step, of: playbook, count: 2) { name, content in
                guard isHostile(name) else { return BodySample.tame }
                if case .plain(let text) = content { return text }
                return BodySample.hostile(sample.language)
            }
            guard let body = catalogue.rendered(body: settings.body, values: values) else { return false }
            return JSONCheck.problem(in: body) != nil
        }
        var isBlamed = false
        var names: Set<String> = []
        for (file, use) in catalogue.uses(of: settings.body, .json) where use.kind == .variable {
            guard names.insert(use.name).inserted, breaks({ $0 == use.name }) else { continue }
            isBlamed = true
            report(
                "body-not-json", file, use,
                message: "a value of `\(use.name)` such as \(shown(use.name)) breaks the JSON",
                hint: "put it in quotes: \"{{\(use.name)}}\"")
        }
        if !isBlamed, breaks({ _ in true }) {
            report(
                "body-not-json", "templates/\(settings.body).json.mustache", nil,
                message: "the template makes no JSON when values hold quotation marks and line breaks",
                hint: "put every value in quotes")
        }
    }

    /// A value that breaks the JSON, for the message.
    private func shown(_ name: String) -> String {
        let all = BodyVariable.action + BodyVariable.message + BodyVariable.list
        if case .plain(let sample) = all.first(where: { $0.name == name })?.content { return "`\(sample)`" }
        return "`say \"hi\"`"
    }

    private mutating func report(
        _ code: String, _ file: String, _ use: TemplateScan.Use?, message: String, hint: String
    ) {
        var findings = Findings(file: file)
        findings.add(code, at: (use?.line ?? 0, use?.column ?? 0), message: message, hint: hint)
        inTemplates += findings.all
    }
}
