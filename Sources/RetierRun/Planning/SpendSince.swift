import RetierCore

extension FactSelection {
    /// Asks for what members have spent after an earlier day, returns taken off, as the last fact of the catalogue.
    mutating func addSpend(since earlier: Day, asOf: Day) {
        catalogue = catalogue.spendingSince(days: asOf.days(since: earlier))
        if let fact = catalogue.references.last { wanted.insert(fact) }
    }
}

extension FactCatalogue {
    /// The catalogue with one more fact: the money of the last days.
    ///
    /// No fact of a programme has a space in its name.
    func spendingSince(days: Int) -> FactCatalogue {
        let rows = FactRows(.orders, .everything, .period(CalendarPeriod(days: days)))
        return adding(
            FactDefinition(
                "spend since", .money, .value(FactTerm(.sum(.amount), of: rows)),
                description: LocalizedText(zh: "上次分层以来的金额", en: "money since the refresh before")))
    }
}
