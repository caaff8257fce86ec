extension Reference {
    struct Candidate {
        var key: Chronicle.Key
        var playbook: Chronicle.Playbook
        var step: Chronicle.Step
        /// Of the playbook's steps.
        var position: Int
        /// First and last day where it is the due step of a case.
        var ofCase: ReferenceCase?
        var wait: Waiting?
    }

    /// A member's candidates in a run: steps of playbooks that match, due steps of cases, and what a refresh deferred.
    func candidates(of member: String, in run: Chronicle.Run) -> [Candidate] {
        chronicle.playbooks.sorted { $0.id < $1.id }.flatMap { playbook -> [Candidate] in
            guard run.isDaily || !playbook.isDaily else { return [] }
            let own = cases.first { !$0.isOver && isSame($0.member, member) && $0.playbook == playbook.id }
            let waits = waits(of: member).filter { $0.key.playbook == playbook.id }
            let matches =
                playbook.isDaily == run.isDaily && !playbook.isPaused(on: run.day)
                && holds(playbook, for: member, on: run.day)
            return playbook.steps.enumerated().compactMap { position, step in
                var candidate = Candidate(
                    key: Chronicle.Key(member: member, playbook: playbook.id, step: step.id), playbook: playbook,
                    step: step, position: position)
                if let own, isDue(step, own, playbook, run) {
                    candidate.ofCase = own
                    return candidate
                }
                if run.isDaily, !playbook.isDaily, !playbook.isPaused(on: run.day) {
                    candidate.wait = waits.first { $0.key == candidate.key && isUp($0, step, on: run.day) }
                    return candidate.wait == nil ? nil : candidate
                }
                return own == nil && matches ? candidate : nil
            }
        }
    }

    private func holds(_ playbook: Chronicle.Playbook, for member: String, on day: Int) -> Bool {
        if let tier = playbook.tier, self.tier(of: member, on: day) != tier { return false }
        guard let days = playbook.silentFor else { return true }
        let last = life(of: member, until: day).last { $0.kind == .order }
        return last.map { day - $0.day >= days } ?? false
    }

    private func isUp(_ wait: Waiting, _ step: Chronicle.Step, on day: Int) -> Bool {
        min(wait.first, lastDay(wait, step) + 1) <= day
    }

    private func lastDay(_ wait: Waiting, _ step: Chronicle.Step) -> Int {
        PlainCalendar.later(wait.since, step.notAfter)
    }

    private func isDue(
        _ step: Chronicle.Step, _ own: ReferenceCase, _ playbook: Chronicle.Playbook, _ run: Chronicle.Run
    ) -> Bool {
        guard run.isDaily, !own.isPaused, let due = own.due(playbook), due.step.id == step.id else { return false }
        return due.first <= run.day
    }

    /// The case of a playbook with levels whose clock runs.
    func escalation(of member: String) -> ReferenceCase? {
        cases.first { one in
            guard isSame(one.member, member), !one.isOver, !one.isPaused else { return false }
            return (!one.isShadow || flaw == .shadowsInhibit)
                && (chronicle.playbook(one.playbook)?.isEscalation ?? false)
        }
    }

    // MARK: What looks at one candidate alone

    /// Nil where nothing stands against it but caps and budgets.
    func refusal(_ candidate: Candidate, on day: Int) -> String? {
        let (member, playbook, step) = (candidate.key.member, candidate.playbook, candidate.step)
        guard let channel = chronicle.channels.first(where: { $0.id == step.channel }) else { return nil }
        if isNeverContacted(member, through: channel.id, on: day) { return "never-contact" }
        if channel.needsConsent, word(of: member, on: [channel.id, "*"], day) != true { return "no-consent" }
        if channel.unknown.contains(member) { return "no-recipient" }
        if let other = escalation(of: member), other.playbook != playbook.id, !mayGoBeside(playbook) {
            return "open-case"
        }
        let last = lastDay(of: candidate, on: day)
        if day > last { return "too-late" }
        if candidate.ofCase == nil, candidate.wait == nil, hasEntered(member, playbook, on: day) { return "once-per" }
        let group = group(of: member, in: playbook.id)
        let shares = playbook.shares(on: day)
        if group == nil, draw("\(playbook.id)|pilot", member) >= shares.pilot { return "outside-pilot" }
        if candidate.ofCase == nil, step.isLater { return "later-step" }
        if isQuiet(step, member, on: day, last: last) { return "quiet-hours" }
        if self.group(of: member, in: "*")?.isControl ?? (draw("*|holdout", member) < chronicle.programmeControl) {
            return "programme-control"
        }
        let isDrawn = draw("\(playbook.id)|holdout", member) < shares.holdout
        let isKnown = flaw == .groupsAreDrawnAnew ? nil : group?.isControl
        if isKnown ?? (isDrawn || candidate.ofCase?.isShadow == true) { return "control-group" }
        return step.needsApproval && !isApproved(candidate.key, on: day) ? "needs-approval" : nil
    }

    private func lastDay(of candidate: Candidate, on day: Int) -> Int {
        if let due = candidate.ofCase?.due(candidate.playbook) { return due.last }
        if let wait = candidate.wait {
            return flaw == .waitingNeverExpires ? day + 1 : lastDay(wait, candidate.step)
        }
        return PlainCalendar.later(day, candidate.step.notAfter)
    }

    func mayGoBeside(_ playbook: Chronicle.Playbook) -> Bool { playbook.sendsInCase && !playbook.isEscalation }

    private func draw(_ salt: String, _ member: String, of count: Int = 10_000) -> Int {
        Int(SipHash.hash(Array("\(Chronicle.brand)|\(salt)".utf8) + [0] + Array(member.utf8)) % UInt64(count))
    }

    /// The arm that a member has or, where it is in no group yet, would get.
    func arm(of member: String, in playbook: Chronicle.Playbook, on day: Int) -> String? {
        let weights = playbook.shares(on: day).weights
        if let group = group(of: member, in: playbook.id), flaw != .armsAreDrawnAnew {
            return group.arm.flatMap { Chronicle.Shares.arms.prefix(weights.count).contains($0) ? $0 : nil }
        }
        // As many lots as the weights say, in the order of the arms.
        let lots = zip(Chronicle.Shares.arms, weights).flatMap { arm, weight in Array(repeating: arm, count: weight) }
        return lots.isEmpty ? nil : lots[draw("\(playbook.id)|arm", member, of: lots.count)]
    }

    private func hasEntered(_ member: String, _ playbook: Chronicle.Playbook, on day: Int) -> Bool {
        guard let period = playbook.oncePer else { return false }
        return sent.contains { one in
            guard isTheSame(one.key.member, member), one.key.playbook == playbook.id,
                !one.step.isLater || flaw == .laterStepsAreEntries, !one.isShadow || flaw != .shadowsStartNoClock
            else { return false }
            let isFlawed = flaw == .monthsHaveThirtyDays
            return (isFlawed ? one.day + 30 * period.months + period.days : PlainCalendar.later(one.day, period)) > day
        }
    }

    private func isOf(_ one: Chronicle.Key, _ other: Chronicle.Key) -> Bool {
        isSame(one.member, other.member) && one.playbook == other.playbook && one.step == other.step
    }

    /// For thirty days, until it is sent.
    private func isApproved(_ key: Chronicle.Key, on day: Int) -> Bool {
        approvals.contains { word in
            isOf(word.key, key) && word.day > day - 30
                && !sent.contains { isOf($0.key, key) && !$0.isShadow && $0.day >= word.day }
        }
    }

    // MARK: Consent

    private func isNeverContacted(_ member: String, through channel: String, on day: Int) -> Bool {
        if word(of: member, on: ["*"], day) == false { return true }
        return ["*", channel].contains { place in
            let listings = life(of: member, until: day).filter {
                $0.kind == .suppress(place) || $0.kind == .lift(place)
            }
            let last = listings.filter { $0.day == listings.last?.day }
            return last.contains { $0.kind == .suppress(place) }
        }
    }

    /// The last word on some channels; nil for none.
    ///
    /// Of several on one day a withdrawal counts.
    private func word(of member: String, on channels: [String], _ day: Int) -> Bool? {
        let words = life(of: member, until: day).filter { event in
            channels.contains { event.kind == .grant($0) || event.kind == .withdraw($0) }
        }
        guard let last = words.last?.day else { return nil }
        let isWithdrawn = words.contains { word in
            word.day == last && channels.contains { word.kind == .withdraw($0) }
        }
        let isGranted = words.contains { word in word.day == last && channels.contains { word.kind == .grant($0) } }
        return flaw == .grantsBeatWithdrawals ? isGranted : !isWithdrawn
    }
}
