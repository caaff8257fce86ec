/// The kinds of files that a brand imports.
///
/// An acknowledgement (somebody takes care of a member) is kept as an event of kind `ack`; a line of a suppression list
/// as a withdrawn consent whose purpose names the list, and granted again after its last day.
package enum ImportKind: String, CaseIterable, Sendable {
    case members, orders, events, identities, consents, suppressions, acks

    /// Columns that a file of this kind must have, under their own or a mapped name.
    package var requiredColumns: [String] {
        switch self {
        case .members: ["member_id", "joined_at"]
        case .orders: ["order_id", "ordered_at", "amount"]
        case .events: ["event_id", "occurred_at", "kind"]
        case .identities: ["source", "external_id", "member_id"]
        case .consents: ["channel", "purpose", "granted", "at"]
        case .suppressions: ["list", "channel", "reason", "since"]
        case .acks: ["ack_id", "at"]
        }
    }

    /// Columns that a file of this kind may have.
    package var optionalColumns: [String] {
        switch self {
        case .members: ["birthday"]
        case .orders: ["category", "channel", "coupon", "discount", "status"]
        case .events: ["value", "ref"]
        case .identities: []
        case .consents: ["proof"]
        case .suppressions: ["until"]
        case .acks: ["by", "ref"]
        }
    }

    /// Whether rows name their member by `member_id` or by `source` and `external_id`.
    package var rowsHaveAnOwner: Bool { self != .members && self != .identities }

    /// The kind as which the ledger keeps its rows.
    package var kept: ImportKind {
        switch self {
        case .acks: .events
        case .suppressions: .consents
        case .members, .orders, .events, .identities, .consents: self
        }
    }

    /// Every column with a meaning of its own.
    package var knownColumns: [String] {
        requiredColumns + (rowsHaveAnOwner ? ["member_id", "source", "external_id"] : []) + optionalColumns
    }
}
