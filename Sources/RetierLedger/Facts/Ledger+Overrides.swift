import GRDB
package import RetierCore

/// A tier that a person set by hand and nobody has cleared; it may have ended.
package struct StoredOverride: Hashable, Sendable {
    package var memberID: String
    package var tier: String
    /// The last day on which it counts.
    package var until: Day
    package var reason: String
    package var operatorName: String
    package var setAt: Instant

    package init(
        memberID: String, tier: String, until: Day, reason: String, operatorName: String, setAt: Instant
    ) {
        self.memberID = memberID
        self.tier = tier
        self.until = until
        self.reason = reason
        self.operatorName = operatorName
        self.setAt = setAt
    }
}

extension Ledger {
    /// The standing overrides of the members of a table, by row; one whose tier is no longer in the ladder is left out.
    package func tierOverrides(of facts: FactTable, ladder: TierLadder) throws -> [TierOverride] {
        try tierOverrides().compactMap { stored in
            guard let row = facts.memberIDs.sortedIndex(of: stored.memberID), let tier = ladder.index(of: stored.tier)
            else { return nil }
            return TierOverride(row: row, tier: tier, until: stored.until)
        }.sorted { $0.row < $1.row }
    }

    /// The standing overrides, by member id.
    package func tierOverrides() throws -> [StoredOverride] {
        try pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT m.member_id, o.tier, o.until, o.reason, o.operator, o.set_at
                    FROM tier_override o JOIN member m ON m.key = o.member
                    WHERE o.cleared_at IS NULL AND m.member_id IS NOT NULL ORDER BY m.member_id
                    """)
            return rows.map { row in
                StoredOverride(
                    memberID: row[0], tier: row[1], until: Day(number: row[2]), reason: row[3], operatorName: row[4],
                    setAt: Instant(seconds: row[5]))
            }
        }
    }

    /// Sets a member's tier by hand until a day, in place of an earlier word, and records whose word it was.
    ///
    /// - Throws: `RetierError` of code `usage` for a member whom the ledger does not know.
    package func setTier(_ override: StoredOverride) throws {
        try pool.write { database in
            let member = try memberKey(override.memberID, in: database)
            try database.execute(
                sql: "UPDATE tier_override SET cleared_at = ? WHERE member = ? AND cleared_at IS NULL",
                arguments: [override.setAt.seconds, member])
            try database.execute(
                sql: """
                    INSERT INTO tier_override (member, tier, until, reason, operator, set_at) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    member, override.tier, override.until.number, override.reason, override.operatorName,
                    override.setAt.seconds,
                ])
            var detail = JSONObject()
            detail.add("tier", override.tier)
            detail.add("until", override.until.description)
            detail.add("reason", override.reason)
            detail.add("operator", override.operatorName)
            try AuditTrail.append(
                kind: AuditKind(rawValue: "tier.set"), subject: override.memberID, detail: detail.json, run: "",
                at: override.setAt, in: database)
        }
    }

    /// Takes a standing override away; false where the member has none.
    package func clearTier(of memberID: String, operatorName: String, now: Instant) throws -> Bool {
        try pool.write { database in
            let member = try memberKey(memberID, in: database)
            try database.execute(
                sql: "UPDATE tier_override SET cleared_at = ? WHERE member = ? AND cleared_at IS NULL",
                arguments: [now.seconds, member])
            guard database.changesCount > 0 else { return false }
            var detail = JSONObject()
            detail.add("operator", operatorName)
            try AuditTrail.append(
                kind: AuditKind(rawValue: "tier.cleared"), subject: memberID, detail: detail.json, run: "", at: now,
                in: database)
            return true
        }
    }

    private func memberKey(_ memberID: String, in database: Database) throws -> Int64 {
        let key = try Int64.fetchOne(database, sql: "SELECT key FROM member WHERE member_id = ?", arguments: [memberID])
        guard let key else {
            throw RetierError(.usage, "there is no member of that id", hint: "ids are case-sensitive")
        }
        return key
    }
}
