/// What is known of every member as of one day, by column; row `i` has the i-th smallest member id (byte order).
///
/// Columns instead of an array of structs: ranks read one column at a time, and a million members stay under 100 MB.
package struct FactTable: Sendable {
    /// Marks a day that never was.
    package static let noDay = Int32.min
    /// The 13 weeks that are predicted, and looked back at to judge predictions.
    package static let horizonDays: Int32 = 91

    package let asOf: Day
    package let memberIDs: PackedStrings
    /// The ledger's row key of each member; internal, never written to a plan.
    package let keys: [Int64]
    /// Keys of members who were merged into those of the rows, in order of rows, then of their member ids.
    package var mergedKeys: [MergedKey] = []
    /// Local day of `joined_at`; the earliest of all who were merged.
    package var joined: [Int32]
    /// Birthday as month * 100 + day; 0 where unknown.
    package var birthday: [Int16]
    /// Local day of the first purchase, or `noDay`.
    package var firstPurchase: [Int32]
    /// Local day of the last purchase, or `noDay`.
    package var lastPurchase: [Int32]
    /// Local day of the last purchase before `lastPurchase`'s day, or `noDay`: tells who has returned after a silence.
    package var previousPurchase: [Int32]
    /// Distinct purchase days ever, the first included.
    package var purchaseDays: [Int32]
    /// Sum of purchases on all days but the first, minor units (for CLV's `monetary`).
    package var repeatTotal: [Int64]
    /// Distinct purchase days in the window: RFM's `f_days`.
    package var windowDays: [Int32]
    /// Purchases (orders with amount >= 0) in the window.
    package var windowOrders: [Int32]
    /// Sum of all amounts in the window, returns included, minor units: RFM's `m_total`.
    package var windowTotal: [Int64]
    /// Purchases in the window that used a coupon or a discount.
    package var windowCouponOrders: [Int32]
    /// Local day of the last purchase by 13 weeks before the day, or `noDay`.
    package var pastLastPurchase: [Int32]
    /// Distinct purchase days by 13 weeks, and by 26 weeks before the day.
    package var pastDays: [Int32]
    package var earlierDays: [Int32]
    /// Further facts by position in the programme's catalogue; nil for those that nothing asked for.
    package var further: [FactColumn?] = []
    /// The tags of each row as bits, the programme's first tag lowest; empty where nothing asked for tags.
    package var tags: [UInt64] = []
    /// What the ledger held besides these rows.
    package var census = FactCensus()

    package var count: Int { memberIDs.count }

    package init(asOf: Day, memberIDs: PackedStrings, keys: [Int64]) {
        self.asOf = asOf
        self.memberIDs = memberIDs
        self.keys = keys
        let count = memberIDs.count
        joined = Array(repeating: FactTable.noDay, count: count)
        birthday = Array(repeating: 0, count: count)
        firstPurchase = joined
        lastPurchase = joined
        previousPurchase = joined
        purchaseDays = Array(repeating: 0, count: count)
        repeatTotal = Array(repeating: 0, count: count)
        windowDays = purchaseDays
        windowOrders = purchaseDays
        windowTotal = repeatTotal
        windowCouponOrders = purchaseDays
        pastLastPurchase = joined
        pastDays = purchaseDays
        earlierDays = purchaseDays
    }
}

extension FactTable {
    /// One row as a value; setting it writes every column that orders decide.
    package subscript(row: Int) -> MemberFacts {
        get {
            var facts = MemberFacts()
            facts.firstPurchase = firstPurchase[row]
            facts.lastPurchase = lastPurchase[row]
            facts.previousPurchase = previousPurchase[row]
            facts.purchaseDays = purchaseDays[row]
            facts.repeatTotal = repeatTotal[row]
            facts.windowDays = windowDays[row]
            facts.windowOrders = windowOrders[row]
            facts.windowCouponOrders = windowCouponOrders[row]
            facts.windowTotal = windowTotal[row]
            facts.pastLastPurchase = pastLastPurchase[row]
            facts.pastDays = pastDays[row]
            facts.earlierDays = earlierDays[row]
            return facts
        }
        set {
            firstPurchase[row] = newValue.firstPurchase
            lastPurchase[row] = newValue.lastPurchase
            previousPurchase[row] = newValue.previousPurchase
            purchaseDays[row] = newValue.purchaseDays
            repeatTotal[row] = newValue.repeatTotal
            windowDays[row] = newValue.windowDays
            windowOrders[row] = newValue.windowOrders
            windowCouponOrders[row] = newValue.windowCouponOrders
            windowTotal[row] = newValue.windowTotal
            pastLastPurchase[row] = newValue.pastLastPurchase
            pastDays[row] = newValue.pastDays
            earlierDays[row] = newValue.earlierDays
        }
    }

    /// Distinct purchase days in the 13 weeks up to the day.
    package func recentDays(_ row: Int) -> Int32 { purchaseDays[row] - pastDays[row] }
    /// A further fact by row; nil where nothing asked for it when the table was read.
    package subscript(fact: FactReference) -> FactColumn? {
        further.indices.contains(fact.position) ? further[fact.position] : nil
    }

    /// The further facts of one row by position in the catalogue, `FactColumn.missing` where nothing is known; empty
    /// where nothing asked for any.
    package func furtherFacts(of row: Int) -> [Int64] { further.map { $0?[row] ?? FactColumn.missing } }

    /// Whether the member has a purchase on or before the day.
    package func hasPurchase(_ row: Int) -> Bool { lastPurchase[row] != FactTable.noDay }
}

/// A member who was merged into another one: what is kept under its key counts for the other's row.
package struct MergedKey: Hashable, Sendable {
    package var row: Int
    package var key: Int64

    package init(row: Int, key: Int64) {
        self.row = row
        self.key = key
    }
}

/// What the scan of a ledger met besides the rows of its `FactTable`; feeds guards and reports.
package struct FactCensus: Hashable, Sendable {
    /// Orders on or before the day, whoever placed them.
    package var orders = 0
    /// The local day of the newest of them; nil where there is none.
    package var newestOrder: Day?
    /// Members without a member id or a joining date: known from orders, events or identities only.
    package var waitingMembers = 0
    /// Members who join after the day.
    package var futureMembers = 0
    /// Orders on or before the day of members in neither state to have facts: waiting or not joined yet.
    package var waitingOrders = 0

    package init() {}
}
