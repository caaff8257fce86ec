extension Chronicle {
    /// How much there is to read.
    package var items: Int {
        members.count + channels.count + caps.count + channels.count { $0.cap != nil } + budgets.count + quiet.count
            + events.count + runs.count
            + playbooks.reduce(0) { $0 + 1 + $1.steps.count + $1.pauses.count + $1.shares.count }
    }

    /// Chronicles with something less, the greatest steps first.
    package var smaller: [Chronicle] {
        var found: [Chronicle] = []
        found += without(\.runs) + without(\.events) + without(\.playbooks) + without(\.members)
        found += without(\.caps) + without(\.budgets) + without(\.quiet) + without(\.channels)
        for place in playbooks.indices {
            found += without(\.playbooks[place].steps) + without(\.playbooks[place].pauses)
            found += without(\.playbooks[place].shares)
            for step in playbooks[place].steps.indices { found += without(\.playbooks[place].steps[step].options) }
        }
        found += plainer
        let valid = found.compactMap(\.valid)
        return valid.filter { $0 != self }
    }

    /// All copies that lack a half of a list, a quarter, and so on down to one item.
    private func without<Item>(_ list: WritableKeyPath<Chronicle, [Item]>) -> [Chronicle] {
        let count = self[keyPath: list].count
        var found: [Chronicle] = []
        var length = count
        while length > 0 {
            // The end first: what comes after the failure is never needed.
            for start in stride(from: count - length, through: 0, by: -length) {
                var copy = self
                copy[keyPath: list].removeSubrange(start..<(start + length))
                found.append(copy)
            }
            length /= 2
        }
        return found
    }

    /// Copies with one rule plainer.
    private var plainer: [Chronicle] {
        var found: [Chronicle] = []
        func add(_ change: (inout Chronicle) -> Void) {
            var copy = self
            change(&copy)
            found.append(copy)
        }
        add { $0.programmeControl = 0 }
        add { $0.zones = [:] }
        add { for member in $0.zones.keys { $0.zones[member]?.hasSummerTime = false } }
        add { $0.values = [:] }
        add { $0.likes = [:] }
        for place in channels.indices {
            add { $0.channels[place].cap = nil }
            add { $0.channels[place].needsConsent = false }
            add { $0.channels[place].unknown = [] }
        }
        for place in caps.indices {
            add { $0.caps[place].channels = [] }
            add { $0.caps[place].tags = [] }
        }
        for place in playbooks.indices { found += plainer(at: place) }
        return found
    }

    private func plainer(at place: Int) -> [Chronicle] {
        let usual = Playbook(id: playbooks[place].id)
        var changes: [(inout Playbook) -> Void] = [
            { $0.isDaily = true }, { $0.priority = usual.priority }, { $0.rank = usual.rank }, { $0.tier = nil },
            { $0.silentFor = nil }, { $0.oncePer = nil }, { $0.stops = [] }, { $0.closeAfter = usual.closeAfter },
            { $0.sendsInCase = false }, { $0.heeds = nil }, { $0.counts = nil },
        ]
        for share in playbooks[place].shares.indices {
            changes += [
                { $0.shares[share].pilot = 10_000 }, { $0.shares[share].holdout = 0 },
                { for share in $0.shares.indices { $0.shares[share].weights = [] } },
            ]
        }
        for step in playbooks[place].steps.indices {
            changes += [
                { $0.steps[step].level = nil }, { $0.steps[step].after = nil },
                { $0.steps[step].notAfter = Span(days: 7) },
                { $0.steps[step].cost = 0 }, { $0.steps[step].needsApproval = false },
                { $0.steps[step].ignoresQuietHours = false }, { $0.steps[step].tags = [] },
                { for place in $0.steps[step].options.indices { $0.steps[step].options[place].suits = [] } },
                { for place in $0.steps[step].options.indices { $0.steps[step].options[place].response = 10_000 } },
                { [channels] in $0.steps[step].channel = channels[0].id },
            ]
        }
        return changes.map { change in
            var copy = self
            change(&copy.playbooks[place])
            return copy
        }
    }

    /// Without what names nothing any more; nil where nothing is left to run.
    private var valid: Chronicle? {
        var copy = self
        let channels = channels.map(\.id)
        for place in copy.playbooks.indices {
            copy.playbooks[place].steps.removeAll { !channels.contains($0.channel) }
        }
        copy.playbooks.removeAll { $0.steps.first.map(\.isLater) ?? true }
        copy.events.removeAll { event in
            if case .joins(let kept) = event.kind, !copy.members.contains(kept) { return true }
            return !copy.members.contains(event.member)
        }
        copy.zones = copy.zones.filter { copy.members.contains($0.key) }
        copy.values = copy.values.filter { copy.members.contains($0.key) }
        copy.likes = copy.likes.filter { copy.members.contains($0.key) }
        for place in copy.channels.indices { copy.channels[place].unknown.removeAll { !copy.members.contains($0) } }
        return copy.members.isEmpty || copy.playbooks.isEmpty || copy.runs.isEmpty ? nil : copy
    }

    /// The smallest chronicle that still fails and of which no smaller one does that can be reached in one step.
    package func shrunk(while fails: (Chronicle) -> Bool) -> Chronicle {
        var best = self
        while let next = best.smaller.first(where: fails) { best = next }
        return best
    }
}
