/// What the members of a run have granted and withdrawn, as of its day, by row.
///
/// A channel `*` stands for every channel; its latest row withdrawn means never to contact the member. A purpose
/// `suppression:LIST`, withdrawn, puts the member on a suppression list, whatever else the member grants.
package struct ConsentTable: Sendable {
    /// The channel that stands for all channels.
    package static let everyChannel = "*"
    /// Begins the purposes that are suppression lists.
    package static let suppressionPrefix = "suppression:"

    /// One word of a member on a channel and a purpose.
    package struct Entry: Hashable, Sendable {
        /// Positions in `texts`.
        package var channel: UInt16
        package var purpose: UInt16
        package var granted: Bool
        package var at: Instant

        package init(channel: UInt16, purpose: UInt16, granted: Bool, at: Instant) {
            self.channel = channel
            self.purpose = purpose
            self.granted = granted
            self.at = at
        }

        /// Whether this entry overrules `other`: the later one; of two at one moment the withdrawal.
        package func overrules(_ other: Entry) -> Bool {
            at == other.at ? !granted && other.granted : at > other.at
        }
    }

    /// Channels and purposes that occur.
    package let texts: [String]
    private let rows: RowGroups<Entry>
    /// Positions of the purposes that are suppression lists, in the order of their names' bytes.
    private let lists: [UInt16]
    /// Why members are on suppression lists.
    private let reasons: [Listing: String]

    /// A member's place on a suppression list.
    private struct Listing: Hashable, Sendable {
        var row: Int32
        var entry: Entry
    }

    /// Collects entries in any order.
    package struct Builder: Sendable {
        private var interner = TextInterner()
        private var rows: [Int32] = []
        private var entries: [Entry] = []
        private var reasons: [Listing: String] = [:]
        private let count: Int

        package init(count: Int) { self.count = count }

        package mutating func add(
            row: Int, channel: String, purpose: String, granted: Bool, at: Instant, reason: String? = nil
        ) {
            add(
                row: row,
                Entry(channel: position(of: channel), purpose: position(of: purpose), granted: granted, at: at),
                reason: reason)
        }

        /// Adds an entry whose texts have their positions already.
        ///
        /// - Parameter reason: why the member is on a suppression list.
        package mutating func add(row: Int, _ entry: Entry, reason: String? = nil) {
            rows.append(Int32(row))
            entries.append(entry)
            if let reason { reasons[Listing(row: Int32(row), entry: entry)] = reason }
        }

        /// The position that a channel or purpose has in the table, given now where it has none.
        package mutating func position(of text: String) -> UInt16 { UInt16(interner.position(of: text)) }

        package func build() -> ConsentTable {
            ConsentTable(
                texts: interner.texts, rows: RowGroups(count: count, rows: rows, values: entries), reasons: reasons)
        }
    }

    private init(texts: [String], rows: RowGroups<Entry>, reasons: [Listing: String]) {
        self.texts = texts
        self.rows = rows
        self.reasons = reasons
        lists = texts.indices.filter { texts[$0].hasPrefix(ConsentTable.suppressionPrefix) }
            .sorted { texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8) }.map(UInt16.init)
    }

    /// The position of a channel or purpose in `texts`, or nil where no member mentions it.
    package func position(of text: String) -> UInt16? { texts.firstIndex(of: text).map(UInt16.init) }

    /// The withdrawal on every channel that forbids to contact a member at all, or nil.
    ///
    /// - Parameter every: the position of channel `*`.
    func withdrawal(row: Int, every: UInt16?) -> Entry? {
        guard let every else { return nil }
        let word = latest(row: row) { $0.channel == every && !lists.contains($0.purpose) }
        return word?.granted == false ? word : nil
    }

    /// The first suppression list, by its name's bytes, that forbids a channel to a member, or nil.
    ///
    /// - Parameters:
    ///   - channel: the channel's position; nil where no member mentions it.
    ///   - every: that of channel `*`.
    func listing(row: Int, channel: UInt16?, every: UInt16?) -> Entry? {
        guard !lists.isEmpty, !rows[row].isEmpty else { return nil }
        for list in lists {
            for place in [every, channel].compactMap(\.self) {
                let word = latest(row: row) { $0.purpose == list && $0.channel == place }
                if let word, !word.granted { return word }
            }
        }
        return nil
    }

    /// The evidence that a member may never be contacted.
    func grounds(row: Int, ofWithdrawal word: Entry) -> [Verdict.Ground] {
        guard lists.contains(word.purpose) else {
            return [.fact("channel", ConsentTable.everyChannel), .moment(word.at, as: .withdrawnAt)]
        }
        let list = texts[Int(word.purpose)].dropFirst(ConsentTable.suppressionPrefix.count)
        let reason = reasons[Listing(row: Int32(row), entry: word)].map { [Verdict.Evidence("reason", $0)] } ?? []
        let facts = [Verdict.Evidence("channel", texts[Int(word.channel)]), Verdict.Evidence("list", String(list))]
        return [.facts(facts + reason), .moment(word.at, as: .since)]
    }

    /// What a member's words have against a channel now; nil where nothing.
    package func refusal(row: Int, of channel: Channel) -> Verdict? {
        let every = position(of: ConsentTable.everyChannel)
        let own = position(of: channel.id)
        if let word = withdrawal(row: row, every: every) ?? listing(row: row, channel: own, every: every) {
            return Verdict(.neverContact, grounds(row: row, ofWithdrawal: word))
        }
        guard let purpose = channel.consent else { return nil }
        let word = word(row: row, channel: channel.id, purpose: purpose)
        guard word?.granted != true else { return nil }
        return Verdict(
            .noConsent,
            [.facts([Verdict.Evidence("channel", channel.id), Verdict.Evidence("purpose", purpose)])]
                + (word.map { [.moment($0.at, as: .withdrawnAt)] } ?? []))
    }

    /// The word that counts for a channel and a purpose: the latest of the channel's own and channel `*`'s; nil for
    /// none.
    package func word(row: Int, channel: String, purpose: String) -> Entry? {
        guard !rows[row].isEmpty, let purpose = position(of: purpose) else { return nil }
        let own = position(of: channel)
        let every = position(of: ConsentTable.everyChannel)
        return latest(row: row) { $0.purpose == purpose && ($0.channel == own || $0.channel == every) }
    }

    /// What the member has granted and not withdrawn, as `channel:purpose`, sorted.
    package func granted(row: Int) -> [String] {
        let group = rows[row]
        guard !group.isEmpty else { return [] }
        let standing = group.filter { entry in
            entry.granted && !lists.contains(entry.purpose)
                && !group.contains {
                    $0.channel == entry.channel && $0.purpose == entry.purpose && $0.overrules(entry)
                }
        }
        // Two names of one member may say the same at one moment.
        return Set(standing.map { texts[Int($0.channel)] + ":" + texts[Int($0.purpose)] }).sorted()
    }

    /// Whether a granted consent covers a wanted one: the same, or the same purpose on all channels (`*:purpose`).
    static func grant(_ granted: String, covers wanted: String) -> Bool {
        guard granted.utf8.starts(with: "*:".utf8) else { return granted == wanted }
        return granted.utf8.dropFirst().elementsEqual(wanted.utf8.drop { $0 != 0x3A })
    }

    /// The latest of the entries of a row that qualify.
    func latest(row: Int, where qualifies: (Entry) -> Bool) -> Entry? {
        var found: Entry?
        for entry in rows[row] where qualifies(entry) {
            guard let best = found else {
                found = entry
                continue
            }
            if entry.overrules(best) { found = entry }
        }
        return found
    }

    /// Whether the row has any entry.
    func isEmpty(row: Int) -> Bool { rows[row].isEmpty }
}
