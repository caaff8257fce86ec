import GRDB
import RetierCore

/// Merges members and undoes it, inside a transaction.
///
/// Rows stay where they came to: a merge is a link that facts, histories and digests follow, so undoing it leaves every
/// row with the member that it came with.
struct MemberMerging {
    let context: ImportContext
    let database: Database

    /// Makes two members one; false where they are already.
    @discardableResult
    func merge(_ kept: Int64, _ other: Int64, _ word: MergeWord) throws -> Bool {
        let (kept, other) = (context.hasher.merges.root(of: kept), context.hasher.merges.root(of: other))
        guard kept != other else { return false }
        let shelf = try StandingShelf(database, tierIDs: word.tierIDs)
        try shelf.put([kept, other])
        try rehashing(context.hasher.merges.group(of: other)) {
            try database.execute(
                sql: "INSERT INTO member_merge (kept, other, at, reason, operator) VALUES (?, ?, ?, ?, ?)",
                arguments: [kept, other, word.now.seconds, word.reason, word.operatorName])
            context.hasher.merges.link(other, to: kept)
        }
        // What one of them withdrew counts for both.
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO withdrawal
                SELECT ?1 WHERE EXISTS (SELECT 1 FROM consent WHERE granted = 0 AND member IN (?1, ?2))
                """, arguments: [kept, other])
        let group = context.hasher.merges.group(of: kept)
        try shelf.settle(group)
        try MergedCases.settle(group, of: kept, word.recovery, at: word.now, in: database)
        try record("member.merged", kept: kept, other: other, word)
        return true
    }

    /// The same where nobody says who is kept: of the two the one whose id is smaller by its bytes, whatever the order
    /// in which files came.
    func mergeSmallerFirst(_ left: Int64, _ right: Int64, _ word: MergeWord) throws -> Bool {
        let (left, right) = (context.hasher.merges.root(of: left), context.hasher.merges.root(of: right))
        let isInOrder = try Bool.fetchOne(
            database,
            sql: "SELECT (SELECT member_id FROM member WHERE key = ?) < (SELECT member_id FROM member WHERE key = ?)",
            arguments: [left, right])
        return try isInOrder == true ? merge(left, right, word) : merge(right, left, word)
    }

    /// Undoes the merge of a member into another; false where it is merged into none.
    func unmerge(_ other: Int64, _ word: MergeWord) throws -> Bool {
        guard let kept = context.hasher.merges.keptOf[other] else { return false }
        try rehashing(context.hasher.merges.group(of: other)) {
            try database.execute(
                sql: """
                    UPDATE member_merge SET undone_at = ?, undone_reason = ?, undone_operator = ?
                    WHERE other = ? AND undone_at IS NULL
                    """, arguments: [word.now.seconds, word.reason, word.operatorName, other])
            context.hasher.merges.unlink(other)
        }
        let shelf = try StandingShelf(database, tierIDs: word.tierIDs)
        let root = context.hasher.merges.root(of: kept)
        try shelf.restore(context.hasher.merges.group(of: other))
        try shelf.settle(context.hasher.merges.group(of: root))
        for member in [other, root] where context.hasher.merges.group(of: member).count == 1 {
            try shelf.clear(member)
        }
        try record("member.unmerged", kept: kept, other: other, word)
        return true
    }

    /// The rows of these members change their owner within `body`; their digests change with it.
    private func rehashing(_ keys: [Int64], _ body: () throws -> Void) throws {
        let rows = try WaitingRows(context)
        for key in keys { try rows.forEachHash(of: UInt32(key)) { context.remove($1, from: $0) } }
        try body()
        context.hasher.forgetOwner()
        for key in keys { try rows.forEachHash(of: UInt32(key)) { context.add($1, to: $0) } }
    }

    private func record(_ kind: String, kept: Int64, other: Int64, _ word: MergeWord) throws {
        func id(_ key: Int64) throws -> String {
            try String.fetchOne(database, sql: "SELECT member_id FROM member WHERE key = ?", arguments: [key]) ?? ""
        }
        var detail = JSONObject()
        detail.add("kept", try id(kept))
        detail.add("reason", word.reason)
        detail.add("operator", word.operatorName)
        try AuditTrail.append(
            kind: AuditKind(rawValue: kind), subject: try id(other), detail: detail.json, run: "", at: word.now,
            in: database)
    }
}
