import RetierCore

/// The rules once more, as plainly as they read: named data, no preparation, and the caps by trying all subsets.
struct Oracle {
    let world: World

    /// The reason of each candidate; budgets are not part of it.
    func reasons() -> [World.Key: ReasonCode] {
        var reasons: [World.Key: ReasonCode] = [:]
        for member in world.members.keys {
            var contenders: [Contender] = []
            for playbook in world.playbooks {
                for (position, step) in playbook.steps.enumerated() {
                    guard isCandidate(member, playbook, step) else { continue }
                    guard let channel = world.channels.first(where: { $0.id == step.via }) else { continue }
                    let key = World.Key(member: member, playbook: playbook.id, step: step.id)
                    if let reason = refusal(member, playbook, step, channel) {
                        reasons[key] = reason
                    } else {
                        contenders.append(Contender(key: key, playbook: playbook, step: step, position: position))
                    }
                }
            }
            contenders.sort { order($0) < order($1) }
            let chosen = best(contenders, member)
            var walk = Walk(used: caps.map { earlier($0, member) })
            for (position, contender) in contenders.enumerated() {
                let full = blocking(contender, walk)
                if let other = walk.escalation, !mayGo(contender.playbook.id, beside: other) {
                    reasons[contender.key] = .openCase
                } else if chosen[position] {
                    reasons[contender.key] = .selected
                    go(contender, &walk)
                } else {
                    let isDisplaced = full.contains { walk.used[$0] > earlier(caps[$0], member) }
                    reasons[contender.key] = isDisplaced ? .displaced : .frequencyCap
                }
            }
        }
        return reasons
    }

