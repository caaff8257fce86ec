/// Who is in which group of which experiment already, by row of a run: what the ledger wrote once and never changes.
package struct AssignmentTable: Sendable {
    /// The experiment of the whole programme: its control group gets nothing of any playbook.
    package static let programme = "*"

    /// One member's group in one experiment.
    package struct Item: Hashable, Sendable {
        /// Position in `texts`.
        package var experiment: UInt16
        package var isControl: Bool
        /// Position in `texts`; nil for control, and where the experiment has no arms.
        package var arm: UInt16?
        /// The shares by which it was drawn.
        package var shares: Int32
        package var day: Day
        /// Whether it is the member's own; not that of somebody who was merged into the member.
        package var isOwn: Bool
        /// Whether it can only have been drawn: who was somebody else as well may have entered in that one's group.
        package var isDrawn: Bool
    }

    /// Experiments and arms that occur.
    package let texts: [String]
    /// The salt of each experiment that has one.
    package let salts: [String: String]
    /// By number.
    package let shares: [Int32: ExperimentShares]
    private let rows: RowGroups<Item>?

    /// Nobody is in any group yet.
    package init() {
        texts = []
        salts = [:]
        shares = [:]
        rows = nil
    }

    private init(
        texts: [String], salts: [String: String], shares: [Int32: ExperimentShares], rows: RowGroups<Item>
    ) {
        self.texts = texts
        self.salts = salts
        self.shares = shares
        self.rows = rows
    }

    /// Collects assignments in any order.
    package struct Builder: Sendable {
        package var salts: [String: String] = [:]
        package var shares: [Int32: ExperimentShares] = [:]
        private var interner = TextInterner()
        private var items: [(row: Int32, value: Item)] = []
        private let count: Int

        package init(count: Int) { self.count = count }

        package mutating func add(
            row: Int, experiment: String, arm: String?, isControl: Bool, shares: Int32, day: Day, isOwn: Bool = true,
            isDrawn: Bool = true
        ) {
            let item = Item(
                experiment: UInt16(interner.position(of: experiment)), isControl: isControl,
                arm: arm.map { UInt16(interner.position(of: $0)) }, shares: shares, day: day, isOwn: isOwn,
                isDrawn: isDrawn)
            items.append((Int32(row), item))
        }

        package func build() -> AssignmentTable {
            var rows = RowGroups(count: count, items: items)
            // A member's own group counts; else, of those who were merged, one who was treated, and the earliest.
            let texts = interner.texts
            func arm(_ item: Item) -> String { item.arm.map { texts[Int($0)] } ?? "" }
            rows.sortWithinRows { left, right in
                if left.isOwn != right.isOwn { return left.isOwn }
                if left.isControl != right.isControl { return right.isControl }
                return left.day == right.day ? arm(left) < arm(right) : left.day < right.day
            }
            return AssignmentTable(texts: interner.texts, salts: salts, shares: shares, rows: rows)
        }
    }

    /// The position of an experiment or arm in `texts`; nil where nobody is in it.
    package func position(of text: String) -> UInt16? { texts.firstIndex(of: text).map(UInt16.init) }

    /// The group that counts for a row in an experiment; nil where there is none yet.
    package func item(row: Int, experiment: UInt16?) -> Item? {
        guard let experiment, let rows else { return nil }
        return rows[row].first { $0.experiment == experiment }
    }
}
