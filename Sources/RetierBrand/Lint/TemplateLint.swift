import RetierCore

/// Checks what a playbook's steps and the templates they name need of each other.
struct TemplateLint {
    let catalogue: TemplateCatalogue
    let programme: Programme

    /// Problems of one playbook's steps; problems inside a template carry the template's file.
    func check(_ draft: PlaybookDraft, into findings: inout Findings) -> [Diagnostic] {
        var inTemplates: [Diagnostic] = []
        let size = SizeLint(catalogue: catalogue, programme: programme)
        let variants = zip(draft.steps, draft.playbook.steps).flatMap { node, step in step.variants.map { (node, $0) } }
        for (node, step) in variants {
            guard let name = step.template, TextFormat.templateName.accepts(name), let place = node["template"] else {
                continue
            }
            let languages = catalogue.languages(of: name)
            guard !catalogue.isBroken(name) else { continue }
            guard !languages.isEmpty else {
                findings.add(
                    "unknown-template", at: place, message: "there is no template `\(name)`",
                    hint: NearestName.hint(for: name, in: catalogue.textNames))
                continue
            }
            let required = programme.language
            if !languages.contains(required) {
                findings.add(
                    "missing-language", at: place,
                    message:
                        "template `\(name)` is not written in the programme's language `\(required.rawValue)`",
                    hint: "add templates/\(name).\(required.rawValue).mustache")
            }
            for language in languages {
                inTemplates += variables(name, language, step, draft)
                size.check(name, language, step, draft.playbook, at: place, into: &findings)
            }
        }
        return inTemplates
    }

    /// Partials that do not exist, templates that include themselves, and templates that no step uses.
    ///
    /// - Parameter isComplete: false where a playbook could not be read; then nothing is called unused.
    func checkCatalogue(usedBy drafts: [PlaybookDraft], isComplete: Bool) -> [Diagnostic] {
        var found: [Diagnostic] = []
        var used = Set(drafts.flatMap { $0.playbook.steps.compactMap(\.template) })
        var usedBodies = Set(programme.endpoints.compactMap(\.kind.custom?.body))
        for (identity, entry) in catalogue.entries {
            var findings = Findings(file: entry.file)
            for use in entry.scan.uses where use.kind == .partial {
                if identity.form == .json { usedBodies.insert(use.name) } else { used.insert(use.name) }
                let isThere = catalogue.entries[.init(name: use.name, form: identity.form)] != nil
                guard !isThere, !catalogue.isBroken(use.name) else { continue }
                findings.add(
                    "unknown-template", at: (use.line, use.column),
                    message: "there is no template `\(use.name)` in `\(identity.form.fileExtension)`",
                    hint: NearestName.hint(
                        for: use.name, in: identity.form == .json ? catalogue.bodyNames : catalogue.textNames))
            }
            found += findings.all
        }
        for (identity, entry) in catalogue.entries where catalogue.isCyclic(identity.name, identity.form) {
            var findings = Findings(file: entry.file)
            findings.add(
                "template-cycle", message: "template `\(identity.name)` includes itself through its partials",
                hint: "remove one of the {{>...}} tags")
            found += findings.all
        }
        for (identity, entry) in catalogue.entries where isComplete {
            let isBody = identity.form == .json
            guard !(isBody ? usedBodies : used).contains(identity.name) else { continue }
            var findings = Findings(file: entry.file)
            findings.warn(
                "unused-template",
                message: "no \(isBody ? "custom endpoint" : "playbook") uses template `\(identity.name)`",
                hint: "name it in \(isBody ? "an endpoint's `body`" : "a step"), or remove it")
            found += findings.all
        }
        return found
    }

    private func variables(
        _ name: String, _ language: Language, _ step: Playbook.Step, _ draft: PlaybookDraft
    ) -> [Diagnostic] {
        let guaranteed = GuaranteedValues.variables(for: draft.condition)
        var found: [Diagnostic] = []
        for (file, use) in catalogue.uses(of: name, .text(language)) where use.kind != .partial {
            var findings = Findings(file: file)
            let place = (line: use.line, column: use.column)
            switch presence(of: use.name, in: step) {
            case .unknown:
                findings.add(
                    "unknown-variable", at: place, message: "there is no variable `\(use.name)`",
                    hint: unknownHint(use.name))
            case .missing(let key):
                findings.add(
                    "unsupplied-variable", at: place,
                    message: "step `\(step.id)` of playbook `\(draft.playbook.id)` supplies no `\(use.name)`",
                    hint: "add \(key) to the step, or leave the variable out")
            case .optional where use.kind == .variable && !use.sections.contains(use.name):
                // Who has a distance to the next tier has a next tier.
                let isInDistance =
                    use.name == "next_tier"
                    && !Set(use.sections).isDisjoint(with: ["gap", "purchases_gap", "days_gap"])
                guard !guaranteed.contains(use.name), !isInDistance else { continue }
                findings.warn(
                    "optional-variable", at: place,
                    message: "`\(use.name)` has no value for some members of playbook `\(draft.playbook.id)`",
                    hint: "write {{#\(use.name)}}...{{/\(use.name)}} around the sentence that uses it")
            case .optional, .supplied: break
            }
            found += findings.all
        }
        return found
    }

    private enum Presence {
        case supplied, optional, unknown
        case missing(String)
    }

    private func presence(of name: String, in step: Playbook.Step) -> Presence {
        if name.hasPrefix(TemplateVariable.parameterPrefix) {
            let key = String(name.dropFirst(TemplateVariable.parameterPrefix.count))
            return step.parameters.contains { $0.key == key } ? .supplied : .missing("`with: {\(key): ...}`")
        }
        if name.hasPrefix(TemplateVariable.attributePrefix) { return .optional }
        let fact = programme.facts.reference(named: name).map { programme.facts.definitions[$0.position] }
        switch (TemplateVariable.named(name) ?? fact.map(TemplateVariable.ofFact))?.presence {
        case .always: return .supplied
        case .sometimes: return .optional
        case .withStepKey(let key):
            let isThere = key == "assign" ? step.assign != nil : key == "due" ? step.due != nil : step.cost > .zero
            return isThere ? .supplied : .missing("`\(key):`")
        case nil: return .unknown
        }
    }

    private func unknownHint(_ name: String) -> String {
        let known = TemplateVariable.all.map(\.name) + programme.facts.definitions.map(\.name)
        return NearestName.of(name, in: known).map { "did you mean `\($0)`?" }
            ?? "step parameters are `with.NAME`, columns of your members file `attr.NAME`; known are "
            + known.sorted().map { "`\($0)`" }.joined(separator: ", ")
    }
}
