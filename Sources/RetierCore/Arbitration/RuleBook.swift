/// Playbooks and channels as arrays of numbers, prepared once a run so that the loops over candidates look up nothing
/// by text.
struct RuleBook: Sendable {
    struct OptionRule: Sendable {
        var cost: Int64
        /// Basis points of the members who get it.
        var response: Int
        /// Tags of members whom it suits.
        var suits: UInt64
    }

    struct StepRule: Sendable {
        /// Position in the channels.
        var channel: Int
        /// What members are given one of; the step itself where it has no options.
        var options: [OptionRule]
        var chooses: Bool
        /// Whether it waits for the clock of its case, with the grounds and the day that it waits for at least.
        var isLater: Bool
        var later: [Verdict.Ground]
        var laterUntil: Day?
        /// The grounds where the member has not entered after all.
        var notEntered: [Verdict.Ground]
        var requiresApproval: Bool
        /// The caps that must have a place for it, and those in which it takes one.
        var heeds: UInt64
        var counts: UInt64
        /// How long after its day it may still leave.
        var notAfter: CalendarPeriod
        /// Position in `quietSets`; nil where it keeps no windows.
        var quietSet: Int?
    }

    struct PlaybookRule: Sendable {
        var steps: [StepRule]
        /// Earlier is better: priority, rank, id.
        var order: Int
        /// Earlier is better.
        var priority: UInt8
        var experiment: ExperimentRule
        /// What evidence says where the playbook is the reason.
        var outsidePilot: [Verdict.Ground]
        var inControl: [Verdict.Ground]
        var oncePerFact: Verdict.Ground
        var by: Verdict.Ground
        var oncePer: CalendarPeriod?
        /// The playbook's position in the history's texts, or nil where it was never sent.
        var inHistory: UInt16?
        /// The positions in the history's texts of steps that are no entries.
        var laterSteps: [UInt16]
        var isEscalation: Bool
        /// Whether it may be sent to a member in another playbook's escalation.
        var sendsInCase: Bool
    }

    struct ChannelRule: Sendable {
        var consentPurpose: String?
        /// Positions in the consent table's texts; nil where no member mentions them.
        var consentChannel: UInt16?
        var purpose: UInt16?
        var noConsent: [Verdict.Ground]
        /// Nil where the receiver asks for no id of its own.
        var recipients: RecipientTable.Source?
    }

    let playbooks: [PlaybookRule]
    /// The control group of the whole programme.
    let programme: ExperimentRule
    let programmeControl: [Verdict.Ground]
    let channels: [ChannelRule]
    let caps: CapRules
    /// The sets of quiet windows that steps keep.
    let quietSets: [[QuietWindow]]
    /// The position of channel `*` in the consent table's texts.
    let everyChannel: UInt16?

    init(_ arbitration: Arbitration) {
        let historyTexts = arbitration.history.texts
        func inHistory(_ id: String) -> UInt16? { historyTexts.firstIndex(of: id).map(UInt16.init) }
        let caps = CapRules(arbitration)
        self.caps = caps
        let consents = arbitration.consents
        everyChannel = consents.position(of: ConsentTable.everyChannel)
        channels = arbitration.channels.map { channel in
            RuleBook.channelRule(channel, in: arbitration)
        }
        let places = RuleBook.places(of: arbitration.playbooks)
        programme = arbitration.programmeRule
        programmeControl = [.fact("control_bp", String(arbitration.programmeControl))]
        let experiments = arbitration.experimentRules
        let quietSets = RuleBook.quietSets(of: arbitration)
        self.quietSets = quietSets
        playbooks = arbitration.playbooks.enumerated().map { position, playbook in
            PlaybookRule(
                steps: playbook.steps.map {
                    RuleBook.stepRule($0, of: playbook, in: arbitration, caps.caps, quietSets)
                },
                order: places[position],
                priority: playbook.priority.place,
                experiment: experiments[position],
                outsidePilot: [.fact("pilot_bp", String(playbook.shares.pilot))],
                inControl: [.fact("holdout_bp", String(playbook.shares.holdout))],
                oncePerFact: .fact("once_per", playbook.oncePer?.description ?? ""), by: .fact("by", playbook.id),
                oncePer: playbook.oncePer, inHistory: inHistory(playbook.id),
                laterSteps: playbook.steps.filter(\.isLater).compactMap { inHistory($0.id) },
                isEscalation: playbook.isEscalation, sendsInCase: playbook.sendsInCase && !playbook.isEscalation)
        }
    }

