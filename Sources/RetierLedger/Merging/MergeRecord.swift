package import RetierCore

/// A person's word, or an import's, on two members being one or not.
package struct MergeWord: Hashable, Sendable {
    package var reason: String
    package var operatorName: String
    package var now: Instant
    /// Ids of the tiers, highest first: of two standings the higher one stays.
    package var tierIDs: [String]
    package var recovery: Recovery

    package init(
        reason: String, operatorName: String, now: Instant, tierIDs: [String], recovery: Recovery = Recovery()
    ) {
        self.reason = reason
        self.operatorName = operatorName
        self.now = now
        self.tierIDs = tierIDs
        self.recovery = recovery
    }
}

/// One merge that ever was, undone or not.
package struct MergeRecord: Hashable, Sendable {
    package var kept: String
    package var other: String
    package var at: Instant
    package var reason: String
    package var operatorName: String
    package var undoneAt: Instant?
    package var undoneReason: String?
    package var undoneBy: String?
}

/// Rows that belong to nobody whom a run knows: a member without a row in a members file, or an identity that no
/// identities file has named.
package struct UnresolvedOwner: Hashable, Sendable {
    package var memberID: String?
    /// `source:external_id`, the first by bytes where there are several.
    package var identity: String?
    package var orders: Int
    package var events: Int
    package var consents: Int
}
