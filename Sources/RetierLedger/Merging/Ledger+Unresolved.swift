import GRDB

extension Ledger {
    /// The members and identities whose rows wait, in order of their names.
    ///
    /// - Parameter limit: most of them; nil for all.
    package func unresolved(limit: Int? = nil) throws -> [UnresolvedOwner] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT m.member_id,
                        (SELECT min(source || ':' || external_id) FROM identity WHERE member = m.key) AS identity,
                        (SELECT count(*) FROM member_order WHERE member = m.key) AS orders,
                        (SELECT count(*) FROM member_event WHERE member = m.key) AS events,
                        (SELECT count(*) FROM consent WHERE member = m.key) AS consents
                    FROM member m WHERE \(Ledger.isUnresolved) ORDER BY 1, 2 LIMIT ?
                    """, arguments: [limit ?? -1]
            ).map { row in
                UnresolvedOwner(
                    memberID: row["member_id"], identity: row["identity"], orders: row["orders"],
                    events: row["events"], consents: row["consents"])
            }
        }
    }

    /// How many owners of rows are unresolved.
    package func unresolvedCount() throws -> Int {
        try pool.read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM member m WHERE \(Ledger.isUnresolved)") ?? 0
        }
    }

    /// A member `m` without an id or a joining date; who was merged into somebody is resolved.
    private static let isUnresolved = """
        (m.member_id IS NULL OR m.joined_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM member_merge WHERE other = m.key AND undone_at IS NULL)
        """
}