    private static func channelRule(_ channel: Channel, in arbitration: Arbitration) -> ChannelRule {
        let consents = arbitration.consents
        return ChannelRule(
            consentPurpose: channel.consent, consentChannel: consents.position(of: channel.id),
            purpose: channel.consent.flatMap(consents.position(of:)),
            noConsent: [
                .facts([
                    Verdict.Evidence("channel", channel.id), Verdict.Evidence("purpose", channel.consent ?? ""),
                ])
            ],
            recipients: arbitration.recipients[channel.id])
    }

    private static func stepRule(
        _ step: Playbook.Step, of playbook: Playbook, in arbitration: Arbitration, _ caps: [FrequencyCap],
        _ quietSets: [[QuietWindow]]
    ) -> StepRule {
        guard let channel = arbitration.channels.firstIndex(where: { $0.id == step.via }) else {
            preconditionFailure("playbook \(playbook.id) names the unknown channel \(step.via)")
        }
        func bits(_ selection: CapSelection) -> UInt64 {
            CapRules.bits(of: caps, channel: step.via, SendMarks(tags: step.tags, counts: selection))
        }
        var later: [Verdict.Evidence] = []
        if let level = step.level { later.append(Verdict.Evidence("level", String(level))) }
        if let after = step.after { later.append(Verdict.Evidence("after", after.description)) }
        return StepRule(
            channel: channel,
            options: step.variants.indices.map { RuleBook.optionRule($0, of: step, arbitration.tagIDs) },
            chooses: !step.options.isEmpty, isLater: step.isLater,
            later: later.isEmpty ? [] : [.facts(later)],
            laterUntil: step.after.map { $0.after(arbitration.asOf) },
            notEntered: [.facts(later + [Verdict.Evidence("waits_for", "entry")])],
            requiresApproval: step.requiresApproval, heeds: bits(playbook.heedsCaps),
            counts: bits(playbook.countsToCaps), notAfter: step.notAfter,
            quietSet: quietSets.firstIndex(of: arbitration.quiet.windows(of: step)))
    }

    private static func quietSets(of arbitration: Arbitration) -> [[QuietWindow]] {
        var sets: [[QuietWindow]] = []
        for step in arbitration.playbooks.flatMap(\.steps) {
            let windows = arbitration.quiet.windows(of: step)
            if !windows.isEmpty, !sets.contains(windows) { sets.append(windows) }
        }
        return sets
    }

    private static func optionRule(_ position: Int, of step: Playbook.Step, _ tagIDs: [String]) -> OptionRule {
        let variant = step.variants[position]
        let suits = step.options.isEmpty ? [] : step.options[position].suits
        return OptionRule(
            cost: variant.cost.minorUnits, response: variant.response,
            suits: suits.reduce(0) { bits, tag in
                tagIDs.firstIndex(of: tag).map { bits | 1 << UInt64($0) } ?? bits
            })
    }

    /// The place of each playbook in the order of priority, rank and id.
    private static func places(of playbooks: [Playbook]) -> [Int] {
        let sorted = playbooks.indices.sorted { left, right in
            let (first, second) = (playbooks[left], playbooks[right])
            if first.priority != second.priority {
                return first.priority.place < second.priority.place
            }
            if first.rank != second.rank { return first.rank < second.rank }
            return first.id.utf8.lexicographicallyPrecedes(second.id.utf8)
        }
        var places = [Int](repeating: 0, count: playbooks.count)
        for (place, position) in sorted.enumerated() { places[position] = place }
        return places
    }
}

extension Playbook.Priority {
    /// Earlier is better.
    fileprivate var place: UInt8 { UInt8(Playbook.Priority.allCases.firstIndex(of: self) ?? 0) }
}
