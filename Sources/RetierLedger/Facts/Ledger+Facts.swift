package import RetierCore
import Synchronization

extension Ledger {
    /// Reads the facts of every member as of a day (inclusive) in a time zone: one ordered pass over the orders, and
    /// one over the events where a further fact is of them.
    ///
    /// `window` limits `f_days` and `m_total` to the days after `window.before(asOf)`; nil takes everything. The passes
    /// are shared by `threads` threads with a read-only connection each, all of the same state of the file; the result
    /// does not depend on their number. Members who wait (no id or no joining date) or join later have no row, see
    /// `FactTable.census`. Any SQLite error is thrown as a `RetierError`: there is no half-filled table.
    package func facts(
        asOf: Day, window: CalendarPeriod?, zone: ZoneRules, selection: FactSelection = FactSelection(),
        threads: Int = 2
    ) throws -> FactTable {
        let connections = try ReadConnection.sharingSnapshot(path: path, count: max(1, threads))
        let roster = try MemberRoster.read(connections, asOf: asOf, zone: zone)
        let texts = try TextNumbers(connections[0])
        let recipe = try PassRecipe(selection, asOf: asOf, window: window, zone: zone, texts: texts)
        let scan = FactScan(roster: roster, recipe: recipe)
        _ = try inParallel(connections) { _, connection in try scan.work(connection) }
        return scan.table
    }
}

/// What the passes over orders and events do, made ready for one state of the file.
struct PassRecipe: Sendable {
    let asOf: Day
    let windowStart: Day?
    let zone: ZoneRules
    let catalogueCount: Int
    let orders: FactPass
    let events: FactPass
    /// The symbols of statuses that do not count; empty where no row can have one.
    let uncounted: [Int64]
    /// What stands for the texts with which filters of events compare.
    let eventTexts: EventTexts

    init(
        _ selection: FactSelection, asOf: Day, window: CalendarPeriod?, zone: ZoneRules, texts: TextNumbers
    ) throws {
        self.asOf = asOf
        windowStart = window?.before(asOf)
        self.zone = zone
        catalogueCount = selection.wanted.isEmpty ? 0 : selection.catalogue.definitions.count
        let wanted = Array(selection.wanted)
        var known: [String: Int64] = [:]
        let columns = wanted.flatMap { selection.catalogue.definitions[$0.position].recipe.terms }
        for text in columns.reduce(into: Set<String>(), { $0.formUnion($1.rows.filter.texts) }) {
            known[text] = try texts.number(of: text)
        }
        let eventTexts = EventTexts(known.keys)
        func pass(orders: Bool) -> FactPass {
            FactPass(
                wanted, of: selection.catalogue, orders: orders, asOf: asOf, programmeWindow: window,
                number: { column, text in
                    column == .valueText || column == .ref ? eventTexts.number(of: text) : known[text] ?? -1
                })
        }
        self.orders = pass(orders: true)
        events = pass(orders: false)
        self.eventTexts = eventTexts
        uncounted = try selection.uncountedStatuses.map { try texts.number(of: $0) }.filter { $0 >= 0 }
    }
}

/// The passes over orders and events: threads take chunks of members in order of their keys until none is left.
private final class FactScan: Sendable {
    private static let chunkSize = 4_096

    /// Members who keep no others, by key.
    private let keys: [Int64]
    private let rows: [UInt32]
    private let groups: MergedGroups
    private let recipe: PassRecipe
    private let state: Mutex<(table: FactTable, nextChunk: Int)>

    init(roster: MemberRoster, recipe: PassRecipe) {
        groups = MergedGroups(roster.table)
        (keys, rows) = groups.others(in: roster)
        self.recipe = recipe
        var table = roster.table
        table.further = Array(repeating: nil, count: recipe.catalogueCount)
        for position in recipe.orders.positions + recipe.events.positions {
            table.further[position] = FactColumn(count: table.count)
        }
        state = Mutex((table, 0))
    }

    var table: FactTable { state.withLock { $0.table } }

    /// Takes chunks until there is none.
    func work(_ connection: ReadConnection) throws {
        let orders = try OrderPass(connection, recipe, grouped: groups.keys)
        let events = recipe.events.isEmpty ? nil : try EventPass(connection, recipe)
        // The gaps between members belong to chunks too, so that orders of waiting members are counted.
        let chunkCount = max(1, (keys.count + FactScan.chunkSize - 1) / FactScan.chunkSize)
        while let chunk = takeChunk(of: chunkCount + groups.chunkCount) {
            guard chunk < chunkCount else {
                for group in groups.chunk(chunk - chunkCount) {
                    deposit(try orders.facts(of: group), events: try events?.facts(of: group) ?? [], to: group.row)
                }
                continue
            }
            let start = chunk * FactScan.chunkSize
            let end = min(start + FactScan.chunkSize, keys.count)
            let stretch = KeyStretch(
                keys: keys, positions: start..<end, first: chunk == 0 ? Int64.min : keys[start],
                last: chunk == chunkCount - 1 ? Int64.max : keys[end] - 1)
            deposit(try orders.facts(of: stretch), from: start)
            if let events { deposit(try events.facts(of: stretch), recipe.events.positions, from: start) }
        }
    }

    private func takeChunk(of count: Int) -> Int? {
        state.withLock {
            guard $0.nextChunk < count else { return nil }
            $0.nextChunk += 1
            return $0.nextChunk - 1
        }
    }

    private func deposit(_ found: OrderPass.Found, from start: Int) {
        state.withLock {
            for (position, facts) in zip(start..., found.members) { $0.table[Int(rows[position])] = facts }
            $0.table.census.orders += found.orders
            $0.table.census.waitingOrders += found.waitingOrders
            if found.newestDay != FactTable.noDay {
                let day = Day(number: found.newestDay)
                $0.table.census.newestOrder = max($0.table.census.newestOrder ?? day, day)
            }
        }
        deposit(found.further, recipe.orders.positions, from: start)
    }

    /// Takes over the facts of one member.
    private func deposit(_ orders: (facts: MemberFacts, further: [Int64]), events: [Int64], to row: Int) {
        state.withLock {
            $0.table[row] = orders.facts
            let values = zip(recipe.orders.positions + recipe.events.positions, orders.further + events)
            for (position, value) in values { $0.table.further[position]?[row] = value }
        }
    }

    /// Takes over further facts: for each member of a chunk one value a catalogue position.
    private func deposit(_ values: [Int64], _ catalogue: [Int], from start: Int) {
        guard !catalogue.isEmpty else { return }
        state.withLock {
            for (place, position) in catalogue.enumerated() {
                var index = place
                var member = start
                while index < values.count {
                    $0.table.further[position]?[Int(rows[member])] = values[index]
                    index += catalogue.count
                    member += 1
                }
            }
        }
    }
}

/// A stretch of ledger keys and the members of the run within it.
struct KeyStretch {
    /// Keys of all members of the run, ascending, and the positions that belong to the stretch.
    let keys: [Int64]
    let positions: Range<Int>
    /// Keys of rows from the first to the last belong to the stretch.
    let first: Int64
    let last: Int64
}
