import RetierCore
import RetierLedger

/// The tiers that people set by hand, as rows.
package enum OverrideListing {
    package static func rows(_ workspace: Workspace) throws -> RowListing {
        var listing = RowListing(
            "overrides",
            columns: [
                ("member_id", .text), ("tier", .text), ("until", .text), ("state", .text), ("reason", .text),
                ("operator", .text), ("set_at", .text),
            ])
        let today = workspace.today
        for override in try workspace.ledger.tierOverrides() {
            listing.append([
                override.memberID, override.tier, override.until.description,
                override.until >= today ? "standing" : "ended", override.reason, override.operatorName,
                override.setAt.description,
            ])
        }
        return listing
    }
}
