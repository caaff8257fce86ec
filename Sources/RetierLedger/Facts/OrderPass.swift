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
    /// Keys of members who keep others or are kept by them: their orders are not met here.
    private let grouped: Set<Int64>

    init(_ connection: ReadConnection, _ recipe: PassRecipe, grouped: Set<Int64>) throws {
        self.recipe = recipe
        self.grouped = grouped
        statement = try connection.prepare(
            "SELECT member, rows FROM order_pack WHERE member >= ?1 ORDER BY member")
    }

    /// Folds the orders of a stretch of members.
    func facts(of stretch: KeyStretch) throws -> Found {
        try statement.restart(stretch.first)
        var found = Found(members: Array(repeating: MemberFacts(), count: stretch.positions.count))
        var orders = OrderReader(recipe)
        var fold = OrderFold(recipe)
        var walk = MemberWalk(stretch)
        while try statement.step() {
            let member = statement.integer(0)
            if member > stretch.last { break }
            walk.move(to: member)
            for _ in 0..<walk.takeSkipped() { fold.skipMember(into: &found.further) }
            orders.begin(statement.blob(1))
            var count = 0
            while try orders.next() {
                count += 1
                found.newestDay = max(found.newestDay, orders.row.day)
                if walk.isKnown, fold.add(orders.row) { orders.keep() }
            }
            found.orders += count
            if walk.isKnown {
                let kept = orders.rows.span.extracting(first: orders.keptCount)
                found.members[walk.position - stretch.positions.lowerBound] =
                    try fold.finish(kept, into: &found.further)
            } else if grouped.isEmpty || !grouped.contains(member) {
                found.waitingOrders += count
            }
        }
        walk.end()
        for _ in 0..<walk.takeSkipped() { fold.skipMember(into: &found.further) }
        return found
    }

    /// Folds the orders of one member and of all who were merged into it.
    func facts(of group: MergedGroups.Group) throws -> (facts: MemberFacts, further: [Int64]) {
        var orders = OrderReader(recipe)
        var rows: [FactRow] = []
        for key in group.keys {
            try statement.restart(key)
            guard try statement.step(), statement.integer(0) == key else { continue }
            orders.begin(statement.blob(1))
            while try orders.next() { rows.append(orders.row) }
        }
        rows.sort { $0.at < $1.at }
        var fold = OrderFold(recipe)
        rows = rows.filter { fold.add($0) }
        var further: [Int64] = []
        return (try fold.finish(rows.span, into: &further), further)
    }
}

/// Reads the orders of members up to the day of the facts.
private struct OrderReader {
    private var pack = RowPackReader(Bytes(start: nil, count: 0))
    private var clock: LocalDayClock
    private let asOf: Int32
    /// The member's orders that are kept, and after them the present one: a row is read where it stays.
    private(set) var rows = [FactRow(at: 0, day: 0)]
    private(set) var keptCount = 0

    init(_ recipe: PassRecipe) {
        clock = LocalDayClock(recipe.zone)
        asOf = recipe.asOf.number
    }

    /// The present order.
    var row: FactRow {
        @inline(__always) get { rows[keptCount] }
    }

    /// Begins another member; the bytes must live until its last row.
    mutating func begin(_ bytes: Bytes) {
        pack = RowPackReader(bytes)
        keptCount = 0
    }

    /// Moves to the next order; false at the end.
    @inline(__always)
    mutating func next() throws -> Bool {
        // Columns of the table are in the order of a row's cells.
        while try pack.next(&rows[keptCount].cells, missing: FactColumn.missing) {
            let day = clock.day(ofSeconds: pack.at)
            rows[keptCount].day = day
            rows[keptCount].at = pack.at
            if day <= asOf { return true }
        }
        return false
    }

    /// Keeps the present order until the next member begins.
    @inline(__always)
    mutating func keep() {
        keptCount += 1
        if keptCount == rows.count { rows.append(FactRow(at: 0, day: 0)) }
    }
}

/// Folds the orders of one member after the other into facts and further facts.
private struct OrderFold {
    // Looked up once: a call for each cell of each order is felt.
    private static let (amount, discount) = (RowColumn.amount.cell, RowColumn.discount.cell)
    private static let (coupon, status) = (RowColumn.coupon.cell, RowColumn.status.cell)

    private var accumulator: FactAccumulator
    private var further: FactFold?
    private let uncounted: [Int64]

    init(_ recipe: PassRecipe) {
        accumulator = FactAccumulator(asOf: recipe.asOf, windowStart: recipe.windowStart)
        further = recipe.orders.isEmpty ? nil : FactFold(recipe.orders)
        uncounted = recipe.uncounted
    }

    /// Takes the next order of the member; whether further facts need it.
    @inline(__always)
    mutating func add(_ row: FactRow) -> Bool {
        if !uncounted.isEmpty, uncounted.contains(row.cells[OrderFold.status]) { return false }
        let isDiscounted = row.cells[OrderFold.discount] > 0 || row.cells[OrderFold.coupon] != FactColumn.missing
        accumulator.add(day: row.day, amount: row.cells[OrderFold.amount], isDiscounted: isDiscounted)
        return further != nil
    }

    /// Ends the member, whose orders are those for which `add` returned true.
    mutating func finish(_ rows: Span<FactRow>, into values: inout [Int64]) throws -> MemberFacts {
        guard !accumulator.hasOverflowed else { throw OrderPass.overflow }
        further?.fold(rows, into: &values)
        guard further?.hasOverflowed != true else { throw OrderPass.overflow }
        return accumulator.finish()
    }

    /// A member without an order has further facts too, such as counts of zero.
    mutating func skipMember(into values: inout [Int64]) { further?.fold([FactRow]().span, into: &values) }
}

extension OrderPass {
    static let overflow = RetierError(
        .badData, "the amounts or values of a member add up to more than 92 quadrillion minor units",
        hint: "find the absurd amounts in the orders or events and import the corrected rows")
}
