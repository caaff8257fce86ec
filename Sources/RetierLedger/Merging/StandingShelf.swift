import GRDB

/// Where the own standings of merged members are kept, with what the stability rules remember, so that a merge can be
/// undone.
///
/// Until the next refresh the member who is kept has the best of the standings that were merged; the refresh then
/// computes one from all their rows.
struct StandingShelf {
    private let database: Database
    private let tierIDs: [String]
    /// The last committed refresh; empty before the first.
    private let refresh: String
    /// What is set aside: by table, the columns but for the member's key, which depends on the order of arrival.
    private let columns: [(table: String, names: [String])]

    init(_ database: Database, tierIDs: [String]) throws {
        self.database = database
        self.tierIDs = tierIDs
        refresh =
            try String.fetchOne(
                database,
                sql: "SELECT id FROM run WHERE kind = 'refresh' ORDER BY committed_at DESC, rowid DESC LIMIT 1")
            ?? ""
        columns = try ["standing", "hold"].map { table in
            (table, try database.columns(in: table).map(\.name).filter { $0 != "member" })
        }
    }

    /// Sets aside what two members have who are about to be one, except where that was done since the last refresh.
    ///
    /// A member without a standing has an empty one.
    func put(_ members: [Int64]) throws {
        let parts = columns.map { table, names in
            let pairs = names.map { "'\($0)', \($0)" }.joined(separator: ", ")
            return "'\(table)', json((SELECT json_object(\(pairs)) FROM \(table) WHERE member = ?1))"
        }
        for member in members where try standing(setAside: member, since: refresh) == nil {
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO merged_standing (member, refresh, standing)
                    SELECT ?1, ?2, iif(EXISTS (SELECT 1 FROM standing WHERE member = ?1),
                        json_object(\(parts.joined(separator: ", "))), '')
                    """, arguments: [member, refresh])
        }
    }

    /// Gives the first of a group the best of the standings set aside since the last refresh, and the others none.
    ///
    /// Where nothing of the first was set aside since then, what it has was computed from the rows of all.
    func settle(_ group: [Int64]) throws {
        guard let kept = group.first else { return }
        if try standing(setAside: kept, since: refresh) != nil {
            let fresh = try group.compactMap { try standing(setAside: $0, since: refresh) }.filter { !$0.isEmpty }
            try write(try best(of: fresh), to: kept)
        }
        for other in group.dropFirst() { try write(nil, to: other) }
    }

    /// Gives the first of a group that is on its own again what it had before.
    func restore(_ group: [Int64]) throws {
        guard let first = group.first else { return }
        let own = try standing(setAside: first, since: nil) ?? ""
        try write(own.isEmpty ? nil : own, to: first)
        try settle(group)
    }

    /// Forgets what was set aside for a member.
    func clear(_ member: Int64) throws {
        try database.execute(sql: "DELETE FROM merged_standing WHERE member = ?", arguments: [member])
    }

    /// What was set aside for a member: as of a refresh, or whenever.
    private func standing(setAside member: Int64, since refresh: String?) throws -> String? {
        try String.fetchOne(
            database,
            sql: "SELECT standing FROM merged_standing WHERE member = ? AND refresh = coalesce(?, refresh)",
            arguments: [member, refresh])
    }

    private func write(_ standing: String?, to member: Int64) throws {
        for (table, names) in columns {
            try database.execute(sql: "DELETE FROM \(table) WHERE member = ?", arguments: [member])
            let values = names.map { "json_extract(?1, '$.\(table).\($0)')" }.joined(separator: ", ")
            try database.execute(
                sql: """
                    INSERT INTO \(table) (member, \(names.joined(separator: ", ")))
                    SELECT ?2, \(values) WHERE json_type(?1, '$.\(table)') = 'object'
                    """, arguments: [standing, member])
        }
    }

    /// The highest tier, of equal ones the one held longest; whatever order they are given in.
    private func best(of standings: [String]) throws -> String? {
        var best: (rank: Int, since: Int64, text: String)?
        for text in standings {
            let row = try Row.fetchOne(
                database,
                sql: "SELECT json_extract(?1, '$.standing.tier'), json_extract(?1, '$.standing.since')",
                arguments: [text])
            let tier: String = row?[0] ?? ""
            let found = (tierIDs.firstIndex(of: tier) ?? tierIDs.count, row?[1] as Int64? ?? 0, text)
            if let known = best, known <= found { continue }
            best = found
        }
        return best?.text
    }
}
