import GRDB
import RetierCore

extension Ledger {
    /// The id of each action's member under the endpoint's identity source, nil where the member has none; empty where
    /// the endpoint names no source.
    package func externalIDs(of draft: MessageDraft) throws -> [String?] {
        guard draft.endpoint.kind.identitySource != nil else { return [] }
        return try pool.read { try Ledger.externalIDs(of: draft, in: $0) }
    }

    /// Of several ids of a member the first by its bytes.
    static func externalIDs(of draft: MessageDraft, in database: Database) throws -> [String?] {
        guard let source = draft.endpoint.kind.identitySource else { return [] }
        let statement = try database.cachedStatement(
            sql: """
                SELECT min(external_id) FROM main.identity
                WHERE member = (SELECT key FROM main.member WHERE member_id = ?) AND source = ?
                """)
        return try draft.actions.map { try String.fetchOne(statement, arguments: [$0.memberID, source]) }
    }
}
