import RetierBrand
import RetierCore

/// What a plan says about its decisions in words: the facts and evidence behind each, and the texts of what is sent.
struct ActionWords: Sendable {
    private let brand: Brand
    private let view: RunView
    private let playbooks: [PlaybookWords]
    private let vocabulary: FieldVocabulary

    init(brand: Brand, view: RunView, playbooks: [Playbook], composers: MessageComposers) {
        self.brand = brand
        self.view = view
        vocabulary = brand.programme.vocabulary
        self.playbooks = playbooks.map { PlaybookWords($0, brand: brand, composers: composers, asOf: view.facts.asOf) }
    }

    /// What is the same for every action of a playbook.
    private struct PlaybookWords: Sendable {
        var title: String
        /// The fields that the condition reads.
        var fields: [(field: Field, name: String, kind: Field.Kind)]
        var needsDistances: Bool
        /// By step: the words of the step itself, then of each of its options.
        var steps: [[StepWords]]

        init(_ playbook: Playbook, brand: Brand, composers: MessageComposers, asOf: Day) {
            title = playbook.title(brand.programme.language)
            fields = playbook.condition.fields.map { ($0, $0.name, $0.kind) }
            needsDistances = playbook.condition.needsDistances
            steps = playbook.steps.map { step in
                let endpoint = brand.programme.channel(step.via).flatMap { brand.programme.endpoint($0.endpoint) }
                return ([step] + step.options.map(step.choosing)).map { variant in
                    var words = StepWords(variant, of: playbook, brand: brand, asOf: asOf)
                    // Systems take actions of any size: nothing is asked for each of a million.
                    if let endpoint, endpoint.kind.isForPeople { words.composer = composers[endpoint.id] }
                    return words
                }
            }
        }
    }

    /// What is the same for every action of a step.
    private struct StepWords: Sendable {
        var template: String?
        /// The variables of the template that differ between members, in order, and what gets their values.
        var variables: [String] = []
        var getters: [TemplateVariables.Getter] = []
        var needsDistances = false
        var constants: [String: String] = [:]
        /// What a list says of every action of the step.
        let listed: ListedAction
        /// Writes the messages that carry the step.
        var composer: (any MessageComposer)?

        init(_ step: Playbook.Step, of playbook: Playbook, brand: Brand, asOf: Day) {
            let programme = brand.programme
            listed = ListedAction(
                playbook: playbook.id, title: playbook.title(programme.language), step: step.id, level: step.level,
                memberID: "", assign: step.assign, due: step.due?.after(asOf))
            guard let template = step.template else { return }
            self.template = template
            variables = brand.templates.variables(of: template, in: programme.language)
                .filter { !TemplateVariables.isConstant($0) }
            getters = variables.map {
                TemplateVariables.getter(of: $0, programme: programme, language: programme.language)
            }
            needsDistances = !TemplateVariable.distances.isDisjoint(with: variables)
            constants = TemplateVariables.constants(
                programme: programme, playbook: playbook, step: step, asOf: asOf, language: programme.language)
        }

        /// Refuses a text that no message of the step's endpoint can carry.
        func requireRoom(for text: String?, of memberID: String) throws {
            guard let composer else { return }
            var action = listed
            action.memberID = memberID
            action.text = text
            try composer.requireRoom(for: action)
        }
    }

