package import FoundationEssentials
package import RetierCore

/// Everything that people wrote in a brand folder, checked.
package struct Brand: Sendable {
    package var programme: Programme
    /// Sorted by id.
    package var playbooks: [Playbook]
    package var templates: TemplateCatalogue
    package var digests: BrandDigests
    /// Warnings that were found while loading, sorted.
    package var warnings: [Diagnostic]

    /// Reads and checks a brand folder.
    ///
    /// - Parameter zoneRules: looks up a time zone by its IANA name.
    /// - Throws: `RetierError` (`badConfiguration`) with every problem of every file.
    package static func load(
        directory: URL, zoneRules: @escaping (String) -> ZoneRules?
    ) throws(RetierError) -> Brand {
        let reading = BrandReading(directory: directory, zoneRules: zoneRules)
        let errors = reading.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty, let programme = reading.programme else {
            let count = errors.count == 1 ? "1 problem" : "\(errors.count) problems"
            throw RetierError(
                .badConfiguration, "the brand folder has \(count)",
                hint: "correct what is listed and run `retier check`",
                diagnostics: reading.diagnostics)
        }
        return Brand(
            programme: programme, playbooks: reading.drafts.map(\.playbook), templates: reading.templates,
            digests: reading.digests, warnings: reading.diagnostics)
    }

    /// Every problem of a brand folder, warnings included, sorted by file and place.
    package static func check(directory: URL, zoneRules: @escaping (String) -> ZoneRules?) -> [Diagnostic] {
        inspect(directory: directory, zoneRules: zoneRules).diagnostics
    }

    /// The same with the programme as far as it could be read; with errors, no run may use it.
    package static func inspect(
        directory: URL, zoneRules: @escaping (String) -> ZoneRules?
    ) -> (programme: Programme?, diagnostics: [Diagnostic]) {
        let reading = BrandReading(directory: directory, zoneRules: zoneRules)
        return (reading.programme, reading.diagnostics)
    }

    /// Whether a condition reads what members have consented to.
    package var needsConsents: Bool { conditions.contains(where: \.needsConsents) }

    /// Whether a condition or a template reads how far members are from losing their tier.
    package var needsTierLoss: Bool {
        let names = Set(Field.tierLosses.map(\.name))
        return !templateVariables.isDisjoint(with: names)
            || conditions.contains { !names.isDisjoint(with: $0.fields.map(\.name)) }
    }

    /// The conditions of playbooks and of tiers.
    private var conditions: [Condition] {
        playbooks.map(\.condition) + programme.tiering.ladder.tiers.compactMap(\.entry.condition)
    }

    /// Whether a condition, a template or tiering reads a prediction, or budgets rank by one.
    package var usesPredictions: Bool {
        let names = Set(Prediction.allCases.map(\.name))
        return !templateVariables.isDisjoint(with: names)
            || conditions.contains { $0.fields.contains { names.contains($0.name) } }
            || !names.isDisjoint(with: programme.tiering.measureNames)
            || !names.isDisjoint(with: clusterColumns) || !programme.budgets.isEmpty
            || playbooks.contains { $0.budget != nil }
    }

    /// The attributes that conditions and templates read, sorted.
    package var attributes: [String] {
        let prefix = TemplateVariable.attributePrefix
        let inTemplates = templateVariables.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        return Set(conditions.flatMap(\.attributes) + inTemplates).sorted()
    }

    private var clusterColumns: [String] { programme.clusters?.facts.map(\.name) ?? [] }

    /// The further facts that conditions, templates, tiering and clusters read.
    package var facts: Set<FactReference> {
        let inTemplates = templateVariables.compactMap { programme.facts.reference(named: $0) }
        let inTiering = (programme.tiering.measureNames + clusterColumns)
            .compactMap { programme.facts.reference(named: $0) }
        return conditions.reduce(into: Set(inTemplates + inTiering)) { $0.formUnion($1.facts) }
    }

    /// Whether a condition reads tags, or members are given what suits these.
    package var needsTags: Bool {
        conditions.contains(where: \.needsTags)
            || playbooks.contains { $0.steps.contains { $0.options.contains { !$0.suits.isEmpty } } }
    }

    private var templateVariables: Set<String> {
        let names = Set(playbooks.flatMap { $0.steps.compactMap(\.template) })
        return Set(names.flatMap { templates.variables(of: $0, in: programme.language) })
    }
}

/// One pass over a brand folder: what could be read, and everything that is wrong.
struct BrandReading {
    private(set) var programme: Programme?
    /// `retier.yaml` and where it is.
    private var configuration: (root: YAMLNode, file: String)?
    /// Sorted by id, then file.
    private(set) var drafts: [PlaybookDraft] = []
    private(set) var templates = TemplateCatalogue()
    private(set) var digests: BrandDigests
    private(set) var diagnostics: [Diagnostic] = []

