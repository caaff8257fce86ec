import GRDB
package import RetierCore

/// An incident that is under way: it goes on, or members are still taken up for it.
package struct IncidentStanding: Hashable, Sendable {
    package var incident: Incident
    /// Position in the programme's kinds.
    package var kind: Int
    /// The last day on which members are taken up; nil while it is open.
    package var last: Day?
    /// Members who did something meanwhile, as far as their rows have come; merged ones are one.
    package var affected: Int
    /// Those of them to whom a benefit was sent, may have been or is still to be.
    package var compensated: Int
}

extension Ledger {
    /// The first member, by id, to whom a benefit of an incident was sent, may have been or is still to be.
    package func firstCompensated(forIncident id: String) throws -> String? {
        try pool.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT min(p.member_id) FROM incident_action i JOIN decision d ON d.action_id = i.action_id
                        JOIN message m ON m.id = d.message JOIN member p ON p.key = d.member
                    WHERE i.incident = ? AND \(IncidentHistory.isGrant)
                    """, arguments: [id])
        }
    }

    /// The incidents that are under way on a day, by their beginnings; orders and events are read only where there are
    /// any.
    package func incidentStandings(
        kinds: [IncidentKind], zone: ZoneRules, today: Day
    ) throws -> [IncidentStanding] {
        let isAnyUnderWay = try incidents().contains { stored in
            guard stored.value.state != .withdrawn, let kind = kinds.first(where: { $0.id == stored.value.kind })
            else { return false }
            return kind.lastDay(of: stored.value, zone: zone).map { today <= $0 } ?? true
        }
        guard isAnyUnderWay else { return [] }
        let connections = try ReadConnection.sharingSnapshot(path: path, count: 2)
        let facts = try MemberRoster.read(connections, asOf: today, zone: zone).table
        let table = try incidentTable(of: facts, kinds: kinds, zone: zone)
        var affected = [Int](repeating: 0, count: table.items.count)
        for row in 0..<facts.count {
            for position in table.positions(row: row) { affected[position] += 1 }
        }
        let rowOfKey = RowOfKey(keys: facts.keys, merged: facts.mergedKeys)
        return try zip(table.items, affected).compactMap { item, affected in
            guard item.last.map({ today <= $0 }) ?? true else { return nil }
            let granted = try IncidentHistory.granted(for: item.incident, connections[0])
            return IncidentStanding(
                incident: item.incident, kind: item.kind, last: item.last, affected: affected,
                compensated: Set(granted.compactMap { rowOfKey[$0] }).count)
        }
    }
}
