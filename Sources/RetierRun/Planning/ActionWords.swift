import RetierBrand
import RetierCore

/// What a plan says about its decisions besides the verdict: the facts behind each, and the texts of what is sent.
struct ActionWords: Sendable {
    private let brand: Brand
    private let view: RunView
    private let playbooks: [PlaybookWords]
    private let vocabulary: FieldVocabulary
    private let threads: Int

    init(brand: Brand, view: RunView, playbooks: [Playbook], threads: Int) {
        self.brand = brand
        self.view = view
        self.threads = threads
        vocabulary = brand.programme.vocabulary
        self.playbooks = playbooks.map { PlaybookWords($0, brand: brand, asOf: view.facts.asOf) }
    }

    /// What is the same for every action of a playbook.
    private struct PlaybookWords: Sendable {
        var title: String
        /// The fields that the condition reads.
        var fields: [(field: Field, name: String, kind: Field.Kind)]
        var needsDistances: Bool
        var steps: [StepWords]

        init(_ playbook: Playbook, brand: Brand, asOf: Day) {
            title = playbook.title(brand.programme.language)
            fields = playbook.condition.fields.map { ($0, $0.name, $0.kind) }
            needsDistances = playbook.condition.needsDistances
            steps = playbook.steps.map { StepWords($0, of: playbook, brand: brand, asOf: asOf) }
        }
    }

    /// What is the same for every action of a step.
    private struct StepWords: Sendable {
        var template: String?
        /// The variables that the template uses.
        var variables: Set<String> = []
        /// Whether the text is the same for every member.
        var isConstant = false
        var needsDistances = false
        var constants: [String: String] = [:]

        init(_ step: Playbook.Step, of playbook: Playbook, brand: Brand, asOf: Day) {
            guard let template = step.template else { return }
            let programme = brand.programme
            self.template = template
            variables = Set(brand.templates.variables(of: template, in: programme.language))
            isConstant = TemplateVariables.areConstant(variables)
            needsDistances = variables.contains("gap") || variables.contains("purchases_gap")
            constants = TemplateVariables.constants(
                programme: programme, playbook: playbook, step: step, asOf: asOf, language: programme.language)
        }
    }

    /// The words of some decisions; what consecutive ones share is worked out once.
    func actions(for decisions: some Sequence<Decision>) throws -> [PlannedAction] {
        var actions: [PlannedAction] = []
        actions.reserveCapacity(decisions.underestimatedCount)
        var person: Person?
        var facts = ""
        var factsOf: (row: Int, playbook: Int)?
        var constantTexts: [Step: String] = [:]
        for decision in decisions {
            let playbook = playbooks[decision.playbook]
            var member = person?.row == decision.row ? person ?? Person(decision.row, view) : Person(decision.row, view)
            if playbook.needsDistances { member.addDistances(view) }
            if factsOf ?? (-1, -1) != (decision.row, decision.playbook) {
                facts = self.facts(of: member.snapshot, for: playbook)
                factsOf = (decision.row, decision.playbook)
            }
            var action = PlannedAction(facts: facts)
            if decision.verdict.outcome == .send {
                let step = Step(playbook: decision.playbook, step: decision.step)
                action.title = playbook.title
                action.text = try constantTexts[step] ?? text(of: playbook.steps[decision.step], for: &member)
                if playbook.steps[decision.step].isConstant { constantTexts[step] = action.text }
            }
            person = member
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

    private func text(of step: StepWords, for member: inout Person) throws -> String? {
        guard let template = step.template else { return nil }
        let language = brand.programme.language
        if step.needsDistances { member.addDistances(view) }
        var values = step.constants
        if !step.isConstant {
            let personal = TemplateVariables.personal(
                for: member.snapshot, programme: brand.programme, language: language, only: step.variables)
            values.merge(personal) { $1 }
        }
        return try brand.templates.render(template, language: language, variables: values)
    }

    /// A step of a playbook, by positions.
    private struct Step: Hashable {
        var playbook: Int
        var step: Int
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

        mutating func addDistances(_ view: RunView) {
            guard !knowsDistances else { return }
            view.addDistances(to: &snapshot, row: row)
            knowsDistances = true
        }
    }
}

extension ActionWords {
    /// The words of many decisions, worked out some blocks ahead of the reader and handed out in order.
    func prefetching(_ decisions: [Decision]) -> Blocks { Blocks(words: self, decisions: decisions) }

    /// Blocks of words; asked for positions 0, 1, 2, ... by one thread.
    final class Blocks {
        private static let length = 8_192
        private let words: ActionWords
        private let decisions: [Decision]
        /// Blocks that are being worked out, in order; none with one thread.
        private var ahead: [Ahead<[PlannedAction]>] = []
        private var scheduled = 0
        private var block: [PlannedAction] = []
        private var start = 0

        init(words: ActionWords, decisions: [Decision]) {
            self.words = words
            self.decisions = decisions
            schedule()
        }

        func action(at position: Int) throws -> PlannedAction {
            if position >= start + block.count {
                start = position
                if ahead.isEmpty {
                    block = try words.actions(for: decisions[position..<min(position + Blocks.length, decisions.count)])
                } else {
                    block = try ahead.removeFirst().value()
                    schedule()
                }
            }
            return block[position - start]
        }

        /// Keeps one block a thread in work, so that memory stays bounded.
        private func schedule() {
            guard words.threads > 1 else { return }
            while ahead.count < words.threads, scheduled < decisions.count {
                let words = words
                let slice = Array(decisions[scheduled..<min(scheduled + Blocks.length, decisions.count)])
                scheduled += slice.count
                ahead.append(Ahead { try words.actions(for: slice) })
            }
        }
    }
}