    init(directory: URL, zoneRules: @escaping (String) -> ZoneRules?) {
        let files = BrandFiles(directory: directory)
        digests = BrandDigests(configuration: "", playbooks: "", templates: "")
        diagnostics = files.diagnostics
        var names = ReferenceNames()
        if let file = files.configuration { readProgramme(file, zoneRules: zoneRules, names: &names) }
        for file in files.templates { readTemplate(file) }
        for file in files.playbooks { readPlaybook(file, names: names) }
        drafts.sort { ($0.playbook.id, $0.playbook.file) < ($1.playbook.id, $1.playbook.file) }
        checkTogether(names: names, isComplete: drafts.count == files.playbooks.count)
        digest(files)
        diagnostics = Set(diagnostics).sorted()
    }

    private mutating func readProgramme(
        _ file: BrandFiles.File, zoneRules: @escaping (String) -> ZoneRules?, names: inout ReferenceNames
    ) {
        guard let (root, findings) = readTree(file, keys: ProgrammeShape.keys) else { return }
        var reader = ProgrammeReader(findings: findings, zoneRules: zoneRules)
        let programme = reader.read(root)
        diagnostics += reader.findings.all
        self.programme = programme
        configuration = (root, file.path)
        names.vocabulary = programme.vocabulary
        names.channels = root["channels"]?.entries.map { _ in
            programme.channels.map { (id: $0.id, consent: $0.consent) }
        }
    }

    private mutating func readPlaybook(_ file: BrandFiles.File, names: ReferenceNames) {
        guard let (root, findings) = readTree(file, keys: PlaybookShape.keys) else { return }
        var reader = PlaybookReader(findings: findings, programme: programme, names: names)
        let draft = reader.read(root)
        if let draft, let condition = draft.condition {
            ConditionLint.check(condition, at: draft.root["when"], universe: names.vocabulary, into: &reader.findings)
        }
        if let draft, let programme {
            let lint = TemplateLint(catalogue: templates, programme: programme)
            diagnostics += lint.check(draft, into: &reader.findings)
            RecipientLint.check(draft, programme: programme, into: &reader.findings)
        }
        diagnostics += reader.findings.all
        if let draft { drafts.append(draft) }
    }

    /// The file's nodes after its shape was checked; nil where it is no YAML, which is reported.
    private mutating func readTree(_ file: BrandFiles.File, keys: [Key]) -> (YAMLNode, Findings)? {
        var findings = Findings(file: file.path)
        guard let root = YAMLDocument.read(file.text, into: &findings) else {
            diagnostics += findings.all
            return nil
        }
        Secrecy.check(root, into: &findings)
        var check = ShapeCheck(findings: findings)
        check.check(root, .keys(keys), at: "")
        return (root, check.findings)
    }

    private mutating func readTemplate(_ file: BrandFiles.File) {
        var findings = Findings(file: file.path)
        let name = file.path.dropFirst("templates/".count).dropLast(".mustache".count)
        let parts = name.split(separator: ".")
        if parts.count == 2, let form = TemplateCatalogue.Form(fileExtension: String(parts[1])),
            TextFormat.templateName.accepts(String(parts[0]))
        {
            templates.add(file.text, as: .init(name: String(parts[0]), form: form), into: &findings)
        } else {
            findings.add(
                "bad-template-name", message: "the file's name does not say which template in which language it is",
                hint:
                    "name it templates/NAME.zh.mustache, NAME.en.mustache or (for the bodies of custom channels) "
                    + "NAME.json.mustache, with lower-case letters, digits, - and _"
            )
        }
        diagnostics += findings.all
    }

    private mutating func checkTogether(names: ReferenceNames, isComplete: Bool) {
        diagnostics += PlaybookLint.duplicateIDs(drafts)
        diagnostics += PlaybookLint.overlaps(drafts, universe: names.vocabulary)
        guard let programme, let configuration else { return }
        if isComplete {
            diagnostics += BudgetLint.check(programme, configuration.file, configuration.root, drafts)
        }
        diagnostics += TemplateLint(catalogue: templates, programme: programme)
            .checkCatalogue(usedBy: drafts, isComplete: isComplete)
        var bodies = BodyLint(catalogue: templates, programme: programme, playbooks: drafts.map(\.playbook))
        diagnostics += bodies.check(configuration.root["endpoints"])
    }

    private mutating func digest(_ files: BrandFiles) {
        let idOfFile = Dictionary(drafts.map { ($0.playbook.file, $0.playbook.id) }) { first, _ in first }
        digests = BrandDigests(
            configuration: BrandDigests.digest(files.configuration.map { [($0.path, $0.text)] } ?? []),
            // By id, so that renaming or moving a file changes nothing.
            playbooks: BrandDigests.digest(files.playbooks.map { (idOfFile[$0.path] ?? $0.path, $0.text) }),
            templates: BrandDigests.digest(files.templates.map { ($0.path, $0.text) }))
    }
}
