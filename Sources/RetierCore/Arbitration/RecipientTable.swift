/// Whom receivers know by an id of their own, by channel and row.
///
/// A channel that is not in it names no member to its receiver, or names members as the ledger does.
package struct RecipientTable: Sendable {
    /// What a receiver can make of one member.
    package enum Reach: UInt8, Sendable {
        /// The member has no id at the receiver.
        case none
        /// The member has one that cannot be an id there.
        case unusable
        case usable
    }

    /// The members of one identity source.
    package struct Source: Sendable {
        /// By row.
        private let reaches: [Reach]
        private let (hasNone, hasUnusable): ([Verdict.Ground], [Verdict.Ground])

        package init(endpoint: String, identity: String, reaches: [Reach]) {
            func grounds(_ id: String) -> [Verdict.Ground] {
                let facts = [("endpoint", endpoint), ("identity", identity), ("id", id)]
                return [.facts(facts.map { Verdict.Evidence($0.0, $0.1) })]
            }
            self.reaches = reaches
            (hasNone, hasUnusable) = (grounds("none"), grounds("unusable"))
        }

        /// Why nothing can be sent to a member; nil where it can.
        func missing(row: Int) -> [Verdict.Ground]? {
            switch reaches[row] {
            case .none: hasNone
            case .unusable: hasUnusable
            case .usable: nil
            }
        }
    }

    private var sources: [String: Source] = [:]

    package init() {}

    /// The source of a channel.
    package subscript(channel: String) -> Source? {
        get { sources[channel] }
        set { sources[channel] = newValue }
    }
}

extension RecipientTable.Reach {
    /// Of a member's id under an endpoint's identity source.
    package init(externalID: String?, kind: Endpoint.Kind) {
        guard let externalID else {
            self = .none
            return
        }
        let isUsable =
            switch kind {
            case .wecomTask: WeComLimits.isCustomerID(externalID)
            case .wecomApp: WeComLimits.userID(externalID) != nil
            default: true
            }
        self = isUsable ? .usable : .unusable
    }
}
