package import RetierCore

/// How one file is read.
package struct ImportOptions: Sendable {
    /// Our column name -> the file's column name.
    package var mapping: [String: String]
    /// The brand's time zone: dates alone and times without an offset are local to it.
    package var zone: ZoneRules
    /// Gives the number of decimals of amounts.
    package var currency: Currency
    /// The largest share of rejected rows that is tolerated, in basis points of all rows read.
    package var maxRejectedShare: Int
    /// The moment of the import: times later than a day after it are rejected.
    package var now: Instant
    /// Whether an identity that means a second member merges the two; such rows are rejected otherwise.
    package var mergesMembers: Bool
    /// Ids of the tiers, highest first: of the standings of two merged members the higher one stays.
    package var tierIDs: [String]
    /// What may end cases of merged members.
    package var recovery: Recovery

    package init(
        mapping: [String: String] = [:], zone: ZoneRules, currency: Currency, maxRejectedShare: Int, now: Instant,
        mergesMembers: Bool = true, tierIDs: [String] = [], recovery: Recovery = Recovery()
    ) {
        self.mergesMembers = mergesMembers
        self.tierIDs = tierIDs
        self.recovery = recovery
        self.mapping = mapping
        self.zone = zone
        self.currency = currency
        self.maxRejectedShare = maxRejectedShare
        self.now = now
    }
}

/// How far an import has come; reported every few ten thousand rows.
package struct ImportProgress: Sendable {
    package enum Phase: String, Sendable {
        /// Rows of the file are parsed.
        case reading
        /// Ids are compared with what the ledger holds.
        case comparing
        /// Rows are written in the ledger's order.
        case writing
    }

    package var phase: Phase
    /// Rows done in this phase.
    package var rows: Int
    /// Bytes of the file (compressed, where it is) read so far.
    package var bytesRead: Int
    /// Size of the file in bytes.
    package var bytesTotal: Int
}

extension ImportProgress: CustomStringConvertible {
    /// `reading 1200000 rows, 37 %`.
    package var description: String {
        guard phase == .reading, bytesTotal > 0 else { return "\(phase.rawValue) \(rows) rows" }
        return "\(phase.rawValue) \(rows) rows, \(min(100, bytesRead * 100 / bytesTotal)) %"
    }
}

/// What one import did; `read == new + updated + unchanged + rejected`.
package struct ImportReport: Sendable, Hashable {
    package var kind: ImportKind
    /// The file's name without its folder.
    package var name: String
    package var counts: ImportCounts
    /// Where the rejected rows are; nil where there are none.
    package var rejectsPath: String?
    /// Members known only from other rows so far, in the whole ledger: kept, counted, not part of any run.
    package var waitingMembers: Int
    /// What a person should know, in English sentences without member data.
    package var notes: [String]

    package var read: Int { counts.read }
    package var new: Int { counts.new }
    package var updated: Int { counts.updated }
    package var unchanged: Int { counts.unchanged }
    package var rejected: Int { counts.rejected }
}

/// What became of the rows of a file.
package struct ImportCounts: Sendable, Hashable {
    package var read = 0
    package var new = 0
    package var updated = 0
    package var unchanged = 0
    package var rejected = 0

    package init() {}
}

/// What tests make small so that little data takes the paths of much data.
struct ImportTuning: Sendable {
    /// Bytes of records that are sorted in memory before they go to a temporary file.
    var runBytes = 40 << 20
    /// Single look-ups of members before all ids are loaded at once.
    var lookupsBeforeLoading = 20_000
    /// Texts that are kept in memory; more than these are looked up in the ledger.
    var symbolsInMemory = 200_000
    /// Hash of an order id or event id.
    var idHash: @Sendable (Bytes) -> UInt64 = { StableHash.of(bytes: $0) }
}