    private func refusal(
        _ member: String, _ playbook: Playbook, _ step: Playbook.Step, _ channel: Channel
    ) -> ReasonCode? {
        let words = world.consents.filter { $0.member == member }
        let consents = words.filter { !$0.purpose.hasPrefix("suppression:") }
        if latest(consents.filter { $0.channel == "*" }) == false { return .neverContact }
        for list in ["suppression:x", "suppression:y"] {
            for place in ["*", channel.id]
            where latest(words.filter { $0.channel == place && $0.purpose == list }) == false {
                return .neverContact
            }
        }
        if let purpose = channel.consent {
            let own = consents.filter { ($0.channel == channel.id || $0.channel == "*") && $0.purpose == purpose }
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
        func bucket(_ salt: String) -> UInt64 { StableHash.ofMember(member, salt: "brand|\(salt)") % 10_000 }
        let known = world.assigned.first { $0.member == member && $0.experiment == playbook.id }
        if known == nil, bucket("\(playbook.id)|pilot") >= UInt64(playbook.shares.pilot) { return .outsidePilot }
        if own == nil, isLater(step) { return .laterStep }
        let last = (own.map { dueDay($0, step) } ?? world.asOf).adding(days: 7)
        if !mayLeave(member, step, by: last) { return .quietHours }
        let ofProgramme = world.assigned.first { $0.member == member && $0.experiment == "*" }
        if ofProgramme?.isControl ?? (bucket("*|holdout") < UInt64(world.programmeControl)) { return .programmeControl }
        let isDrawn = bucket("\(playbook.id)|holdout") < UInt64(playbook.shares.holdout)
        if known?.isControl ?? (own?.isShadow == true || isDrawn) { return .controlGroup }
        return step.requiresApproval ? .needsApproval : nil
    }

    // MARK: Quiet hours

    /// Whether a step leaves at once, or at one of the next hours of the days up to the last.
    private func mayLeave(_ member: String, _ step: Playbook.Step, by last: Day) -> Bool {
        guard !step.ignoresQuietHours else { return true }
        let windows = world.quietWindows.filter { $0.channels.isEmpty || $0.channels.contains(step.via) }
        let offset = Int(world.zones[member]?.zone.offsets[0] ?? 0)
        // Hours since 1970 on the member's wall.
        var hour = (Int(world.moment.seconds) + offset) / 3_600
        if windows.contains(where: { $0.policy == .drop && isQuiet($0, hour) }) { return false }
        if !windows.contains(where: { isQuiet($0, hour) }) { return true }
        while hour / 24 <= Int(last.number), windows.contains(where: { isQuiet($0, hour) }) { hour += 1 }
        return hour / 24 <= Int(last.number)
    }

    private func isQuiet(_ window: QuietWindow, _ hour: Int) -> Bool {
        func isAbout(_ day: Int) -> Bool {
            window.dates.isEmpty || window.dates.contains { $0.contains(Day(number: Int32(day))) }
        }
        let (day, time) = (hour / 24, hour % 24 * 60)
        guard let hours = window.hours else { return isAbout(day) }
        if hours.from < hours.to { return hours.from <= time && time < hours.to && isAbout(day) }
        return hours.from <= time && isAbout(day) || time < hours.to && isAbout(day - 1)
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

    // MARK: Caps

    private struct Contender {
        var key: World.Key
        var playbook: Playbook
        var step: Playbook.Step
        var position: Int
    }

    /// How far the sends of a member have come.
    private struct Walk {
        /// By cap.
        var used: [Int]
        /// The playbook of an escalation that begins or goes on.
        var escalation: String?
    }

    /// The programme's, and those of the channels under their names.
    var caps: [FrequencyCap] {
        world.caps
            + world.channels.compactMap { channel in
                channel.cap.map {
                    FrequencyCap(id: channel.id, max: $0.max, window: $0.window, channels: [channel.id])
                }
            }
    }

    private func isAbout(_ cap: FrequencyCap, _ channel: String, _ tags: [String]) -> Bool {
        let isOfChannel = cap.channels.isEmpty || Set(cap.channels).contains(channel)
        return isOfChannel && (cap.tags.isEmpty || !Set(cap.tags).isDisjoint(with: tags))
    }

    func heeds(_ cap: FrequencyCap, _ playbook: Playbook, _ step: Playbook.Step) -> Bool {
        isAbout(cap, step.via, step.tags) && playbook.heedsCaps.contains(cap.id)
    }

    func counts(_ cap: FrequencyCap, _ playbook: Playbook, _ step: Playbook.Step) -> Bool {
        isAbout(cap, step.via, step.tags) && playbook.countsToCaps.contains(cap.id)
    }

    /// The sends of earlier runs in the window that ends today, or in today's month, quarter, ...
    func earlier(_ cap: FrequencyCap, _ member: String) -> Int {
        world.history.count { send in
            guard send.member == member, send.fillsCap, isAbout(cap, send.channel, send.marks.tags),
                send.marks.counts.contains(cap.id)
            else { return false }
            switch cap.window {
            case .rolling(let days): return world.asOf.days(since: send.day) < days
            case .calendar(let period):
                let (then, now) = (send.day.components, world.asOf.components)
                return then.year == now.year && (then.month - 1) / period.months == (now.month - 1) / period.months
            }
        }
    }

    /// What heeds no cap comes before what does, escalations before both.
    private func order(_ contender: Contender) -> (Int, Int, Int, Int, String, Int) {
        let playbook = contender.playbook
        let isFree = !caps.contains { heeds($0, playbook, contender.step) }
        let priority = [.protect: 0, .grow: 1, .base: 2][playbook.priority] ?? 9
        return (
            isEscalation(playbook) ? 0 : 1, isFree ? 0 : 1, priority, playbook.rank, playbook.id, contender.position
        )
    }

    /// The caps that are full at a contender's turn, of those that it heeds.
    private func blocking(_ contender: Contender, _ walk: Walk) -> [Int] {
        caps.indices.filter { heeds(caps[$0], contender.playbook, contender.step) && walk.used[$0] >= caps[$0].max }
    }

    private func go(_ contender: Contender, _ walk: inout Walk) {
        for (position, cap) in caps.enumerated() where counts(cap, contender.playbook, contender.step) {
            walk.used[position] += 1
        }
        if isEscalation(contender.playbook) { walk.escalation = contender.playbook.id }
    }

    /// Of all subsets of the contenders (best first) that keep every cap and every escalation's peace, the one that has
    /// the better candidate at the first difference.
    private func best(_ contenders: [Contender], _ member: String) -> [Bool] {
        let count = contenders.count
        let start = Walk(used: caps.map { earlier($0, member) })
        var best: [Bool] = Array(repeating: false, count: count)
        for subset in 0..<(1 << count) {
            let chosen = (0..<count).map { subset >> $0 & 1 == 1 }
            var walk = start
            let isAllowed = (0..<count).filter { chosen[$0] }.allSatisfy { place in
                let contender = contenders[place]
                if let other = walk.escalation, !mayGo(contender.playbook.id, beside: other) { return false }
                guard blocking(contender, walk).isEmpty else { return false }
                go(contender, &walk)
                return true
            }
            guard isAllowed, let difference = (0..<count).first(where: { chosen[$0] != best[$0] }) else { continue }
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
