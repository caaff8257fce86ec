extension Reference {
    /// What a run decides about a member, of whose steps the budgets refuse some.
    func rulings(
        of member: String, _ run: Chronicle.Run, refused: Set<Chronicle.Key>
    ) -> [Chronicle.Key: Ruling] {
        let candidates = candidates(of: member, in: run)
        var rulings: [Chronicle.Key: Ruling] = [:]
        var contenders: [Candidate] = []
        for candidate in candidates {
            if let reason = refusal(candidate, on: run.day) {
                rulings[candidate.key] = Ruling(reason)
            } else if refused.contains(candidate.key) {
                rulings[candidate.key] = Ruling("budget")
            } else {
                contenders.append(candidate)
            }
        }
        contenders.sort { order($0) < order($1) }
        var walk = Walk(today: [])
        for candidate in contenders { rulings[candidate.key] = place(candidate, &walk, run.day) }
        for candidate in candidates {
            guard let ruling = rulings[candidate.key] else { continue }
            let arm = arm(of: member, in: candidate.playbook, on: run.day)
            rulings[candidate.key] = Ruling(ruling.reason, until: ruling.until, arm: arm)
        }
        let settled = rulings
        for candidate in candidates where settled[candidate.key]?.reason == "later-step" {
            rulings[candidate.key]?.until = laterDay(candidate, run, settled)
        }
        return rulings
    }

    /// A later step has a day where its member enters.
    private func laterDay(
        _ candidate: Candidate, _ run: Chronicle.Run, _ rulings: [Chronicle.Key: Ruling]
    ) -> Int? {
        let hasEntered = rulings.contains { key, ruling in
            key.playbook == candidate.playbook.id && ["selected", "control-group"].contains(ruling.reason)
        }
        guard hasEntered, let after = candidate.step.after else { return nil }
        return PlainCalendar.later(run.day, after)
    }

    // MARK: Places under the caps

    /// What a member is sent today, so far.
    private struct Walk {
        var today: [Candidate]
        var escalation: String? { today.last { $0.playbook.isEscalation }?.playbook.id }
    }

    /// Escalations first, then what heeds no cap; then priority, rank, id and step.
    private func order(_ candidate: Candidate) -> (Int, Int, Int, Int, String, Int) {
        let playbook = candidate.playbook
        let isFree = !caps.contains { heeds($0, candidate) }
        return (
            playbook.isEscalation ? 0 : 1, isFree ? 0 : 1, playbook.priority, playbook.rank, playbook.id,
            candidate.position
        )
    }

    private func place(_ candidate: Candidate, _ walk: inout Walk, _ day: Int) -> Ruling {
        if let other = walk.escalation, other != candidate.playbook.id, !mayGoBeside(candidate.playbook) {
            return Ruling("open-case")
        }
        let full = caps.filter { heeds($0, candidate) && !hasPlace($0, candidate.key.member, walk.today, day, on: day) }
        guard !full.isEmpty else {
            walk.today.append(candidate)
            return Ruling("selected")
        }
        let isDisplaced = full.contains { cap in walk.today.contains { counts(cap, $0) } }
        // The first later day on which each of them has a place, if nothing else is sent.
        let days = full.map { cap in
            cap.max == 0
                ? nil
                : (1...400).first { hasPlace(cap, candidate.key.member, walk.today, day, on: day + $0) }.map {
                    day + $0
                }
        }
        let until = days.contains(nil) ? nil : days.compactMap(\.self).max()
        return Ruling(isDisplaced ? "displaced" : "frequency-cap", until: until)
    }

    /// The programme's caps, and those of channels under their names.
    private var caps: [Chronicle.Cap] { chronicle.caps + chronicle.channels.compactMap(\.cap) }

    private func isAbout(_ cap: Chronicle.Cap, _ step: Chronicle.Step) -> Bool {
        (cap.channels.isEmpty || cap.channels.contains(step.channel))
            && (cap.tags.isEmpty || step.tags.contains { cap.tags.contains($0) })
    }

    private func heeds(_ cap: Chronicle.Cap, _ candidate: Candidate) -> Bool {
        isAbout(cap, candidate.step) && (candidate.playbook.heeds?.contains(cap.id) ?? true)
    }

    private func counts(_ cap: Chronicle.Cap, _ candidate: Candidate) -> Bool {
        isAbout(cap, candidate.step) && (candidate.playbook.counts?.contains(cap.id) ?? true)
    }

    /// Whether one more send on a day, today or later, keeps a cap.
    private func hasPlace(
        _ cap: Chronicle.Cap, _ member: String, _ today: [Candidate], _ now: Int, on day: Int
    ) -> Bool {
        let earlier = sent.filter { one in
            isTheSame(one.key.member, member) && !one.isShadow && (one.arrived || flaw == .bouncedSendsFillCaps)
                && isAbout(cap, one.step) && (one.counts?.contains(cap.id) ?? true)
                && isIn(cap.window, one.day, of: day)
        }
        let new = today.filter { counts(cap, $0) && isIn(cap.window, now, of: day) }
        return earlier.count + new.count < cap.max
    }

    /// Whether what one got counts for the other.
    func isTheSame(_ one: String, _ other: String) -> Bool {
        flaw == .whatTheOtherGotDoesNotCount ? one == other : isSame(one, other)
    }

    func isIn(_ window: Chronicle.Window, _ day: Int, of last: Int) -> Bool {
        switch window {
        case .days(let days): return last - day < days + (flaw == .rollingWindowsAreADayLonger ? 1 : 0)
        case .months(let months):
            let length = flaw == .quartersAreMonths ? 1 : months
            return PlainCalendar.block(day, months: length) == PlainCalendar.block(last, months: length)
        }
    }
}
