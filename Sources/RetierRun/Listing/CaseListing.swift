import RetierCore
package import RetierLedger

/// Cases as rows.
package enum CaseListing {
    package static func rows(_ cases: [StoredCase], in workspace: Workspace) -> RowListing {
        var listing = RowListing(
            "cases",
            columns: [
                ("case", .text), ("member_id", .text), ("playbook", .text), ("state", .text), ("shadow", .text),
                ("level", .number), ("opened", .text), ("next_step", .text), ("due", .text), ("not_after", .text),
                ("closed_at", .text), ("cause", .text),
            ])
        let ladders = Dictionary(workspace.ladders.map { ($0.playbook, $0) }) { first, _ in first }
        for stored in cases {
            let value = stored.value
            let due = ladders[value.playbook].flatMap(value.due(in:))
            listing.append([
                value.id, stored.memberID, value.playbook, value.state.rawValue, value.isShadow ? "yes" : "no",
                value.level.map(String.init), value.opened.description, value.state.isFinal ? nil : value.next,
                due?.first.description, due?.last.description, stored.closedAt?.description, stored.cause,
            ])
        }
        return listing
    }
}
