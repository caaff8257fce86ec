import RetierCore

/// One thread's pass over the orders.
struct OrderPass {
    /// What the orders of a stretch of members come to.
    struct Found {
        /// Facts by position in the stretch.
        var members: [MemberFacts]
        /// Further facts: one value a position of the pass for each member of the stretch, one member after the other.
        var further: [Int64] = []
        var orders = 0
        var waitingOrders = 0
        var newestDay = FactTable.noDay
    }

    private let statement: ReadStatement
    private let recipe: PassRecipe
    /// The cells of a row that further facts need, and where the statement has them.
    private let cells: [(cell: Int, column: Int32)]
    private let statusColumn: Int32
    /// Keys of members who keep others or are kept by them: their orders are not met here.
    private let grouped: Set<Int64>

    init(_ connection: ReadConnection, _ recipe: PassRecipe, grouped: Set<Int64>) throws {
        self.recipe = recipe
        self.grouped = grouped
        // What the pass always reads comes first; of the rest only what is asked for.
        let asked: [RowColumn] = [.category, .channel, .status].filter {
            recipe.orders.columns.contains($0) || ($0 == .status && !recipe.uncounted.isEmpty)
        }
        let always: [RowColumn] = [.amount, .discount, .coupon]
        let columns = (always + asked).enumerated().map { ($1, Int32($0 + 2)) }
        statusColumn = columns.first { $0.0 == .status }?.1 ?? -1
        let cellsRead = Set(recipe.orders.columns.map(\.cell))
        cells = columns.filter { cellsRead.contains($0.0.cell) }.map { ($0.0.cell, $0.1) }
        let names = columns.map(\.0.rawValue).joined(separator: ", ")
        // Where to stop is decided here: a condition in SQL would cost every row a tenth of its time.
        statement = try connection.prepare(
            "SELECT member, at, \(names) FROM member_order WHERE member >= ?1 ORDER BY member, at")
    }

    /// Folds the orders of a stretch of members.
    func facts(of stretch: KeyStretch) throws -> Found {
        try statement.restart(stretch.first)
        var found = Found(members: Array(repeating: MemberFacts(), count: stretch.positions.count))
        var accumulator = FactAccumulator(asOf: recipe.asOf, windowStart: recipe.windowStart)
        var fold = recipe.orders.isEmpty ? nil : FactFold(recipe.orders)
        var clock = LocalDayClock(recipe.zone)
        var walk = MemberWalk(stretch)
        var isGrouped = false
        func finishMember() throws {
            guard !accumulator.hasOverflowed, fold?.hasOverflowed != true else { throw OrderPass.overflow }
            found.members[walk.position - stretch.positions.lowerBound] = accumulator.finish()
            fold?.finish(into: &found.further)
        }
        func skipMembers() {
            guard fold != nil else { return }
            for _ in 0..<walk.takeSkipped() { fold?.finish(into: &found.further) }
        }
        while try statement.step() {
            let member = statement.integer(0)
            if member != walk.key {
                if member > stretch.last { break }
                if walk.isKnown { try finishMember() }
                walk.move(to: member)
                skipMembers()
                isGrouped = !grouped.isEmpty && grouped.contains(member)
            }
            let at = statement.integer(1)
            let day = clock.day(ofSeconds: at)
            guard day <= recipe.asOf.number else { continue }
            found.orders += 1
            found.newestDay = max(found.newestDay, day)
            guard walk.isKnown else {
                if !isGrouped { found.waitingOrders += 1 }
                continue
            }
            if isUncounted { continue }
            accumulator.add(day: day, amount: statement.integer(2), isDiscounted: isDiscounted)
            if fold != nil { fold?.add(row(at: at, day: day)) }
        }
        if walk.isKnown { try finishMember() }
        walk.end()
        skipMembers()
        guard fold?.hasOverflowed != true else { throw OrderPass.overflow }
        return found
    }

    /// Folds the orders of one member and of all who were merged into it.
    func facts(of group: MergedGroups.Group) throws -> (facts: MemberFacts, further: [Int64]) {
        var clock = LocalDayClock(recipe.zone)
        var rows: [(row: FactRow, amount: Int64, isDiscounted: Bool)] = []
        for key in group.keys {
            try statement.restart(key)
            while try statement.step(), statement.integer(0) == key {
                let at = statement.integer(1)
                let day = clock.day(ofSeconds: at)
                guard day <= recipe.asOf.number, !isUncounted else { continue }
                rows.append((row(at: at, day: day), statement.integer(2), isDiscounted))
            }
        }
        rows.sort { $0.row.at < $1.row.at }
        var accumulator = FactAccumulator(asOf: recipe.asOf, windowStart: recipe.windowStart)
        var fold = recipe.orders.isEmpty ? nil : FactFold(recipe.orders)
        for (row, amount, isDiscounted) in rows {
            accumulator.add(day: row.day, amount: amount, isDiscounted: isDiscounted)
            fold?.add(row)
        }
        var further: [Int64] = []
        let hasOverflowed = accumulator.hasOverflowed
        fold?.finish(into: &further)
        guard !hasOverflowed, fold?.hasOverflowed != true else { throw OrderPass.overflow }
        return (accumulator.finish(), further)
    }

    @inline(__always)
    private var isUncounted: Bool {
        !recipe.uncounted.isEmpty && recipe.uncounted.contains(statement.integer(statusColumn))
    }

    @inline(__always)
    private var isDiscounted: Bool { statement.integer(3) > 0 || !statement.isNull(4) }

    @inline(__always)
    private func row(at: Int64, day: Int32) -> FactRow {
        var row = FactRow(at: at, day: day)
        for (cell, column) in cells where !statement.isNull(column) { row.cells[cell] = statement.integer(column) }
        return row
    }

    static let overflow = RetierError(
        .badData, "the amounts or values of a member add up to more than 92 quadrillion minor units",
        hint: "find the absurd amounts in the orders or events and import the corrected rows")
}

/// Walks rows and members side by side: both come in order of the member's key.
struct MemberWalk {
    private let stretch: KeyStretch
    /// The key of the current row's member.
    private(set) var key: Int64?
    private(set) var position: Int
    /// Whether that member has facts.
    private(set) var isKnown = false
    /// Members before `counted` have been handed out, as skipped or as known.
    private var counted: Int

    init(_ stretch: KeyStretch) {
        self.stretch = stretch
        position = stretch.positions.lowerBound
        counted = position
    }

    mutating func move(to member: Int64) {
        key = member
        if isKnown { counted = position + 1 }
        while position < stretch.positions.upperBound, stretch.keys[position] < member { position += 1 }
        isKnown = position < stretch.positions.upperBound && stretch.keys[position] == member
    }

    /// Passes the members who are left.
    mutating func end() {
        if isKnown { counted = position + 1 }
        isKnown = false
        position = stretch.positions.upperBound
    }

    /// How many members without a row have been passed since the last call.
    mutating func takeSkipped() -> Int {
        let skipped = max(position - counted, 0)
        counted = max(position, counted)
        return skipped
    }
}
