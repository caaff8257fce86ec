import RetierCore

/// The rules once more, as plainly as they read: named data, no preparation, and the caps by trying all subsets.
struct Oracle {
    let world: World

    /// The reason of each candidate; budgets are not part of it.
    func reasons() -> [World.Key: ReasonCode] {
        var reasons: [World.Key: ReasonCode] = [:]
        for member in world.members.keys {
            var contenders: [(key: World.Key, channel: Channel, order: (Int, Int, String, Int))] = []
            for match in world.matches where match.member == member {
                guard let playbook = world.playbooks.first(where: { $0.id == match.playbook }) else { continue }
                for (position, step) in playbook.steps.enumerated() {
                    guard let channel = world.channels.first(where: { $0.id == step.via }) else { continue }
                    let key = World.Key(member: member, playbook: playbook.id, step: step.id)
                    if let reason = refusal(member, playbook, step, channel) {
                        reasons[key] = reason
                    } else {
                        let priority = [.protect: 0, .grow: 1, .base: 2][playbook.priority] ?? 9
                        contenders.append((key, channel, (priority, playbook.rank, playbook.id, position)))
                    }
                }
            }
            contenders.sort { $0.order < $1.order }
            let chosen = best(contenders.map(\.channel), member)
            for (position, contender) in contenders.enumerated() {
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
        let entries = world.history.filter { $0.member == member && $0.playbook == playbook.id }
        if let period = playbook.oncePer, entries.contains(where: { period.after($0.day) > world.asOf }) {
            return .oncePer
        }
        let bucket = StableHash.ofMember(member, salt: "brand|\(playbook.id)|holdout") % 10_000
        if bucket < UInt64(playbook.holdout) { return .controlGroup }
        if step.after != nil || (step.level ?? 1) > 1 { return .laterStep }
        return step.requiresApproval ? .needsApproval : nil
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
    private func best(_ channels: [Channel], _ member: String) -> [Bool] {
        let count = channels.count
        var best: [Bool] = Array(repeating: false, count: count)
        for subset in 0..<(1 << count) {
            let chosen = (0..<count).map { subset >> $0 & 1 == 1 }
            let keepsCaps = world.channels.allSatisfy { channel in
                guard let cap = channel.cap else { return true }
                let added = (0..<count).filter { chosen[$0] && channels[$0].id == channel.id }.count
                return added == 0 || earlier(member, channel).count + added <= cap.max
            }
            guard keepsCaps, let difference = (0..<count).first(where: { chosen[$0] != best[$0] }) else { continue }
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
