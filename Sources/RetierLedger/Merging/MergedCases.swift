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
            if let sign = try signs.first(of: row, names: recovery.stopWhen[row.value.playbook] ?? []) {
                try closer.close(row, sign.event, cause: sign.cause, of: group, &writer)
                return true
            }
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
        let isControl = try [value.playbook, AssignmentTable.programme].compactMap { experiment in
            // The kept member's own group counts, without one that of another: as in `AssignmentTable`.
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT is_control FROM assignment WHERE experiment = ? AND member IN (\(keys))
                    ORDER BY member <> ?, is_control, day LIMIT 1
                    """, arguments: [experiment, kept])
        }
        guard !isControl.isEmpty, isControl.contains(true) != value.isShadow else { return nil }
        return value.isShadow ? "treated in \(value.playbook)" : "control of \(value.playbook)"
    }
}
