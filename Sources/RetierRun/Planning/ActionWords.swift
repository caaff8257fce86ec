import RetierBrand
import RetierCore

/// What a plan says about its decisions besides the verdict: the facts behind each, and the texts of what is sent.
struct ActionWords: Sendable {
    private let brand: Brand
    private let view: RunView
    private let playbooks: [Playbook]
    /// The fields that each playbook's condition reads.
    private let fields: [[Field]]
    private let vocabulary: FieldVocabulary
    private let threads: Int

    init(brand: Brand, view: RunView, playbooks: [Playbook], threads: Int) {
        self.brand = brand
        self.view = view
        self.playbooks = playbooks
        self.threads = threads
        fields = playbooks.map(\.condition.fields)
        vocabulary = brand.programme.vocabulary
    }

    /// The words of one decision.
    func action(for decision: Decision) throws -> PlannedAction {
        let member = view.snapshot(of: decision.row)
        let playbook = playbooks[decision.playbook]
        let facts = JSONText.object(
            fields[decision.playbook].compactMap { field in
                field.valueText(of: member, in: vocabulary).map { (field.name, $0) }
            })
        guard decision.verdict.outcome == .send else { return PlannedAction(facts: facts) }
        let language = brand.programme.language
        var text: String?
        if let template = playbook.steps[decision.step].template {
            let values = TemplateVariables.values(
                for: member, programme: brand.programme, playbook: playbook, step: playbook.steps[decision.step],
                language: language)
            text = try brand.templates.render(template, language: language, variables: values)
        }
        return PlannedAction(facts: facts, title: playbook.title(language), text: text)
    }

    /// The words of many decisions, worked out a block ahead on all threads and handed out in order.
    func prefetching(_ decisions: [Decision]) -> Blocks { Blocks(words: self, decisions: decisions) }

    /// Blocks of words; asked for positions 0, 1, 2, ...
    ///
    /// by one thread.
    final class Blocks {
        private static let length = 16_384
        private let words: ActionWords
        private let decisions: [Decision]
        private var block: [PlannedAction] = []
        private var start = 0

        init(words: ActionWords, decisions: [Decision]) {
            self.words = words
            self.decisions = decisions
        }

        func action(at position: Int) throws -> PlannedAction {
            if position >= start + block.count {
                let words = words
                let slice = Array(decisions[position..<min(position + Blocks.length, decisions.count)])
                start = position
                block = try inParallel(rows: slice.count, threads: words.threads) { rows in
                    try rows.map { try words.action(for: slice[$0]) }
                }
            }
            return block[position - start]
        }
    }
}