    /// The words of some decisions; what consecutive ones share is worked out once.
    func actions(
        for decisions: some Collection<Decision>, about incidents: IncidentTable = .none
    ) throws -> [PlannedAction] {
        guard let first = decisions.first else { return [] }
        var actions: [PlannedAction] = []
        actions.reserveCapacity(decisions.count)
        var member = Person(first.row, view)
        var facts = ""
        var factsOf: (row: Int, playbook: Int)?
        var patterns: [Pattern.Key: Pattern] = [:]
        for decision in decisions {
            let playbook = playbooks[decision.playbook]
            if member.row != decision.row { member = Person(decision.row, view) }
            member.turn(to: decision.incident.flatMap { incidents.incident($0, row: decision.row) })
            if playbook.needsDistances { member.addDistances(view) }
            if factsOf ?? (-1, -1) != (decision.row, decision.playbook) {
                facts = self.facts(of: member.snapshot, for: playbook)
                factsOf = (decision.row, decision.playbook)
            }
            var action = PlannedAction(facts: facts, evidence: decision.verdict.evidenceJSON)
            if decision.verdict.outcome == .send {
                let step = playbook.steps[decision.step][(decision.option ?? -1) + 1]
                action.title = playbook.title
                if step.needsDistances { member.addDistances(view) }
                action.text = try text(of: step, decision, for: member.snapshot, &patterns)
                try step.requireRoom(for: action.text, of: member.snapshot.memberID)
            }
            actions.append(action)
        }
        return actions
    }

    private func facts(of member: MemberSnapshot, for playbook: PlaybookWords) -> String {
        JSONText.object(
            playbook.fields.compactMap { field, name, kind in
                field.valueText(of: member, as: kind, in: vocabulary).map { (name, $0) }
            })
    }

    /// The rendered text of a step for a member; nil where it has no template.
    ///
    /// Mustache renders once for all members who have the same variables, with marks in their places.
    private func text(
        of step: StepWords, _ decision: Decision, for member: MemberSnapshot, _ patterns: inout [Pattern.Key: Pattern]
    ) throws -> String? {
        guard let template = step.template else { return nil }
        let values = step.getters.map { $0(member) }
        let key = Pattern.Key(
            playbook: decision.playbook, step: decision.step, option: decision.option,
            present: values.map { $0.map { !$0.isEmpty } })
        if let pattern = patterns[key] { return pattern.text(values) }
        var marks = step.constants
        for (position, value) in values.enumerated() {
            marks[step.variables[position]] = value.map { $0.isEmpty ? "" : Pattern.mark(position) }
        }
        let marked = try brand.templates.render(template, language: brand.programme.language, variables: marks)
        let pattern = Pattern(marked)
        patterns[key] = pattern
        return pattern.text(values)
    }

    /// A rendered text with gaps for what differs between members.
    ///
    /// A template puts values in as they are, and asks of a value no more than whether it is there; so what it makes
    /// of marks it makes of any values.
    private struct Pattern {
        /// What decides about a text besides the values themselves.
        struct Key: Hashable {
            var playbook: Int
            var step: Int
            var option: Int?
            /// Nil for a variable without a value, false for an empty one.
            var present: [Bool?]
        }

        private enum Part {
            case literal(String)
            /// The position of a variable.
            case variable(Int)
        }

        private let parts: [Part]

        init(_ marked: String) {
            parts = marked.split(separator: "\u{0}", omittingEmptySubsequences: false).enumerated().map { place, part in
                place % 2 == 0 ? .literal(String(part)) : .variable(Int(part) ?? 0)
            }
        }

        static func mark(_ variable: Int) -> String { "\u{0}\(variable)\u{0}" }

        func text(_ values: [String?]) -> String {
            var text = ""
            for part in parts {
                switch part {
                case .literal(let literal): text += literal
                case .variable(let position): text += values[position] ?? ""
                }
            }
            return text
        }
    }

    /// A member who is looked at, with distances once something asks for them.
    private struct Person {
        let row: Int
        private(set) var snapshot: MemberSnapshot
        private var knowsDistances = false

        init(_ row: Int, _ view: RunView) {
            self.row = row
            snapshot = view.snapshotWithoutDistances(of: row)
        }

        /// Looks at the member as affected by an incident, or by none.
        mutating func turn(to incident: MemberIncident?) { snapshot.incident = incident }

        mutating func addDistances(_ view: RunView) {
            guard !knowsDistances else { return }
            view.addDistances(to: &snapshot, row: row)
            knowsDistances = true
        }
    }
}
