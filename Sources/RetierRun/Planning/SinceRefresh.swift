import RetierCore

/// What only the figures of a refresh ask for: facts of the time since the refresh before, as the last ones of the
/// catalogue.
///
/// No fact of a programme has a space in its name.
struct SinceRefresh {
    private static let (spend, answer) = ("spend since", "answer since")

    let catalogue: FactCatalogue

    /// The facts of the days after `earlier`; answers of the month up to the day where there was no refresh.
    init(_ programme: FactCatalogue, earlier: Day?, asOf: Day) {
        let days = earlier.map { CalendarPeriod(days: max(asOf.days(since: $0), 1)) }
        let rows = FactRows(.orders, .everything, .period(days ?? CalendarPeriod(days: 1)))
        var catalogue = programme.adding(
            FactDefinition(
                SinceRefresh.spend, .money, .value(FactTerm(.sum(.amount), of: rows)),
                description: LocalizedText(zh: "上次分层以来的金额", en: "money since the refresh before")))
        if var term = SinceRefresh.answer(of: programme) {
            term.rows.window = .period(days ?? CalendarPeriod(months: 1))
            catalogue = catalogue.adding(
                FactDefinition(
                    SinceRefresh.answer, .decimal, .value(term),
                    description: LocalizedText(
                        zh: "上次分层以来最近一次 NPS 分数", en: "latest NPS answer since the refresh before")))
        }
        self.catalogue = catalogue
    }

    /// The kinds of events that are NPS answers.
    static func answerKinds(of catalogue: FactCatalogue) -> Set<String> {
        answer(of: catalogue)?.rows.filter.texts ?? []
    }

    /// The latest NPS answer, as the catalogue counts it.
    private static func answer(of catalogue: FactCatalogue) -> FactTerm? {
        guard case .value(let term)? = catalogue.definitions.first(where: { $0.name == "nps_last" })?.recipe
        else { return nil }
        return term
    }

    /// Asks for them: the spend where there is an earlier refresh to compare with, the answers where there are any.
    static func add(to selection: inout FactSelection, since earlier: Day?, asOf: Day, hasAnswers: Bool) {
        let period = SinceRefresh(selection.catalogue, earlier: earlier, asOf: asOf)
        selection.catalogue = period.catalogue
        let names = (earlier.map { $0 < asOf } == true ? [spend] : []) + (hasAnswers ? [answer] : [])
        selection.wanted.formUnion(names.compactMap { period.catalogue.reference(named: $0) })
    }

    /// The columns of a table that was loaded with them; nil for what was not asked for.
    static func columns(
        of facts: FactTable, programme: FactCatalogue
    ) -> (spend: FactColumn?, answers: FactColumn?) {
        // Where they stand does not depend on the days.
        let catalogue = SinceRefresh(programme, earlier: nil, asOf: facts.asOf).catalogue
        func column(_ name: String) -> FactColumn? { catalogue.reference(named: name).flatMap { facts[$0] } }
        return (column(spend), column(answer))
    }
}
