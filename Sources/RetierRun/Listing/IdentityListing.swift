import RetierCore
package import RetierLedger

/// What `retier identities` lists.
package enum IdentityListing {
    package static func rows(_ owners: [UnresolvedOwner]) -> RowListing {
        var listing = RowListing(
            "unresolved",
            columns: [
                ("member_id", .text), ("identity", .text), ("orders", .number), ("events", .number),
                ("consents", .number),
            ])
        for owner in owners {
            listing.append([
                owner.memberID, owner.identity, String(owner.orders), String(owner.events), String(owner.consents),
            ])
        }
        return listing
    }

    package static func rows(_ merges: [MergeRecord]) -> RowListing {
        let columns = ["kept", "other", "at", "operator", "reason", "undone_at", "undone_by", "undone_reason"]
        var listing = RowListing("merges", columns: columns.map { ($0, .text) })
        for merge in merges {
            listing.append([
                merge.kept, merge.other, merge.at.description, merge.operatorName, merge.reason,
                merge.undoneAt?.description, merge.undoneBy, merge.undoneReason,
            ])
        }
        return listing
    }
}
