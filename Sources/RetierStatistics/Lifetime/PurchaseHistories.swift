package import RetierCore

/// What lifetime models know of members: repeat purchase days, the day of the last one, and how long they are known.
///
/// Equal histories are one row, as the likelihood and the prediction are the same for them: daily data of a cohort
/// collapse to a third, and days and counts stay small integers that tables can be made over.
package struct PurchaseHistories: Sendable {
    /// Weeks are the unit of time of all models: days / 7, not rounded.
    package static let daysPerWeek = 7.0

    /// Repeat purchase days (x), of each row.
    package private(set) var repeats: [Int32] = []
    /// Days from the first purchase to the last (t_x), of each row; 0 where there is no repeat purchase.
    package private(set) var recency: [Int32] = []
    /// Days from the first purchase to the day of observation (T), of each row; never below `recency`.
    package private(set) var age: [Int32] = []
    /// How many members share the row.
    package private(set) var members: [Int32] = []
    /// The row of each member, in the order of the input; -1 for members without a purchase.
    package private(set) var row: [Int32]

    package var count: Int { repeats.count }
    package var memberCount: Int { members.reduce(0) { $0 + Int($1) } }
    /// Members with a repeat purchase.
    package var repeaters: Int { zip(repeats, members).reduce(0) { $1.0 > 0 ? $0 + Int($1.1) : $0 } }

    /// The histories of members 0, 1, ...; nil for a member without a purchase.
    ///
    /// Days and counts are at least 0 and below 2,097,152.
    package init(_ count: Int, member: (Int) -> (repeats: Int32, recency: Int32, age: Int32)?) {
        row = Array(repeating: -1, count: count)
        var keys: [UInt64] = []
        var known: [UInt32] = []
        keys.reserveCapacity(count)
        known.reserveCapacity(count)
        for index in 0..<count {
            guard let history = member(index) else { continue }
            keys.append(UInt64(history.repeats) << 42 | UInt64(history.recency) << 21 | UInt64(history.age))
            known.append(UInt32(index))
        }
        let packing = Packing(keys)
        let order = RadixOrder(keys.map(packing.packed))
        for (position, key) in order.keys.enumerated() {
            let index = Int(order.rows[position])
            if position == 0 || key != order.keys[position - 1] { append(keys[index]) }
            members[members.count - 1] += 1
            row[Int(known[index])] = Int32(members.count - 1)
        }
    }

    /// One row of every `step`, for a first look at a likelihood.
    func thinned(by step: Int) -> PurchaseHistories {
        var thinned = self
        func every(_ column: [Int32]) -> [Int32] { stride(from: 0, to: column.count, by: step).map { column[$0] } }
        thinned.repeats = every(repeats)
        thinned.recency = every(recency)
        thinned.age = every(age)
        thinned.members = every(members)
        return thinned
    }

    /// The histories of the members of a table, as of its day.
    package init(_ facts: FactTable) {
        self.init(facts.count) { index in
            guard facts.hasPurchase(index) else { return nil }
            let first = facts.firstPurchase[index]
            return (facts.purchaseDays[index] - 1, facts.lastPurchase[index] - first, facts.asOf.number - first)
        }
    }

    /// The histories as they were 13 weeks before that day, of the members who had bought by then.
    package init(past facts: FactTable) {
        let asOf = facts.asOf.number - FactTable.horizonDays
        self.init(facts.count) { index in
            guard facts.pastDays[index] > 0 else { return nil }
            let first = facts.firstPurchase[index]
            return (facts.pastDays[index] - 1, facts.pastLastPurchase[index] - first, asOf - first)
        }
    }

    private mutating func append(_ key: UInt64) {
        let mask: UInt64 = (1 << 21) - 1
        repeats.append(Int32(key >> 42))
        recency.append(Int32(key >> 21 & mask))
        age.append(Int32(key & mask))
        members.append(0)
    }
}

/// Takes the zeros out of keys whose three parts have 21 bits each: shorter keys are sorted in fewer passes.
private struct Packing {
    private static let mask: UInt64 = (1 << 21) - 1
    private let ageBits: UInt64
    private let recencyBits: UInt64

    init(_ keys: [UInt64]) {
        let used = keys.reduce(0, |)
        ageBits = UInt64(64 - (used & Packing.mask).leadingZeroBitCount)
        recencyBits = UInt64(64 - (used >> 21 & Packing.mask).leadingZeroBitCount)
    }

    func packed(_ key: UInt64) -> UInt64 {
        (key >> 42) << (recencyBits + ageBits) | (key >> 21 & Packing.mask) << ageBits | key & Packing.mask
    }
}
