/// What the members of a run have granted and withdrawn, as of its day, by row.
///
/// A channel `*` stands for every channel; its latest row withdrawn puts the member on the suppression list.
package struct ConsentTable: Sendable {
    /// The channel that stands for all channels.
    package static let everyChannel = "*"

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

    /// Collects entries in any order.
    package struct Builder: Sendable {
        private var interner = TextInterner()
        private var items: [(row: Int32, value: Entry)] = []
        private let count: Int

        package init(count: Int) { self.count = count }

        package mutating func add(row: Int, channel: String, purpose: String, granted: Bool, at: Instant) {
            add(
                row: row,
                Entry(channel: position(of: channel), purpose: position(of: purpose), granted: granted, at: at))
        }

        /// Adds an entry whose texts have their positions already.
        package mutating func add(row: Int, _ entry: Entry) { items.append((Int32(row), entry)) }

        /// The position that a channel or purpose has in the table, given now where it has none.
        package mutating func position(of text: String) -> UInt16 { UInt16(interner.position(of: text)) }

        package func build() -> ConsentTable {
            ConsentTable(texts: interner.texts, rows: RowGroups(count: count, items: items))
        }
    }

    private init(texts: [String], rows: RowGroups<Entry>) {
        self.texts = texts
        self.rows = rows
    }

    /// The position of a channel or purpose in `texts`, or nil where no member mentions it.
    package func position(of text: String) -> UInt16? { texts.firstIndex(of: text).map(UInt16.init) }

    /// The withdrawal that puts a member on the suppression list, or nil.
    package func suppression(row: Int) -> Entry? {
        guard !rows[row].isEmpty, let every = position(of: ConsentTable.everyChannel) else { return nil }
        let word = latest(row: row) { $0.channel == every }
        return word?.granted == false ? word : nil
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
            entry.granted
                && !group.contains {
                    $0.channel == entry.channel && $0.purpose == entry.purpose && $0.overrules(entry)
                }
        }
        // Two names of one member may say the same at one moment.
        return Set(standing.map { texts[Int($0.channel)] + ":" + texts[Int($0.purpose)] }).sorted()
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
