import RetierCore

/// Reads what one member did before and after a day.
struct OutcomeReader {
    private let orders: ReadStatement
    private let events: ReadStatement
    private let question: ExperimentQuestion
    private let zone: ZoneRules
    /// Keys of the statuses whose orders count for nothing.
    private let uncounted: Set<Int64>
    /// Key of the event kind that is the goal, which no event has where the kind is unknown; nil where an order is.
    private let goal: Int64?
    /// The moments between which rows count, by the day of the assignment: many members share one.
    private var windows: [Day: Window] = [:]

    private struct Window {
        /// Where the time before the assignment begins, the time after it begins, and ends.
        var from: Int64
        var start: Int64
        var end: Int64
    }

    init(
        _ connection: ReadConnection, _ question: ExperimentQuestion, zone: ZoneRules, uncountedStatuses: [String]
    ) throws {
        orders = try connection.prepare(
            "SELECT at, amount, status FROM member_order WHERE member = ?1 AND at >= ?2 AND at < ?3")
        events = try connection.prepare(
            "SELECT 1 FROM member_event WHERE member = ?1 AND at >= ?2 AND at < ?3 AND kind = ?4 LIMIT 1")
        self.question = question
        self.zone = zone
        let texts = try TextNumbers(connection)
        uncounted = Set(try uncountedStatuses.map(texts.number(of:)))
        goal = try question.goal.map(texts.number(of:))
    }

    /// Adds what the rows of some keys say; the day of the assignment itself belongs to the time before, because what
    /// was decided on it could not act yet.
    mutating func read(_ keys: [Int64], assigned day: Day, into member: inout ExperimentRecord.Member) throws {
        let window = window(of: day)
        // Wide enough for whatever amounts the ledger holds.
        var (spend, before) = (Int128(0), Int128(0))
        for key in keys {
            try orders.restart(key, window.from, window.end)
            while try orders.step() {
                if !uncounted.isEmpty, !orders.isNull(2), uncounted.contains(orders.integer(2)) { continue }
                let amount = Int128(orders.integer(1))
                guard orders.integer(0) >= window.start else {
                    before += amount
                    continue
                }
                spend += amount
                // A return is no order.
                if question.goal == nil, amount >= 0 { member.reached = true }
            }
            guard let goal, !member.reached else { continue }
            try events.restart(key, window.start, window.end, goal)
            if try events.step() { member.reached = true }
        }
        member.spend = Int64(clamping: spend)
        member.spendBefore = Int64(clamping: before)
    }

    private mutating func window(of day: Day) -> Window {
        if let known = windows[day] { return known }
        func start(_ day: Day) -> Int64 { zone.start(of: day.adding(days: 1)).seconds }
        let window = Window(
            from: start(question.before.before(day)), start: start(day), end: start(question.within.after(day)))
        windows[day] = window
        return window
    }
}
