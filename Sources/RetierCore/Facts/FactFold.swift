/// Folds one member's orders or events, in order of time, into the facts of a pass.
///
/// The order of the rows of one moment does not show. Days must not go backwards; where a clock change at midnight
/// makes one do so, the row counts for the later day, as in `FactAccumulator`. All rows of a member are taken together,
/// term by term: what a row must do is looked up once a member and not once a row.
package struct FactFold: Sendable {
    package let pass: FactPass
    private var numbers: [Int64]
    private var tracks: [DayTrack]
    private var tallies: [ValueTally]
    /// The days of the member's rows; `FactTable.noDay` for rows after the day of the facts.
    private var days: [Int32] = []
    /// Positions of the rows that the present filter accepts, `acceptedCount` of them.
    private var accepted: [Int] = []
    private var acceptedCount = 0
    /// Whether a sum or a ratio left the range of Int64; the facts are not usable then.
    package private(set) var hasOverflowed = false

    package init(_ pass: FactPass) {
        self.pass = pass
        numbers = pass.numberStarts
        tracks = Array(repeating: DayTrack(), count: pass.trackCount)
        tallies = Array(repeating: ValueTally(), count: pass.talliedCount)
    }

    /// Appends the facts of a member with these rows, by `FactPass.positions`.
    package mutating func fold(_ rows: Span<FactRow>, into values: inout [Int64]) {
        if !rows.isEmpty { take(rows) }
        for result in pass.results { values.append(value(of: result)) }
        if !rows.isEmpty { reset() }
    }

    private mutating func take(_ rows: Span<FactRow>) {
        if days.count < rows.count {
            days = Array(repeating: FactTable.noDay, count: rows.count)
            accepted = Array(repeating: 0, count: rows.count)
        }
        var newest = FactTable.noDay
        for position in rows.indices {
            let day = rows[position].day
            let counts = day <= pass.asOf
            if counts { newest = max(newest, day) }
            days[position] = counts ? newest : FactTable.noDay
        }
        for filter in pass.filters {
            accept(rows, filter.code)
            for window in filter.windows {
                let start = pass.windows[window].start
                let first = accepted[..<acceptedCount].partitioningIndex { days[$0] > start }
                for step in pass.windows[window].steps { take(pass.steps[step], rows, from: first) }
            }
        }
    }

    private mutating func accept(_ rows: Span<FactRow>, _ code: RowFilterCode) {
        acceptedCount = 0
        for position in rows.indices where days[position] != FactTable.noDay && code.accepts(rows, position) {
            accepted[acceptedCount] = position
            acceptedCount += 1
        }
    }

    /// Takes the accepted rows from a place on.
    private mutating func take(_ step: FactPass.Step, _ rows: Span<FactRow>, from first: Int) {
        switch step.kind {
        case .count: numbers[step.place] += Int64(acceptedCount - first)
        case .track:
            var track = tracks[step.place]
            for place in first..<acceptedCount { track.add(days[accepted[place]]) }
            tracks[step.place] = track
        default:
            for place in first..<acceptedCount {
                let position = accepted[place]
                guard let value = rows[position].number(step.column) else {
                    hasOverflowed = true
                    continue
                }
                if value != FactColumn.missing { take(step, value, at: rows[position].at) }
            }
        }
    }

    @inline(__always)
    private mutating func take(_ step: FactPass.Step, _ value: Int64, at moment: Int64) {
        switch step.kind {
        case .countValue: numbers[step.place] += 1
        case .sum:
            let (sum, overflow) = numbers[step.place].addingReportingOverflow(value)
            numbers[step.place] = sum
            if overflow { hasOverflowed = true }
        case .smallest: numbers[step.place] = min(numbers[step.place], value)
        case .largest: numbers[step.place] = max(numbers[step.place], value)
        case .last: takeLast(step.place, value, at: moment)
        case .tally: tallies[step.place].add(value)
        case .count, .track: break
        }
    }

    private mutating func takeLast(_ place: Int, _ value: Int64, at moment: Int64) {
        let known = numbers[place + 1]
        guard moment > known || (moment == known && value > numbers[place]) else { return }
        numbers[place] = value
        numbers[place + 1] = moment
    }

    private mutating func reset() {
        for place in numbers.indices { numbers[place] = pass.numberStarts[place] }
        for place in tracks.indices { tracks[place] = DayTrack() }
        for place in tallies.indices { tallies[place].removeAll() }
    }

    private mutating func value(of result: FactPass.Result) -> Int64 {
        switch result {
        case .value(let outcome): return value(of: outcome)
        case .ratio(let above, let below, let scale):
            let dividend = value(of: above)
            let divisor = value(of: below)
            guard dividend != FactColumn.missing, divisor > 0 else { return FactColumn.missing }
            guard let quotient = ExactRatio.rounded(dividend, divisor, scale: scale) else {
                hasOverflowed = true
                return FactColumn.missing
            }
            return quotient
        }
    }

    private func value(of outcome: FactPass.Outcome) -> Int64 {
        switch outcome {
        case .number(let place): numbers[place]
        case .numberUnless(let place, let start): numbers[place] == start ? FactColumn.missing : numbers[place]
        case .days(let place): Int64(tracks[place].days)
        case .daysSinceFirst(let place): tracks[place].daysSinceFirst(pass.asOf)
        case .daysSinceLast(let place): tracks[place].daysSinceLast(pass.asOf)
        case .cycle(let place): tracks[place].cycle
        case .variation(let place): tracks[place].variation
        case .overdue(let place): tracks[place].overdue(pass.asOf)
        case .distinct(let place): Int64(tallies[place].distinct)
        case .favourite(let place): Int64(tallies[place].most)
        }
    }
}

/// How often each value occurs among a member's rows.
struct ValueTally: Sendable {
    /// Few values are searched one by one; beyond that a table finds them.
    private static let searched = 16

    private var values: [Int64] = []
    private var counts: [Int32] = []
    private var positions: [Int64: Int] = [:]
    /// Rows with the value that occurs most often.
    private(set) var most: Int32 = 0

    var distinct: Int { values.count }

    mutating func add(_ value: Int64) {
        let position = position(of: value)
        counts[position] += 1
        most = max(most, counts[position])
    }

    private mutating func position(of value: Int64) -> Int {
        if positions.isEmpty {
            for position in values.indices where values[position] == value { return position }
        } else if let position = positions[value] {
            return position
        }
        values.append(value)
        counts.append(0)
        if values.count > ValueTally.searched {
            if positions.isEmpty {
                for (position, known) in values.enumerated() { positions[known] = position }
            } else {
                positions[value] = values.count - 1
            }
        }
        return values.count - 1
    }

    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        if !positions.isEmpty { positions.removeAll() }
        most = 0
    }
}
