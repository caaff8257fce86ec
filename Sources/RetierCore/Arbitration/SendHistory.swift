/// What earlier runs sent to the members of this run, or held out, by row: the memory of caps and of `once_per`.
package struct SendHistory: Sendable {
    /// One earlier decision.
    package struct Item: Hashable, Sendable {
        /// Positions in `texts`.
        package var playbook: UInt16
        package var channel: UInt16
        package var step: UInt16
        /// The text of its `SendMarks`.
        package var marks: UInt16
        package var day: Day
        /// Whether a cap counts it: it left, may have left, or is still to leave.
        package var fillsCap: Bool

        package init(
            playbook: UInt16, channel: UInt16, step: UInt16, marks: UInt16, day: Day, fillsCap: Bool
        ) {
            self.playbook = playbook
            self.channel = channel
            self.step = step
            self.marks = marks
            self.day = day
            self.fillsCap = fillsCap
        }
    }

    /// Ids of playbooks, channels and steps that occur, and texts of marks.
    package let texts: [String]
    private let rows: RowGroups<Item>

    /// Collects items in any order.
    package struct Builder: Sendable {
        private var interner = TextInterner()
        private var rows: [Int32] = []
        private var items: [Item] = []
        private let count: Int

        package init(count: Int) { self.count = count }

        /// Adds a send or a held-out shadow; a shadow never fills a cap.
        package mutating func add(
            row: Int, playbook: String, step: String = "", channel: String, marks: String = "", day: Day,
            fillsCap: Bool
        ) {
            add(
                row: row,
                Item(
                    playbook: position(of: playbook), channel: position(of: channel), step: position(of: step),
                    marks: position(of: marks), day: day, fillsCap: fillsCap))
        }

        /// Adds an item whose texts have their positions already.
        package mutating func add(row: Int, _ item: Item) {
            rows.append(Int32(row))
            items.append(item)
        }

        /// The position that a text has in the history, given now where it has none.
        package mutating func position(of text: String) -> UInt16 { UInt16(interner.position(of: text)) }

        package consuming func build() -> SendHistory {
            let texts = interner.texts
            var rows = RowGroups(count: count, rows: rows, values: items)
            rows.sortWithinRows { left, right in
                if left.day != right.day { return left.day < right.day }
                if left.playbook != right.playbook { return texts[Int(left.playbook)] < texts[Int(right.playbook)] }
                if left.channel != right.channel { return texts[Int(left.channel)] < texts[Int(right.channel)] }
                if left.step != right.step { return texts[Int(left.step)] < texts[Int(right.step)] }
                return texts[Int(left.marks)] < texts[Int(right.marks)]
            }
            return SendHistory(texts: texts, rows: rows)
        }
    }

    private init(texts: [String], rows: RowGroups<Item>) {
        self.texts = texts
        self.rows = rows
    }

    /// The items of a row by day, then playbook, channel, step and marks.
    @inline(__always)
    package subscript(row: Int) -> ArraySlice<Item> { rows[row] }

    /// The first day that a run of these playbooks and channels has to remember.
    package static func horizon(
        asOf: Day, playbooks: [Playbook], channels: [Channel], caps: [FrequencyCap] = []
    ) -> Day {
        var first = asOf
        for period in playbooks.compactMap(\.oncePer) {
            // Slack, because months back and months on are not exact inverses at month ends.
            first = min(first, period.before(asOf).adding(days: -3))
        }
        for cap in caps + channels.compactMap(\.cap) { first = min(first, cap.start(on: asOf)) }
        return first
    }
}
