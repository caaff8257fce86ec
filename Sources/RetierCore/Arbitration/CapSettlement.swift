/// Gives the places under the channels' rolling caps to a member's contenders: priority, rank, playbook id, step.
///
/// Escalations come first, and one that begins keeps everything else from its member.
struct CapSettlement {
    private let rules: RuleBook
    private let arbitration: Arbitration
    private var dayTexts: DayTexts
    /// Contenders of the member at hand, best first.
    private var queue: [Int] = []
    /// Places left in each channel; -1 until looked up.
    private var places: [Int]

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
        dayTexts = DayTexts(around: arbitration.asOf)
        places = Array(repeating: -1, count: rules.channels.count)
    }

    /// Decides anew for one member, leaving alone what a budget has refused.
    mutating func settle(row: Int, range: Range<Int>, board: inout Board) {
        fillQueue(range, board)
        guard !queue.isEmpty else { return }
        for index in places.indices { places[index] = -1 }
        var escalation: UInt16?
        for index in queue {
            let candidate = board.candidates[index]
            if let escalation, candidate.playbook != escalation, !rules.playbooks[Int(candidate.playbook)].sendsInCase {
                board.reasons[index] = .openCase
                continue
            }
            defer {
                if board.reasons[index] == .selected, rules.playbooks[Int(candidate.playbook)].isEscalation {
                    escalation = candidate.playbook
                }
            }
            let channel = channel(of: candidate)
            guard let cap = rules.channels[channel].cap else {
                board.reasons[index] = .selected
                continue
            }
            if places[channel] < 0 {
                places[channel] = max(0, cap.max - earlierSends(row: row, channel: channel).count)
            }
            if places[channel] > 0 {
                places[channel] -= 1
                board.reasons[index] = .selected
            } else {
                board.reasons[index] = .displaced
            }
        }
    }

    /// Names what stood in the way of each contender of a member without a place, once all places are final.
    mutating func explain(range: Range<Int>, board: inout Board) {
        func lost(_ index: Int) -> Bool {
            board.contends[index] && (board.reasons[index] == .displaced || board.reasons[index] == .openCase)
        }
        guard range.contains(where: lost) else { return }
        fillQueue(range, board)
        let escalation = queue.first {
            board.reasons[$0] == .selected && rules.playbooks[Int(board.candidates[$0].playbook)].isEscalation
        }
        for index in queue where lost(index) {
            if board.reasons[index] == .displaced {
                explain(index, &board)
            } else if let escalation {
                let id = arbitration.playbooks[Int(board.candidates[escalation].playbook)].id
                board.close(index, .openCase, [Verdict.Evidence("by", id)])
            }
        }
    }

    private mutating func explain(_ index: Int, _ board: inout Board) {
        let candidate = board.candidates[index]
        let channel = channel(of: candidate)
        let rule = rules.channels[channel]
        guard let cap = rule.cap else { return }
        let earlier = earlierSends(row: Int(candidate.row), channel: channel)
        let winners = queue.filter {
            board.reasons[$0] == .selected && self.channel(of: board.candidates[$0]) == channel
        }
        var evidence = rule.capEvidence
        for winner in winners {
            evidence.append(Verdict.Evidence("by", arbitration.playbooks[Int(board.candidates[winner].playbook)].id))
        }
        for send in earlier {
            let id = arbitration.history.texts[Int(send.playbook)]
            evidence.append(Verdict.Evidence("sent", dayTexts[send.day] + " " + id))
        }
        let days = earlier.map(\.day) + winners.map { _ in arbitration.asOf }
        let until = CapSettlement.firstFreeDay(cap: cap, sends: days.sorted())
        board.close(index, winners.isEmpty ? .frequencyCap : .displaced, evidence, until: until)
    }

    /// The first day on which one more send keeps the cap; nil where the cap allows none ever.
    static func firstFreeDay(cap: FrequencyCap, sends: [Day]) -> Day? {
        guard cap.max > 0, sends.count >= cap.max else { return nil }
        return sends[sends.count - cap.max].adding(days: cap.days)
    }

    private mutating func fillQueue(_ range: Range<Int>, _ board: Board) {
        queue.removeAll(keepingCapacity: true)
        for index in range where board.contends[index] && board.reasons[index] != .budget {
            // Insertion into a short sorted list: a member has a handful of contenders.
            let order = order(of: board.candidates[index])
            var place = queue.count
            while place > 0, order < self.order(of: board.candidates[queue[place - 1]]) { place -= 1 }
            queue.insert(index, at: place)
        }
    }

    private func order(of candidate: Candidate) -> Int {
        let playbook = rules.playbooks[Int(candidate.playbook)]
        return (playbook.isEscalation ? 0 : 1) << 40 | playbook.order << 16 | Int(candidate.step)
    }

    private func channel(of candidate: Candidate) -> Int {
        rules.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)].channel
    }

    /// The sends of earlier runs that the channel's cap counts on the as-of day, oldest first.
    private func earlierSends(row: Int, channel: Int) -> [SendHistory.Item] {
        let rule = rules.channels[channel]
        guard let id = rule.inHistory, !arbitration.history[row].isEmpty else { return [] }
        return arbitration.history[row].filter { $0.channel == id && $0.fillsCap && $0.day >= rule.windowStart }
    }
}
