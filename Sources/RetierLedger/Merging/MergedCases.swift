import GRDB
import RetierCore

/// Ends what two members who are found to be one cannot both go on with: one member is in one case of a playbook, and
/// in one escalation, and in one group of an experiment.
///
/// Undoing the merge does not open a case again, as nothing does.
enum MergedCases {
    /// - Parameters:
    ///   - group: the keys of all who count for the member.
    ///   - kept: the key of the one who is kept.
    ///   - recovery: what one of them did may end the case of another, which then does not go on.
    static func settle(
        _ group: [Int64], of kept: Int64, _ recovery: Recovery, at now: Instant, in database: Database
    ) throws {
        let keys = group.map(String.init).joined(separator: ", ")
        // In the order of their members' ids, which does not depend on the order of arrival.
        let ids = "(SELECT member_id FROM member WHERE key = member_case.member)"
        var rows = try CaseRow.open(in: database, where: "member IN (\(keys))", orderedBy: ids)
        let regrouped = try rows.reduce(into: [String: String]()) { causes, row in
            causes[row.value.id] = try changeOfGroup(row.value, of: kept, keys, in: database)
        }
        guard !regrouped.isEmpty || !MemberCase.superseded(among: rows.map(\.value)).isEmpty else { return }
        var writer = try OutboxWriter(database: database)
        var closer = CaseCloser(database: database, now: now)
        let signs = try CaseSigns(uncounted: recovery.uncounted, in: database)
        try rows.removeAll { row in
            if try closer.closeRecovered(row, recovery, signs, of: group, &writer) { return true }
            guard let cause = regrouped[row.value.id] else { return false }
            try closer.close(row, .supersede, cause: cause, of: group, &writer)
            return true
        }
        for (value, other) in MemberCase.superseded(among: rows.map(\.value)) {
            guard let row = rows.first(where: { $0.value.id == value.id }) else { continue }
            try closer.close(row, by: other, of: group, &writer)
        }
        try writer.finish()
    }

    /// Why a case cannot go on where the member is now in the other group of its experiment: as the shadow of somebody
    /// who is treated, or as the case of somebody who is control; nil where it can.
    private static func changeOfGroup(
        _ value: MemberCase, of kept: Int64, _ keys: String, in database: Database
    ) throws -> String? {
        let experiments = [value.playbook, AssignmentTable.programme]
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT experiment, member, is_control, arm, shares, day FROM assignment
                WHERE experiment IN (?, ?) AND member IN (\(keys))
                """, arguments: StatementArguments(experiments))
        var builder = AssignmentTable.Builder(count: 1)
        for row in rows {
            builder.add(
                row: 0, experiment: row[0], arm: row[3], isControl: row[2], shares: row[4], day: Day(number: row[5]),
                isOwn: row[1] == kept)
        }
        let groups = builder.build()
        let isControl = experiments.compactMap {
            groups.item(row: 0, experiment: groups.position(of: $0))?.isControl
        }
        guard !isControl.isEmpty, isControl.contains(true) != value.isShadow else { return nil }
        return value.isShadow ? "treated in \(value.playbook)" : "control of \(value.playbook)"
    }
}
