import RetierBrand
package import RetierCore
package import RetierLedger
package import RetierStatistics

/// What all experiments of a brand say as of a day, their p-values corrected together.
package struct Measurement: Sendable {
    /// One experiment under the name that people know.
    package struct Entry: Sendable {
        package var title: LocalizedText
        package var result: ExperimentResult
        /// Whether one of the playbook's steps costs something, so that its effect is that of a benefit.
        package var givesBenefit: Bool
    }

    /// The programme first, then the playbooks by id.
    package let entries: [Entry]
    /// The last day of which the data tell.
    package let lastDay: Day

    /// Measures as of a day; of the days after the newest order the data tell nothing, so they do not count.
    ///
    /// Every experiment is measured whatever is shown of it: a correction over the rows that somebody picked would be
    /// none.
    package init(_ ledger: Ledger, programme: Programme, playbooks: [Playbook], asOf: Day) throws {
        let isAsked = programme.control.share > 0 || playbooks.contains(where: \.shares.isExperiment)
        let newest = isAsked ? try ledger.orderSpan().map { programme.zone.day(of: $0.last) } : nil
        let lastDay = newest.map { min($0, asOf) } ?? asOf
        self.lastDay = lastDay
        var asked: [(LocalizedText, ExperimentQuestion, Bool)] = []
        if let question = ExperimentQuestion(programme.control, lastDay: lastDay) {
            asked.append((LocalizedText(zh: "整个会员计划", en: "the whole programme"), question, false))
        }
        for playbook in playbooks.sorted(by: { $0.id < $1.id }) {
            guard let question = ExperimentQuestion(playbook, lastDay: lastDay) else { continue }
            asked.append((playbook.title, question, playbook.steps.contains { $0.cost > .zero }))
        }
        let results = try asked.map { _, question, _ in
            ExperimentResult(
                try ledger.record(
                    of: question, zone: programme.zone, uncountedStatuses: programme.uncountedStatuses), question)
        }
        entries = zip(asked, ExperimentResult.corrected(results)).map { asked, result in
            Entry(title: asked.0, result: result, givesBenefit: asked.2)
        }
    }

    package init(_ workspace: Workspace, asOf: Day) throws {
        try self.init(
            workspace.ledger, programme: workspace.programme, playbooks: workspace.brand.playbooks, asOf: asOf)
    }

    /// Playbooks with an experiment, and `*` for the programme.
    package var experiments: [String] { entries.map(\.result.question.experiment) }

    /// Experiments whose groups have not the sizes that were drawn for.
    package var mismatched: [String] {
        entries.filter { $0.result.ratio.isMismatch }.map(\.result.question.experiment)
    }
}
