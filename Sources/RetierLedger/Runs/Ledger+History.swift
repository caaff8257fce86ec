package import RetierCore

extension SendHistory {
    /// The states of messages that did not reach anybody and fill no cap, as an SQL list.
    static let unsentStates = "'rejected', 'exhausted', 'cancelled', 'expired'"

    /// Whether a decision `d` to send, in a message `m`, has left, may have left or is still to leave, as an SQL
    /// condition.
    ///
    /// An action that its receiver refused has not left, although its message has.
    static let mayReach = """
        m.state NOT IN (\(unsentStates))
            AND NOT EXISTS (SELECT 1 FROM action_refusal WHERE action_refusal.action_id = d.action_id)
        """
}

/// Finds a member's row in a run from the ledger's key.
struct RowOfKey {
    private var rows: [Int32]

    /// - Parameter merged: keys of merged members and the rows of those for whom they count.
    init(keys: [Int64], merged: [MergedKey] = []) {
        let last = max(keys.max() ?? 0, merged.map(\.key).max() ?? 0)
        rows = Array(repeating: -1, count: Int(last) + 1)
        for (row, key) in keys.enumerated() { rows[Int(key)] = Int32(row) }
        for other in merged { rows[Int(other.key)] = Int32(other.row) }
    }

    subscript(key: Int64) -> Int? {
        guard key >= 0, key < Int64(rows.count) else { return nil }
        let row = rows[Int(key)]
        return row < 0 ? nil : Int(row)
    }
}

/// What earlier runs sent, as far as a run has to know it.
package struct EarlierSends: Sendable {
    /// By row: what they sent or held out.
    package var history: SendHistory
    /// By budget id: what they took of it in its period.
    package var budgetUse: [String: BudgetUse]
}

extension Ledger {
    /// What earlier runs sent to these members, or held out, by row, and what they took of some budgets: one pass over
    /// their decisions.
    ///
    /// - Parameters:
    ///   - keys: the ledger's key of each row's member, as in `FactTable.keys`.
    ///   - merged: `FactTable.mergedKeys`.
    ///   - since: `SendHistory.horizon`.
    ///   - budgets: those of the period that contains `asOf`, whoever the members are.
    ///   - before: leaves out this run and all later ones.
    package func earlierSends(
        keys: [Int64], merged: [MergedKey] = [], since: Day, budgets: [Budget] = [], asOf: Day,
        before: RunRecord? = nil
    ) throws -> EarlierSends {
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        var builder = SendHistory.Builder(count: keys.count)
        var tally = BudgetTally(budgets, asOf: asOf)
        let connection = try ReadConnection(path: path)
        // The verdicts are those of the index `decision_entry`, which would not be used otherwise.
        let statement = try connection.prepare(
            """
            SELECT d.member, d.playbook, d.channel, d.day, d.step, d.marks,
                d.verdict = 'send' AND \(SendHistory.mayReach), d.tier, d.cost, m.state = 'delivered'
            FROM decision d LEFT JOIN message m ON m.id = d.message
            WHERE d.verdict IN ('send', 'hold_out') AND d.day >= ? \(RunRecord.condition("d.run", before: before))
            """)
        try statement.restart(Int64(min(since, tally.firstDay ?? since).number))
        var texts = FewTexts()
        func position(_ column: Int32) -> UInt16 {
            texts.position(of: statement.utf8(column)) { builder.position(of: $0) }
        }
        while try statement.step() {
            let item = SendHistory.Item(
                playbook: position(1), channel: position(2), step: position(4), marks: position(5),
                day: Day(number: Int32(truncatingIfNeeded: statement.integer(3))), fillsCap: statement.integer(6) != 0)
            if item.fillsCap, tally.isAbout(item.day) {
                tally.add(
                    item, tier: statement.isNull(7) ? nil : position(7), isSettled: statement.integer(9) != 0,
                    cost: statement.integer(8))
            }
            if item.day >= since, let place = rowOfKey[statement.integer(0)] { builder.add(row: place, item) }
        }
        let history = builder.build()
        return EarlierSends(history: history, budgetUse: tally.uses(texts: history.texts))
    }

    /// What these members have granted and withdrawn up to the end of a day in a zone, by row.
    package func consents(
        keys: [Int64], merged: [MergedKey] = [], asOf: Day, zone: ZoneRules
    ) throws -> ConsentTable {
        let rowOfKey = RowOfKey(keys: keys, merged: merged)
        var builder = ConsentTable.Builder(count: keys.count)
        let end = zone.start(of: asOf.adding(days: 1))
        let connection = try ReadConnection(path: path)
        let statement = try connection.prepare(
            "SELECT member, channel, purpose, granted, at, proof FROM consent ORDER BY member, channel, purpose, at")
        var texts = FewTexts()
        var lists: Set<UInt16> = []
        func position(_ column: Int32) -> UInt16 {
            texts.position(of: statement.utf8(column)) { text in
                let position = builder.position(of: text)
                if text.hasPrefix(ConsentTable.suppressionPrefix) { lists.insert(position) }
                return position
            }
        }
        // Of the words on one channel and purpose the last one before the end counts, of two at one moment the
        // withdrawal: it is held till another follows.
        var held: (place: Int, entry: ConsentTable.Entry, reason: String?)?
        while try statement.step() {
            let at = statement.integer(4)
            guard at < end.seconds, let place = rowOfKey[statement.integer(0)] else { continue }
            let entry = ConsentTable.Entry(
                channel: position(1), purpose: position(2), granted: statement.integer(3) != 0,
                at: Instant(seconds: at))
            if let held {
                if (held.place, held.entry.channel, held.entry.purpose) != (place, entry.channel, entry.purpose) {
                    builder.add(row: held.place, held.entry, reason: held.reason)
                } else if !entry.overrules(held.entry) {
                    continue
                }
            }
            let isListing = !entry.granted && lists.contains(entry.purpose)
            held = (place, entry, isListing && !statement.isNull(5) ? statement.text(5) : nil)
        }
        if let held { builder.add(row: held.place, held.entry, reason: held.reason) }
        return builder.build()
    }
}
