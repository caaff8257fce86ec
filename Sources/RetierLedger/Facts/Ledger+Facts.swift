package import RetierCore
import Synchronization

extension Ledger {
    /// Reads the facts of every member as of a day (inclusive) in a time zone: one ordered pass over the orders.
    ///
    /// `window` limits `f_days` and `m_total` to the days after `window.before(asOf)`; nil takes everything. The pass
    /// is shared by `threads` threads with a read-only connection each, all of the same state of the file; the result
    /// does not depend on their number. Members who wait (no id or no joining date) or join later have no row, see
    /// `FactTable.census`. Any SQLite error is thrown as a `RetierError`: there is no half-filled table.
    package func facts(
        asOf: Day, window: CalendarPeriod?, zone: ZoneRules, threads: Int = 2
    ) throws -> FactTable {
        let connections = try ReadConnection.sharingSnapshot(path: path, count: max(1, threads))
        let roster = try MemberRoster.read(connections, asOf: asOf, zone: zone)
        let scan = OrderScan(roster: roster, asOf: asOf, windowStart: window?.before(asOf), zone: zone)
        _ = try inParallel(connections) { _, connection in try scan.work(connection) }
        return scan.table
    }
}

/// The pass over the orders: threads take chunks of members in order of their keys until none is left.
private final class OrderScan: Sendable {
    private static let chunkSize = 4_096

    private let keys: [Int64]
    private let rows: [UInt32]
    private let asOf: Day
    private let windowStart: Day?
    private let zone: ZoneRules
    private let state: Mutex<(table: FactTable, nextChunk: Int)>

    init(roster: MemberRoster, asOf: Day, windowStart: Day?, zone: ZoneRules) {
        keys = roster.keysInOrder
        rows = roster.rowsInOrder
        self.asOf = asOf
        self.windowStart = windowStart
        self.zone = zone
        state = Mutex((roster.table, 0))
    }

    var table: FactTable { state.withLock { $0.table } }

    /// Takes chunks until there is none.
    func work(_ connection: ReadConnection) throws {
        // Where to stop is decided here: a condition in SQL would cost every row a tenth of its time.
        let statement = try connection.prepare(
            """
            SELECT member, at, amount, discount, coupon FROM member_order WHERE member >= ?1 ORDER BY member, at
            """)
        // The gaps between members belong to chunks too, so that orders of waiting members are counted.
        let chunkCount = max(1, (keys.count + OrderScan.chunkSize - 1) / OrderScan.chunkSize)
        while let chunk = takeChunk(of: chunkCount) {
            let start = chunk * OrderScan.chunkSize
            let end = min(start + OrderScan.chunkSize, keys.count)
            try statement.restart(chunk == 0 ? Int64.min : keys[start])
            var fold = ChunkFold(positions: start..<end, asOf: asOf, windowStart: windowStart, zone: zone)
            try fold.run(statement, keys: keys, through: chunk == chunkCount - 1 ? Int64.max : keys[end] - 1)
            deposit(fold, from: start)
        }
    }

    private func takeChunk(of count: Int) -> Int? {
        state.withLock {
            guard $0.nextChunk < count else { return nil }
            $0.nextChunk += 1
            return $0.nextChunk - 1
        }
    }

    private func deposit(_ fold: ChunkFold, from start: Int) {
        state.withLock {
            for (position, facts) in zip(start..., fold.members) { $0.table[Int(rows[position])] = facts }
            $0.table.census.orders += fold.orders
            $0.table.census.waitingOrders += fold.waitingOrders
            if fold.newestDay != FactTable.noDay {
                let day = Day(number: fold.newestDay)
                $0.table.census.newestOrder = max($0.table.census.newestOrder ?? day, day)
            }
        }
    }
}

/// Folds the orders of one chunk of members.
private struct ChunkFold {
    private let positions: Range<Int>
    private let asOf: Int32
    private var accumulator: FactAccumulator
    private var clock: LocalDayClock
    /// Facts by position in the chunk.
    private(set) var members: [MemberFacts]
    private(set) var orders = 0
    private(set) var waitingOrders = 0
    private(set) var newestDay = FactTable.noDay

    init(positions: Range<Int>, asOf: Day, windowStart: Day?, zone: ZoneRules) {
        self.positions = positions
        self.asOf = asOf.number
        accumulator = FactAccumulator(asOf: asOf, windowStart: windowStart)
        clock = LocalDayClock(zone)
        members = Array(repeating: MemberFacts(), count: positions.count)
    }

    /// Walks orders and members side by side: both come in order of the member's key.
    mutating func run(_ statement: ReadStatement, keys: [Int64], through lastKey: Int64) throws {
        var position = positions.lowerBound
        var current: Int64?
        var isKnown = false
        while try statement.step() {
            let member = statement.integer(0)
            if member != current {
                if member > lastKey { break }
                if isKnown { try finishMember(at: position) }
                current = member
                while position < positions.upperBound, keys[position] < member { position += 1 }
                isKnown = position < positions.upperBound && keys[position] == member
            }
            let day = clock.day(ofSeconds: statement.integer(1))
            guard day <= asOf else { continue }
            orders += 1
            newestDay = max(newestDay, day)
            guard isKnown else {
                waitingOrders += 1
                continue
            }
            accumulator.add(
                day: day, amount: statement.integer(2),
                isDiscounted: statement.integer(3) > 0 || !statement.isNull(4))
        }
        if isKnown { try finishMember(at: position) }
    }

    private mutating func finishMember(at position: Int) throws {
        guard !accumulator.hasOverflowed else {
            throw RetierError(
                .badData, "the order amounts of a member add up to more than 92 quadrillion minor units",
                hint: "find the absurd amounts in the orders and import the corrected rows")
        }
        members[position - positions.lowerBound] = accumulator.finish()
    }
}
