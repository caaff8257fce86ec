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
        package var endpoint: String
        package var identity: String
        /// By row.
        package var reaches: [Reach]

        package init(endpoint: String, identity: String, reaches: [Reach]) {
            self.endpoint = endpoint
            self.identity = identity
            self.reaches = reaches
        }

        /// Why nothing can be sent to a member; nil where it can.
        func missing(row: Int) -> [Verdict.Evidence]? {
            guard reaches[row] != .usable else { return nil }
            return [
                Verdict.Evidence("endpoint", endpoint), Verdict.Evidence("identity", identity),
                Verdict.Evidence("id", reaches[row] == .none ? "none" : "unusable"),
            ]
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
