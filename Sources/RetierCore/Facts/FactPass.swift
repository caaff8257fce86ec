/// Some further facts made ready for one ordered pass over orders or over events.
///
/// Terms that several facts share are folded once; rows are filtered once for all terms with the same filter.
package struct FactPass: Sendable {
    /// Positions in the catalogue of the facts that the pass yields, ascending.
    package let positions: [Int]
    /// The columns that rows must bring.
    package let columns: Set<RowColumn>
    let asOf: Int32
    let results: [Result]
    let filters: [FilterGroup]
    let windows: [WindowGroup]
    let steps: [Step]
    let numberStarts: [Int64]
    let trackCount: Int
    let talliedCount: Int

    /// How a fact comes out of what was folded.
    enum Result: Sendable {
        case value(Outcome)
        case ratio(Outcome, Outcome, scale: Int64)
    }

    enum Outcome: Sendable {
        case number(Int)
        /// The same, missing where it still is `start`.
        case numberUnless(Int, start: Int64)
        case days(Int), daysSinceFirst(Int), daysSinceLast(Int), cycle(Int), variation(Int), overdue(Int)
        case distinct(Int), favourite(Int)
    }

    struct FilterGroup: Sendable {
        var code: RowFilterCode
        var windows: Range<Int>
    }

    struct WindowGroup: Sendable {
        /// Days after this one count.
        var start: Int32
        var steps: Range<Int>
    }

    /// What a row does to the state at `place`.
    struct Step: Sendable {
        enum Kind: Sendable { case count, countValue, sum, smallest, largest, last, track, tally }

        var kind: Kind
        var column: RowColumn
        var place: Int
    }

    /// Makes ready those of the facts that are of orders, or of events.
    ///
    /// - Parameter number: the number that stands for a text in rows; one that no row has for an unknown text.
    package init(
        _ wanted: [FactReference], of catalogue: FactCatalogue, orders: Bool, asOf: Day,
        programmeWindow: CalendarPeriod?,
        number: (RowColumn, String) -> Int64
    ) {
        let facts = Set(wanted.map(\.position)).sorted().filter {
            catalogue.definitions[$0].recipe.isOfOrders == orders
        }
        var builder = FactPassBuilder(asOf: asOf, programmeWindow: programmeWindow)
        let recipes = facts.map { catalogue.definitions[$0].recipe }
        let outcomes = recipes.map { recipe in recipe.terms.map { builder.outcome(of: $0) } }
        positions = facts
        self.asOf = asOf.number
        results = zip(recipes, outcomes).map { recipe, outcomes in
            switch recipe {
            case .value: .value(outcomes[0])
            case .ratio(_, _, let scale): .ratio(outcomes[0], outcomes[1], scale: scale)
            }
        }
        (filters, windows, steps) = builder.groups(number: number)
        numberStarts = builder.numberStarts
        trackCount = builder.trackCount
        talliedCount = builder.talliedCount
        columns = builder.columns
    }

    package var isEmpty: Bool { positions.isEmpty }
}

/// Collects the terms of a pass and shares what they have in common.
private struct FactPassBuilder {
    private let asOf: Day
    private let programmeWindow: CalendarPeriod?
    private(set) var numberStarts: [Int64] = []
    private(set) var trackCount = 0
    private(set) var talliedCount = 0
    private(set) var columns: Set<RowColumn> = []
    private var known: [FactTerm: FactPass.Outcome] = [:]
    private var tracks: [FactRows: Int] = [:]
    private var tallies: [FactTerm: Int] = [:]
    /// By filter and start of the window, in the order in which they came.
    private var collected: [(filter: RowFilter, windows: [(start: Int32, steps: [FactPass.Step])])] = []

    init(asOf: Day, programmeWindow: CalendarPeriod?) {
        self.asOf = asOf
        self.programmeWindow = programmeWindow
    }

    mutating func outcome(of term: FactTerm) -> FactPass.Outcome {
        if let outcome = known[term] { return outcome }
        let outcome = newOutcome(of: term)
        known[term] = outcome
        return outcome
    }

