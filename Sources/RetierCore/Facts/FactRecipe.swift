/// How a further fact comes out of a member's orders or events.
package enum FactRecipe: Hashable, Sendable {
    case value(FactTerm)
    /// The first term divided by the second, times `scale`, rounded half away from zero; missing unless the second is
    /// above zero. Both are of orders, or both of events.
    case ratio(FactTerm, FactTerm, scale: Int64)

    /// Millionths of one.
    package static let shareScale: Int64 = 1_000_000

    package var terms: [FactTerm] {
        switch self {
        case .value(let term): [term]
        case .ratio(let above, let below, _): [above, below]
        }
    }

    /// Whether every member has a value, if only zero.
    package var isAlwaysKnown: Bool {
        guard case .value(let term) = self else { return false }
        return switch term.measure {
        case .count, .days, .values, .sum, .distinct, .favourite: true
        default: false
        }
    }

    package var isOfOrders: Bool { terms.allSatisfy { $0.rows.source != .events } }
}

/// A measure of some rows.
package struct FactTerm: Hashable, Sendable {
    package var measure: FactMeasure
    package var rows: FactRows

    package init(_ measure: FactMeasure, of rows: FactRows) {
        self.measure = measure
        self.rows = rows
    }
}

/// The rows of a member that a term takes in.
package struct FactRows: Hashable, Sendable {
    package enum Source: String, CaseIterable, Hashable, Sendable {
        /// Orders with an amount of at least zero, below zero, of any amount.
        case purchases, returns, orders
        case events

        /// The source as a filter of orders or events.
        var filter: RowFilter {
            switch self {
            case .purchases: .test(.amount, .number(.greaterOrEqual, 0))
            case .returns: .test(.amount, .number(.less, 0))
            case .orders, .events: .everything
            }
        }
    }

    /// Days up to and including the day of the facts.
    package enum Window: Hashable, Sendable {
        /// The programme's window, in which frequency and spend are counted.
        case programme
        case everything
        /// The days after this period before the day of the facts.
        case period(CalendarPeriod)
    }

    package var source: Source
    package var filter: RowFilter
    package var window: Window

    package init(_ source: Source, _ filter: RowFilter = .everything, _ window: Window = .programme) {
        self.source = source
        self.filter = filter
        self.window = window
    }
}

/// What is taken of some rows of a member.
package enum FactMeasure: Hashable, Sendable {
    /// Rows, and local days on which there is one.
    case count, days
    /// Rows that have a value in the column.
    case values(RowColumn)
    case sum(RowColumn)
    /// Missing where no row has a value.
    case smallest(RowColumn), largest(RowColumn)
    /// The value of the latest row that has one, of several at one moment the largest; missing where none has.
    case last(RowColumn)
    /// Different values.
    case distinct(RowColumn)
    /// Rows with the value that most rows have.
    case favourite(RowColumn)
    /// Days from the first or the last row to the day of the facts; missing without a row.
    case daysSinceFirst, daysSinceLast
    /// Mean of the intervals between consecutive days with a row, in days, rounded half up; missing below two
    /// intervals.
    case cycle
    /// Coefficient of variation of those intervals, in millionths, cut off: their standard deviation (over all of them,
    /// not one less) divided by their mean; missing below two intervals.
    case variation
    /// Days since the last row divided by the exact mean interval, in millionths; missing below two intervals.
    case overdue

    /// The column that it reads.
    package var column: RowColumn? {
        switch self {
        case .values(let column), .sum(let column), .smallest(let column), .largest(let column), .last(let column),
            .distinct(let column), .favourite(let column):
            column
        default: nil
        }
    }
}
