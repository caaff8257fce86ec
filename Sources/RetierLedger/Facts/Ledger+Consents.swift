import GRDB
package import RetierCore

/// What a member said of a channel and a purpose, with its proof.
package struct StoredConsent: Hashable, Sendable {
    package var channel: String
    package var purpose: String
    package var isGranted: Bool
    package var at: Instant
    package var proof: String?

    /// The suppression list that it is about, its proof being the reason; nil for a consent.
    package var list: String? {
        guard purpose.hasPrefix(ConsentTable.suppressionPrefix) else { return nil }
        return String(purpose.dropFirst(ConsentTable.suppressionPrefix.count))
    }
}

extension Ledger {
    /// The last word of a member, and of those merged into it, on each channel and purpose before a moment, by channel
    /// and purpose; of two at one moment the withdrawal.
    package func consents(ofMember memberID: String, before end: Instant) throws -> [StoredConsent] {
        let rows = try pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Ledger.oneMember)
                    SELECT channel, purpose, granted, at, proof FROM consent WHERE member IN one AND at < ?
                    ORDER BY channel, purpose, at DESC, granted
                    """, arguments: [memberID, end.seconds])
        }
        return rows.map {
            StoredConsent(
                channel: $0[0], purpose: $0[1], isGranted: $0[2], at: Instant(seconds: $0[3]), proof: $0[4])
        }.reduce(into: []) { words, word in
            if let last = words.last, (last.channel, last.purpose) == (word.channel, word.purpose) { return }
            words.append(word)
        }
    }
}