    private mutating func newOutcome(of term: FactTerm) -> FactPass.Outcome {
        switch term.measure {
        case .count: .number(number(.count, .amount, term.rows, start: 0))
        case .values(let column): .number(number(.countValue, column, term.rows, start: 0))
        case .sum(let column): .number(number(.sum, column, term.rows, start: 0))
        case .smallest(let column):
            .numberUnless(number(.smallest, column, term.rows, start: .max), start: .max)
        case .largest(let column):
            .numberUnless(number(.largest, column, term.rows, start: .min), start: .min)
        case .last(let column):
            .numberUnless(number(.last, column, term.rows, start: .min), start: .min)
        case .distinct(let column): .distinct(tally(column, term.rows))
        case .favourite(let column): .favourite(tally(column, term.rows))
        case .days: .days(track(term.rows))
        case .daysSinceFirst: .daysSinceFirst(track(term.rows))
        case .daysSinceLast: .daysSinceLast(track(term.rows))
        case .cycle: .cycle(track(term.rows))
        case .variation: .variation(track(term.rows))
        case .overdue: .overdue(track(term.rows))
        }
    }

    private mutating func number(
        _ kind: FactPass.Step.Kind, _ column: RowColumn, _ rows: FactRows, start: Int64
    ) -> Int {
        let place = numberStarts.count
        numberStarts.append(start)
        // The moment of the value, beside it.
        if kind == .last { numberStarts.append(.min) }
        if kind != .count { columns.insert(column) }
        add(FactPass.Step(kind: kind, column: column, place: place), to: rows)
        return place
    }

    private mutating func track(_ rows: FactRows) -> Int {
        if let place = tracks[rows] { return place }
        let place = trackCount
        trackCount += 1
        tracks[rows] = place
        add(FactPass.Step(kind: .track, column: .amount, place: place), to: rows)
        return place
    }

    private mutating func tally(_ column: RowColumn, _ rows: FactRows) -> Int {
        let key = FactTerm(.distinct(column), of: rows)
        if let place = tallies[key] { return place }
        let place = talliedCount
        talliedCount += 1
        tallies[key] = place
        columns.insert(column)
        add(FactPass.Step(kind: .tally, column: column, place: place), to: rows)
        return place
    }

    private mutating func add(_ step: FactPass.Step, to rows: FactRows) {
        let filter = rows.source.filter == .everything ? rows.filter : .all([rows.source.filter, rows.filter])
        let start = start(of: rows.window)
        columns.formUnion(filter.columns)
        if step.column == .listPrice { columns.insert(.discount) }
        let place = collected.firstIndex { $0.filter == filter } ?? collected.count
        if place == collected.count { collected.append((filter, [])) }
        guard let window = collected[place].windows.firstIndex(where: { $0.start == start }) else {
            collected[place].windows.append((start, [step]))
            return
        }
        collected[place].windows[window].steps.append(step)
    }

    private func start(of window: FactRows.Window) -> Int32 {
        switch window {
        case .programme: programmeWindow.map { $0.before(asOf).number } ?? FactTable.noDay
        case .everything: FactTable.noDay
        case .period(let period): period.before(asOf).number
        }
    }

    func groups(
        number: (RowColumn, String) -> Int64
    ) -> ([FactPass.FilterGroup], [FactPass.WindowGroup], [FactPass.Step]) {
        var filters: [FactPass.FilterGroup] = []
        var windows: [FactPass.WindowGroup] = []
        var steps: [FactPass.Step] = []
        for (filter, parts) in collected {
            let first = windows.count
            for part in parts {
                windows.append(
                    FactPass.WindowGroup(start: part.start, steps: steps.count..<(steps.count + part.steps.count)))
                steps += part.steps
            }
            filters.append(
                FactPass.FilterGroup(code: RowFilterCode(filter, number: number), windows: first..<windows.count))
        }
        return (filters, windows, steps)
    }
}
