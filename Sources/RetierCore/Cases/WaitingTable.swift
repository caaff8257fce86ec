/// Actions of refreshes that were deferred, by row: those that a daily run may take up again on its day.
package struct WaitingTable: Sendable {
    /// One of them.
    package struct Item: Hashable, Sendable {
        /// Positions in the run's playbooks and in the playbook's steps.
        package var playbook: Int
        package var step: Int
        /// The day on which it was deferred, and the last one on which it may be sent.
        package var since: Day
        package var last: Day
    }

    private let rows: RowGroups<Item>
    package let isEmpty: Bool

    /// - Parameters:
    ///   - actions: with their rows, in any order; those whose first day has not come are left out.
    ///   - playbooks: the run's, in the order of their ids.
    package init(
        count: Int, actions: [(row: Int, value: WaitingAction)] = [], playbooks: [Playbook] = [], asOf: Day
    ) {
        let positions = Dictionary(uniqueKeysWithValues: playbooks.enumerated().map { ($0.element.id, $0.offset) })
        var items: [(row: Int32, value: Item, first: Day)] = []
        for (row, action) in actions {
            guard let playbook = positions[action.playbook], !playbooks[playbook].isPaused,
                let step = playbooks[playbook].steps.firstIndex(where: { $0.id == action.step })
            else { continue }
            let last = playbooks[playbook].steps[step].notAfter.after(action.since)
            let item = Item(playbook: playbook, step: step, since: action.since, last: last)
            items.append((Int32(row), item, action.first))
        }
        items.sort { left, right in
            (left.row, left.value.playbook, left.value.step, left.value.since)
                < (right.row, right.value.playbook, right.value.step, right.value.since)
        }
        // Two members who were merged may both wait for the same: it is sent once, and of their days the earlier count.
        var kept: [(row: Int32, value: Item, first: Day)] = []
        for item in items {
            if let last = kept.last,
                (last.row, last.value.playbook, last.value.step)
                    == (item.row, item.value.playbook, item.value.step)
            {
                kept[kept.count - 1].first = min(last.first, item.first)
            } else {
                kept.append(item)
            }
        }
        // What waits for longer than it may is found to be too late on the day after its last.
        kept = kept.filter { min($0.first, $0.value.last.adding(days: 1)) <= asOf }
        rows = RowGroups(count: count, items: kept.map { ($0.row, $0.value) })
        isEmpty = kept.isEmpty
    }

    @inline(__always)
    package subscript(row: Int) -> ArraySlice<Item> { rows[row] }
}

/// An action of a refresh that was deferred.
package struct WaitingAction: Hashable, Sendable {
    package var playbook: String
    package var step: String
    package var since: Day
    /// It is not tried before this day.
    package var first: Day

    package init(playbook: String, step: String, since: Day, first: Day) {
        self.playbook = playbook
        self.step = step
        self.since = since
        self.first = first
    }
}
