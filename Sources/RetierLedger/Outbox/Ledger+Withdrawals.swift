import GRDB
package import RetierCore

/// What came of withdrawn consent for the messages that wait to leave.
package struct Withdrawals: Hashable, Sendable {
    /// Actions that were taken back.
    package var actions = 0
    /// Messages that were cancelled, because nothing else was in them.
    package var messages = 0
    /// Actions that stand in lists which people read, or that may have left already: they cannot be taken back.
    package var kept = 0

    package init() {}
}

extension Ledger {
    /// Takes back what has not left for members who withdrew their consent, or came onto a suppression list, since
    /// this was last asked.
    ///
    /// A message of one action is cancelled; from a list for a system the action is left out. Members who withdrew
    /// nothing cost nothing.
    /// - Parameters:
    ///   - channels: the programme's.
    ///   - shortening: ids of endpoints whose messages can leave without some of their actions.
    package func takeBackWithdrawn(
        channels: [Channel], shortening: Set<String>, now: Instant
    ) throws -> Withdrawals {
        let isAsked = try pool.read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM withdrawal)") }
        guard isAsked == true else { return Withdrawals() }
        return try Outbox(self).change { database, writer in
            guard let connection = database.sqliteConnection else {
                throw RetierError(.tryLater, "the ledger is closed", hint: "open it again")
            }
            let merges = try MergeMap(connection)
            var taker = WithdrawalTaker(database: database, channels: channels, shortening: shortening, now: now)
            let members = try Int64.fetchAll(database, sql: "SELECT member FROM withdrawal ORDER BY member")
            if try taker.anythingWaits() {
                for member in members { try taker.takeBack(merges.group(of: merges.root(of: member)), &writer) }
            }
            try database.execute(sql: "DELETE FROM withdrawal")
            return taker.withdrawals
        }
    }
}

/// Takes back the actions of members in one transaction.
private struct WithdrawalTaker {
    let database: Database
    let channels: [Channel]
    let shortening: Set<String>
    let now: Instant
    var withdrawals = Withdrawals()

    init(database: Database, channels: [Channel], shortening: Set<String>, now: Instant) {
        self.database = database
        self.channels = channels
        self.shortening = shortening
        self.now = now
    }

    func anythingWaits() throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM message WHERE state IN ('pending', 'retry'))
                    OR EXISTS (SELECT 1 FROM message WHERE state = 'withheld')
                """) == true
    }

    /// - Parameter group: the keys of one member and of those merged into it.
    mutating func takeBack(_ group: [Int64], _ writer: inout OutboxWriter) throws {
        let keys = group.map(String.init).joined(separator: ", ")
        let waiting = try messages(of: keys)
        guard !waiting.isEmpty else { return }
        let words = try words(of: keys)
        let channels = Dictionary(channels.map { ($0.id, $0) }) { first, _ in first }
        for (row, actions) in waiting {
            let decided = try Row.fetchAll(
                database,
                sql: """
                    SELECT action_id, channel FROM decision WHERE member IN (\(keys)) AND message = ? AND NOT EXISTS
                        (SELECT 1 FROM action_refusal WHERE action_refusal.action_id = decision.action_id)
                    ORDER BY action_id
                    """, arguments: [row.id])
            // A channel that is no longer configured asks for no consent, but never-contact holds for it.
            let refused = decided.compactMap { decision -> (action: String, refusal: Verdict)? in
                let id: String = decision[1]
                let channel = channels[id] ?? Channel(id: id, title: LocalizedText(id), endpoint: row.endpoint)
                return words.refusal(row: 0, of: channel).map { (decision[0], $0) }
            }
            guard !refused.isEmpty else { continue }
            try take(refused, from: row, of: actions, &writer)
        }
    }

    private mutating func take(
        _ refused: [(action: String, refusal: Verdict)], from row: OutboxRow, of actions: Int,
        _ writer: inout OutboxWriter
    ) throws {
        let before = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM action_refusal WHERE message = ? AND action_id <> ''",
            arguments: [row.id])
        let isEmptied = actions > 0 && (before ?? 0) + refused.count >= actions
        // Nobody may claim of what may have arrived that it was taken back.
        guard !row.entry.isDoubtful, isEmptied || shortening.contains(row.endpoint) else {
            withdrawals.kept += refused.count
            return
        }
        for (action, refusal) in refused {
            var detail = JSONObject()
            detail.add("message", row.id)
            detail.add("reason", refusal.reason.rawValue)
            detail.add("evidence", json: refusal.evidenceJSON)
            try writer.record(
                kind: AuditKind(rawValue: "consent.withdrawn"), subject: action, detail: detail.json, run: row.run,
                at: now)
            if !isEmptied { try writer.takeBack(action, from: row, at: now) }
        }
        if isEmptied {
            var row = row
            try writer.apply(.cancel, to: &row, policy: .none, owner: nil, at: now)
            withdrawals.messages += 1
        }
        withdrawals.actions += refused.count
    }

    /// The messages that wait and carry something for these members, with the number of actions in each.
    private func messages(of keys: String) throws -> [(OutboxRow, actions: Int)] {
        let statement = try BoundStatement(
            """
            SELECT \(OutboxRow.columns), actions FROM message WHERE \(OutboxQuestions.isWaiting) AND id IN
                (SELECT message FROM decision WHERE member IN (\(keys)) AND message IS NOT NULL) ORDER BY id
            """, in: database)
        defer { statement.reset() }
        var rows: [(OutboxRow, actions: Int)] = []
        while try statement.step() {
            rows.append((try OutboxRow(statement), Int(statement.integer(OutboxRow.columnCount))))
        }
        return rows
    }

    private func words(of keys: String) throws -> ConsentTable {
        var builder = ConsentTable.Builder(count: 1)
        let rows = try Row.fetchAll(
            database, sql: "SELECT channel, purpose, granted, at, proof FROM consent WHERE member IN (\(keys))")
        for row in rows {
            builder.add(
                row: 0, channel: row[0], purpose: row[1], granted: row[2], at: Instant(seconds: row[3]),
                reason: row[4])
        }
        return builder.build()
    }
}
