import FoundationEssentials
import GRDB
import RetierCore

extension Ledger {
    /// Makes two members one: what is of `other` counts for `kept` from now on.
    ///
    /// - Throws: `RetierError` (`usage`) where a member is unknown, is merged into somebody already, or both are one.
    package func merge(_ kept: String, _ other: String, _ word: MergeWord) throws {
        try merging { merging, key in
            for id in [kept, other] {
                guard let into = try mergedInto(id, merging.database) else { continue }
                throw RetierError(
                    .usage, "\(id) was merged into \(into)", hint: "name \(into), or undo that merge first")
            }
            guard try merging.merge(try key(kept), try key(other), word) else {
                throw RetierError(.usage, "\(kept) and \(other) are one member", hint: "name two members")
            }
        }
    }

    /// Undoes the merge of a member into another: everything is of whom it came with.
    ///
    /// - Throws: `RetierError` (`usage`) where the member is merged into nobody.
    package func unmerge(_ other: String, _ word: MergeWord) throws {
        try merging { merging, key in
            guard try merging.unmerge(try key(other), word) else {
                throw RetierError(
                    .usage, "\(other) is merged into nobody", hint: "retier identities merges lists the merges")
            }
        }
    }

    private func merging(_ body: (MemberMerging, _ key: (String) throws -> Int64) throws -> Void) throws {
        try pool.write { database in
            let kind = ImportKind.identities
            let context = try ImportContext(
                database, layout: ColumnLayout(kind: kind, header: kind.requiredColumns, mapping: [:], path: ""),
                options: ImportOptions(
                    zone: .utc, currency: Currency(code: ""), maxRejectedShare: 0, now: Instant(seconds: 0)),
                tuning: ImportTuning(),
                directory: URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false))
            try body(MemberMerging(context: context, database: database)) { id in
                let key = try Int64.fetchOne(
                    database, sql: "SELECT key FROM member WHERE member_id = ?", arguments: [id])
                guard let key else {
                    throw RetierError(.usage, "there is no member \(id)", hint: "ids are case-sensitive")
                }
                return key
            }
            try context.storeDigests()
        }
    }

    /// The member for whom a merged member counts; nil where it is merged into nobody.
    package func mergedInto(_ memberID: String) throws -> String? {
        try pool.read { try mergedInto(memberID, $0) }
    }

    private func mergedInto(_ memberID: String, _ database: Database) throws -> String? {
        try String.fetchOne(
            database,
            sql: """
                WITH RECURSIVE above(key, depth) AS (
                    SELECT key, 0 FROM member WHERE member_id = ?
                    UNION ALL SELECT m.kept, above.depth + 1 FROM member_merge m JOIN above ON m.other = above.key
                    WHERE m.undone_at IS NULL)
                SELECT member_id FROM above JOIN member USING (key) WHERE depth > 0 ORDER BY depth DESC LIMIT 1
                """, arguments: [memberID])
    }

    /// Every merge that ever was, the latest first.
    package func merges() throws -> [MergeRecord] {
        try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT k.member_id AS kept, o.member_id AS other, m.at, m.reason, m.operator, m.undone_at,
                        m.undone_reason, m.undone_operator
                    FROM member_merge m JOIN member k ON k.key = m.kept JOIN member o ON o.key = m.other
                    ORDER BY m.number DESC
                    """
            ).map { row in
                MergeRecord(
                    kept: row["kept"], other: row["other"], at: Instant(seconds: row["at"]), reason: row["reason"],
                    operatorName: row["operator"], undoneAt: (row["undone_at"] as Int64?).map(Instant.init(seconds:)),
                    undoneReason: row["undone_reason"], undoneBy: row["undone_operator"])
            }
        }
    }

    /// The keys of a member and of all who were merged into it, as the common table expression `one(key)`; its
    /// parameter is the member's id.
    static let oneMember = """
        WITH RECURSIVE one(key) AS (
            SELECT key FROM main.member WHERE member_id = ?
            UNION SELECT m.other FROM main.member_merge m JOIN one ON m.kept = one.key WHERE m.undone_at IS NULL)
        """
}

extension PlanInput {
    /// Who counts for whom, as an input of plans: independent of the order of the merges.
    static func merges(_ database: Database) throws -> PlanInput {
        var hash = StableHash()
        var count = 0
        let pairs = try Row.fetchCursor(
            database,
            sql: """
                WITH RECURSIVE above(other, root) AS (
                    SELECT other, kept FROM member_merge WHERE undone_at IS NULL
                    UNION ALL SELECT above.other, m.kept FROM above JOIN member_merge m
                        ON m.other = above.root AND m.undone_at IS NULL)
                SELECT o.member_id, r.member_id FROM above
                JOIN member o ON o.key = above.other JOIN member r ON r.key = above.root
                WHERE NOT EXISTS (SELECT 1 FROM member_merge m WHERE m.other = above.root AND m.undone_at IS NULL)
                ORDER BY o.member_id
                """)
        while let pair = try pairs.next() {
            for id in [pair[0] as String? ?? "", pair[1] as String? ?? ""] {
                hash.update(id)
                hash.update(byte: 0)
            }
            count += 1
        }
        return PlanInput(name: "merges", digest: Ledger.hexadecimal(Int64(bitPattern: hash.finalized())), count: count)
    }
}
