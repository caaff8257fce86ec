/// Folds one member's orders or events, in order of time, into the facts of a pass.
///
/// The order of the rows of one moment does not show. Days must not go backwards; where a clock change at midnight
/// makes one do so, the row counts for the later day, as in `FactAccumulator`.
package struct FactFold: Sendable {
    package let pass: FactPass
    private var numbers: [Int64]
    private var tracks: [DayTrack]
    private var tallies: [ValueTally]
    private var newestDay = FactTable.noDay
    private var isFresh = true
    /// Whether a sum or a ratio left the range of Int64; the facts are not usable then.
    package private(set) var hasOverflowed = false

    package init(_ pass: FactPass) {
        self.pass = pass
        numbers = pass.numberStarts
        tracks = Array(repeating: DayTrack(), count: pass.trackCount)
        tallies = Array(repeating: ValueTally(), count: pass.talliedCount)
    }

    /// Adds the next row; rows after the day of the facts are ignored.
    package mutating func add(_ row: FactRow) {
        guard row.day <= pass.asOf else { return }
        isFresh = false
        newestDay = max(newestDay, row.day)
        for filter in pass.filters where filter.code.accepts(row) {
            for position in filter.windows {
                let window = pass.windows[position]
                guard newestDay > window.start else { continue }
                for step in window.steps { take(pass.steps[step], row) }
            }
        }
    }

    @inline(__always)
    private mutating func take(_ step: FactPass.Step, _ row: FactRow) {
        switch step.kind {
        case .count: return numbers[step.place] += 1
        case .track: return tracks[step.place].add(newestDay)
        default: break
        }
        guard let value = row.number(step.column) else {
            hasOverflowed = true
            return
        }
        guard value != FactColumn.missing else { return }
        switch step.kind {
        case .countValue: numbers[step.place] += 1
        case .sum:
            let (sum, overflow) = numbers[step.place].addingReportingOverflow(value)
            numbers[step.place] = sum
            if overflow { hasOverflowed = true }
        case .smallest: numbers[step.place] = min(numbers[step.place], value)
        case .largest: numbers[step.place] = max(numbers[step.place], value)
        case .last: takeLast(step.place, value, at: row.at)
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

    /// Appends the facts of the rows added since the last call, by `FactPass.positions`, and begins the next member.
    package mutating func finish(into values: inout [Int64]) {
        for result in pass.results { values.append(value(of: result)) }
        reset()
    }

    private mutating func reset() {
        guard !isFresh else { return }
        for place in numbers.indices { numbers[place] = pass.numberStarts[place] }
        for place in tracks.indices { tracks[place] = DayTrack() }
        for place in tallies.indices { tallies[place].removeAll() }
        newestDay = FactTable.noDay
        isFresh = true
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
