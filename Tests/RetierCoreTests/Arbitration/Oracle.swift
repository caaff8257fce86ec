import RetierCore

/// The rules once more, as plainly as they read: named data, no preparation, and the caps by trying all subsets.
struct Oracle {
    let world: World

    /// The reason of each candidate; budgets are not part of it.
    func reasons() -> [World.Key: ReasonCode] {
        var reasons: [World.Key: ReasonCode] = [:]
        for member in world.members.keys {
            var contenders: [(key: World.Key, channel: Channel, order: (Int, Int, String, Int))] = []
            for playbook in world.playbooks {
                for (position, step) in playbook.steps.enumerated() {
                    guard isCandidate(member, playbook, step) else { continue }
                    guard let channel = world.channels.first(where: { $0.id == step.via }) else { continue }
                    let key = World.Key(member: member, playbook: playbook.id, step: step.id)
                    if let reason = refusal(member, playbook, step, channel) {
                        reasons[key] = reason
                    } else {
                        let priority = [.protect: 0, .grow: 1, .base: 2][playbook.priority] ?? 9
                        let place = (isEscalation(playbook) ? 0 : 10) + priority
                        contenders.append((key, channel, (place, playbook.rank, playbook.id, position)))
                    }
                }
            }
            contenders.sort { $0.order < $1.order }
            let chosen = best(contenders.map { ($0.channel, $0.key.playbook) }, member)
            let escalation = contenders.indices.first { chosen[$0] && isEscalation(named: contenders[$0].key.playbook) }
            for (position, contender) in contenders.enumerated() {
                // What comes before it had its turn already.
                if let escalation, position > escalation,
                    !mayGo(contender.key.playbook, beside: contenders[escalation].key.playbook)
                {
                    reasons[contender.key] = .openCase
                    continue
                }
                let filled = earlier(member, contender.channel).count
                let full = filled >= (contender.channel.cap?.max ?? .max)
                reasons[contender.key] = chosen[position] ? .selected : full ? .frequencyCap : .displaced
            }
        }
        return reasons
    }

    private func refusal(
        _ member: String, _ playbook: Playbook, _ step: Playbook.Step, _ channel: Channel
    ) -> ReasonCode? {
        let words = world.consents.filter { $0.member == member }
        if latest(words.filter { $0.channel == "*" }) == false { return .neverContact }
        if let purpose = channel.consent {
            let own = words.filter { ($0.channel == channel.id || $0.channel == "*") && $0.purpose == purpose }
            if latest(own) != true { return .noConsent }
        }
        if let known = world.recipients[channel.id], known[member] != .usable { return .noRecipient }
        if let other = escalation(of: member), !mayGo(playbook.id, beside: other) { return .openCase }
        let own = openCase(member, playbook)
        if let own, world.asOf > dueDay(own, step).adding(days: 7) { return .tooLate }
        let entries = own == nil ? world.history.filter { $0.member == member && $0.playbook == playbook.id } : []
        if let period = playbook.oncePer, entries.contains(where: { period.after($0.day) > world.asOf }) {
            return .oncePer
        }
        if own == nil, isLater(step) { return .laterStep }
        let bucket = StableHash.ofMember(member, salt: "brand|\(playbook.id)|holdout") % 10_000
        if own?.isShadow ?? (bucket < UInt64(playbook.holdout)) { return .controlGroup }
        return step.requiresApproval ? .needsApproval : nil
    }

    // MARK: Cases

    private func isLater(_ step: Playbook.Step) -> Bool { step.after != nil || (step.level ?? 1) > 1 }

    private func isEscalation(_ playbook: Playbook) -> Bool { playbook.steps.contains { $0.level != nil } }

    private func isEscalation(named id: String) -> Bool { world.playbooks.contains { $0.id == id && isEscalation($0) } }

    /// Whether a playbook may be sent to a member in an escalation of another one.
    private func mayGo(_ playbook: String, beside other: String) -> Bool {
        playbook == other
            || world.playbooks.contains { $0.id == playbook && $0.sendsInCase && !isEscalation($0) }
    }

    /// A case ends two weeks after its last step; in these worlds no step was taken since the entry.
    private func openCase(_ member: String, _ playbook: Playbook) -> World.Open? {
        world.cases.first {
            $0.member == member && $0.playbook == playbook.id
                && ($0.next != nil || world.asOf.days(since: $0.opened) < 14)
        }
    }

    private func escalation(of member: String) -> String? {
        world.playbooks.first { playbook in
            isEscalation(playbook) && openCase(member, playbook).map { !$0.isShadow } ?? false
        }?.id
    }

    private func dueDay(_ open: World.Open, _ step: Playbook.Step) -> Day {
        open.opened.adding(days: max(1, step.after?.days ?? 0) + open.delay)
    }

    private func isCandidate(_ member: String, _ playbook: Playbook, _ step: Playbook.Step) -> Bool {
        guard let open = openCase(member, playbook) else {
            return world.matches.contains { $0.member == member && $0.playbook == playbook.id }
        }
        return open.next == step.id && dueDay(open, step) <= world.asOf
    }

    /// The word of the latest moment; nil for none; at one moment a withdrawal counts.
    private func latest(_ words: [World.Consent]) -> Bool? {
        guard let last = words.map(\.at).max() else { return nil }
        return words.filter { $0.at == last }.allSatisfy(\.granted)
    }

    private func earlier(_ member: String, _ channel: Channel) -> [World.Send] {
        guard let cap = channel.cap else { return [] }
        return world.history.filter {
            $0.member == member && $0.channel == channel.id && $0.fillsCap && world.asOf.days(since: $0.day) < cap.days
        }
    }

    /// Of all subsets of the contenders (best first) that keep every cap, the one that has the better candidate at
    /// the first difference.
    private func best(_ contenders: [(channel: Channel, playbook: String)], _ member: String) -> [Bool] {
        let count = contenders.count
        var best: [Bool] = Array(repeating: false, count: count)
        for subset in 0..<(1 << count) {
            let chosen = (0..<count).map { subset >> $0 & 1 == 1 }
            let keepsCaps = world.channels.allSatisfy { channel in
                guard let cap = channel.cap else { return true }
                let added = (0..<count).filter { chosen[$0] && contenders[$0].channel.id == channel.id }.count
                return added == 0 || earlier(member, channel).count + added <= cap.max
            }
            let escalation = (0..<count).first { chosen[$0] && isEscalation(named: contenders[$0].playbook) }
            let keepsPeace = (0..<count).allSatisfy { place in
                guard chosen[place], let escalation else { return true }
                return mayGo(contenders[place].playbook, beside: contenders[escalation].playbook)
            }
            guard keepsCaps, keepsPeace, let difference = (0..<count).first(where: { chosen[$0] != best[$0] }) else {
                continue
            }
            if chosen[difference] { best = chosen }
        }
        return best
    }
}

extension StableHash {
    /// The salt ended by a zero byte, then the member id as it is.
    static func ofMember(_ member: String, salt: String) -> UInt64 {
        var hash = StableHash()
        hash.update(salt)
        hash.update(byte: 0)
        hash.update(member)
        return hash.finalized()
    }
}
