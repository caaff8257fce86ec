import RetierCore

/// The members of a run who keep others: their rows lie under several keys and are brought together one member at a
/// time, so that memory holds the rows of one.
struct MergedGroups: Sendable {
    struct Group: Sendable {
        var row: Int
        /// The member's own key, then those of the members merged into it.
        var keys: [Int64]
    }

    private static let chunkSize = 64

    private let groups: [Group]
    /// All keys of all groups.
    let keys: Set<Int64>

    init(_ table: FactTable) {
        var groups: [Group] = []
        for merged in table.mergedKeys {
            if groups.last?.row != merged.row { groups.append(Group(row: merged.row, keys: [table.keys[merged.row]])) }
            groups[groups.count - 1].keys.append(merged.key)
        }
        self.groups = groups
        keys = Set(groups.flatMap(\.keys))
    }

    /// Chunks of groups that threads take.
    var chunkCount: Int { (groups.count + MergedGroups.chunkSize - 1) / MergedGroups.chunkSize }

    func chunk(_ position: Int) -> ArraySlice<Group> {
        let start = position * MergedGroups.chunkSize
        return groups[start..<min(start + MergedGroups.chunkSize, groups.count)]
    }

    /// Keys and rows of the members who keep nobody, in order of keys.
    func others(in roster: MemberRoster) -> (keys: [Int64], rows: [UInt32]) {
        guard !groups.isEmpty else { return (roster.keysInOrder, roster.rowsInOrder) }
        let alone = roster.keysInOrder.indices.filter { !keys.contains(roster.keysInOrder[$0]) }
        return (alone.map { roster.keysInOrder[$0] }, alone.map { roster.rowsInOrder[$0] })
    }
}
