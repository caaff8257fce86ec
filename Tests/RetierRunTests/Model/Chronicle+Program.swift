import ReferenceModel

extension Chronicle {
    /// Without what files and commands cannot say: tiers that members have without having earned them, messages that
    /// turn out later not to have arrived, likings (rules over facts) and with them options, members whom a receiver
    /// does not know, waits for an hour (what waits can be taken back, which the reference does not know), and rules
    /// that `retier check` does not let pass.
    var forTheProgram: Chronicle {
        var copy = self
        var words: Set<[String]> = []
        copy.events.removeAll { event in
            switch event.kind {
            case .tier, .bounce: return true
            // Two words of one moment are one row, of which the last counts.
            case .grant(let channel), .withdraw(let channel):
                return !words.insert([event.member, "word", channel, String(event.day)]).inserted
            case .suppress(let channel), .lift(let channel):
                return !words.insert([event.member, "list", channel, String(event.day)]).inserted
            default: return false
            }
        }
        for place in copy.quiet.indices { copy.quiet[place].drops = true }
        // Windows that leave no moment are a mistake.
        let quiet = Set(copy.quiet.filter { $0.days == nil }.flatMap(\.hours))
        if quiet.count == 24 { copy.quiet.removeLast() }
        for place in copy.channels.indices {
            copy.channels[place].unknown = []
            if copy.channels[place].cap?.max == 0 { copy.channels[place].cap?.max = 1 }
        }
        for place in copy.playbooks.indices {
            for step in copy.playbooks[place].steps.indices { copy.playbooks[place].steps[step].options = [] }
        }
        // Arms that are taken away stop a run.
        for place in copy.playbooks.indices where copy.playbooks[place].shares.first?.weights.isEmpty == false {
            copy.playbooks[place].shares[0].from = 0
        }
        copy.removeDanglingNames()
        return copy
    }

    /// Names of what is not there are mistakes of whoever wrote them.
    private mutating func removeDanglingNames() {
        let tags = Set(playbooks.flatMap(\.steps).flatMap(\.tags))
        let (channels, ids) = (Set(playbooks.flatMap(\.steps).map(\.channel)), Set(playbooks.map(\.id)))
        for place in caps.indices { caps[place].channels.removeAll { !channels.contains($0) } }
        for place in quiet.indices { quiet[place].channels.removeAll { !channels.contains($0) } }
        for place in budgets.indices {
            budgets[place].tiers = []
            budgets[place].channels.removeAll { !channels.contains($0) }
            budgets[place].playbooks.removeAll { !ids.contains($0) }
        }
        caps.removeAll { !$0.tags.allSatisfy(tags.contains) }
        budgets = budgets.filter { $0.amount > 0 && $0.tags.allSatisfy(tags.contains) && !isIdle($0) }
        let caps = Set(caps.map(\.id) + self.channels.compactMap { $0.cap?.id })
        for place in playbooks.indices {
            playbooks[place].tier = nil
            if playbooks[place].isEscalation { playbooks[place].sendsInCase = false }
            playbooks[place].heeds?.removeAll { !caps.contains($0) }
            playbooks[place].counts?.removeAll { !caps.contains($0) }
        }
    }

    /// Whether a budget limits nothing that there is.
    private func isIdle(_ budget: Budget) -> Bool {
        !playbooks.contains { playbook in
            (budget.playbooks.isEmpty || budget.playbooks.contains(playbook.id))
                && playbook.steps.contains { step in
                    (budget.channels.isEmpty || budget.channels.contains(step.channel))
                        && (budget.tags.isEmpty || step.tags.contains { budget.tags.contains($0) })
                        && (!budget.isMoney || step.cost > 0)
                }
        }
    }
}

extension Chronicle.QuietWindow {
    /// Of the day.
    fileprivate var hours: [Int] {
        let from = from ?? 0
        return (0..<24).filter { from < to ? from <= $0 && $0 < to : from <= $0 || $0 < to }
    }
}
