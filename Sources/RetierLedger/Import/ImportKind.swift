/// The five kinds of files that a brand imports.
package enum ImportKind: String, CaseIterable, Sendable {
    case members, orders, events, identities, consents

    /// Columns that a file of this kind must have, under their own or a mapped name.
    package var requiredColumns: [String] {
        switch self {
        case .members: ["member_id", "joined_at"]
        case .orders: ["order_id", "ordered_at", "amount"]
        case .events: ["event_id", "occurred_at", "kind"]
        case .identities: ["source", "external_id", "member_id"]
        case .consents: ["channel", "purpose", "granted", "at"]
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
        }
    }

    /// Whether rows name their member by `member_id` or by `source` and `external_id`.
    package var rowsHaveAnOwner: Bool { self == .orders || self == .events || self == .consents }

    /// Every column with a meaning of its own.
    package var knownColumns: [String] {
        requiredColumns + (rowsHaveAnOwner ? ["member_id", "source", "external_id"] : []) + optionalColumns
    }
}
