extension CalendarPeriod {
    /// The first day of the budget period that contains `day`.
    ///
    /// Whole months that divide the year (P1M, P3M, P1Y) are calendar blocks: this month, this quarter, this year.
    /// Anything else is
    /// the rolling window of that length which ends with `day`.
    package func budgetStart(containing day: Day) -> Day {
        let (year, month, _) = day.components
        if days == 0, hours == 0, months > 0, months <= 12, 12 % months == 0 {
            let first = (month - 1) / months * months + 1
            return Day(year: year, month: first, day: 1) ?? day
        }
        return before(day).adding(days: 1)
    }
}
