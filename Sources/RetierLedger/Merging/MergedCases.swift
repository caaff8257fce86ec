import GRDB
import RetierCore

/// Ends what two members who are found to be one cannot both go on with: one member is in one case of a playbook, and
/// in one escalation.
///
/// Undoing the merge does not open a case again, as nothing does.
enum MergedCases {
    /// - Parameters:
    ///   - group: the keys of all who count for the member.
    ///   - recovery: what one of them did may end the case of another, which then does not go on.
    static func settle(_ group: [Int64], _ recovery: Recovery, at now: Instant, in database: Database) throws {
        let keys = group.map(String.init).joined(separator: ", ")
        // In the order of their members' ids, which does not depend on the order of arrival.
        let ids = "(SELECT member_id FROM member WHERE key = member_case.member)"
        var rows = try CaseRow.open(in: database, where: "member IN (\(keys))", orderedBy: ids)
        guard !MemberCase.superseded(among: rows.map(\.value)).isEmpty else { return }
        var writer = try OutboxWriter(database: database)
        var closer = CaseCloser(database: database, now: now)
        let signs = try CaseSigns(uncounted: recovery.uncounted, in: database)
        try rows.removeAll { row in
            guard let sign = try signs.first(of: row, names: recovery.stopWhen[row.value.playbook] ?? []) else {
                return false
            }
            try closer.close(row, sign.event, cause: sign.cause, of: group, &writer)
            return true
        }
        for (value, other) in MemberCase.superseded(among: rows.map(\.value)) {
            guard let row = rows.first(where: { $0.value.id == value.id }) else { continue }
            try closer.close(row, by: other, of: group, &writer)
        }
        try writer.finish()
    }
}
