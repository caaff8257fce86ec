import GRDB
package import RetierCore

extension Ledger {
    /// The id of each action's member under the endpoint's identity source, nil where the member has none; empty where
    /// the endpoint names no source.
    package func externalIDs(of draft: MessageDraft) throws -> [String?] {
        guard draft.endpoint.kind.identitySource != nil else { return [] }
        return try pool.read { try Ledger.externalIDs(of: draft, in: $0) }
    }

    /// Whom the receivers of the playbooks' channels know by an id of their own, by row.
    ///
    /// Only the identities that an endpoint asks for are read.
    package func recipients(
        keys: [Int64], merged: [MergedKey] = [], of playbooks: [Playbook], programme: Programme
    ) throws -> RecipientTable {
        var table = RecipientTable()
        for channel in Set(playbooks.flatMap(\.steps).map(\.via)).sorted() {
            guard let endpoint = programme.channel(channel).flatMap({ programme.endpoint($0.endpoint) }),
                let identity = endpoint.kind.identitySource
            else { continue }
            table[channel] = RecipientTable.Source(
                endpoint: endpoint.id, identity: identity,
                reaches: try reaches(
                    RowOfKey(keys: keys, merged: merged), count: keys.count, identity: identity, kind: endpoint.kind))
        }
        return table
    }

    private func reaches(
        _ rowOfKey: RowOfKey, count: Int, identity: String, kind: Endpoint.Kind
    ) throws -> [RecipientTable.Reach] {
        var reaches = [RecipientTable.Reach](repeating: .none, count: count)
        let connection = try ReadConnection(path: path)
        // In the order of the ids' bytes: the first of a member is the one that messages name.
        let statement = try connection.prepare(
            "SELECT member, external_id FROM identity WHERE source = ? ORDER BY external_id")
        try statement.bind(identity, at: 1)
        while try statement.step() {
            guard let row = rowOfKey[statement.integer(0)], reaches[row] == .none else { continue }
            reaches[row] = RecipientTable.Reach(externalID: statement.text(1), kind: kind)
        }
        return reaches
    }

    /// Of several ids of a member the first by its bytes.
    static func externalIDs(of draft: MessageDraft, in database: Database) throws -> [String?] {
        guard let source = draft.endpoint.kind.identitySource else { return [] }
        let statement = try database.cachedStatement(
            sql: """
                \(Ledger.oneMember)
                SELECT min(external_id) FROM main.identity WHERE member IN one AND source = ?
                """)
        return try draft.actions.map { try String.fetchOne(statement, arguments: [$0.memberID, source]) }
    }
}
