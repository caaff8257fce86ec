/// Gives the places under the frequency caps to a member's contenders: priority, rank, playbook id, step.
///
/// Escalations come first, and one that begins keeps everything else from its member; then what heeds no cap, which is
/// sent in any case and may count.
struct CapSettlement {
    private let rules: RuleBook
    private let arbitration: Arbitration
    private var sends = SendFacts()
    /// Contenders of the member at hand, best first.
    private var queue: [Int] = []
    private var counts: CapCounts

    init(rules: RuleBook, arbitration: Arbitration) {
        self.rules = rules
        self.arbitration = arbitration
        counts = CapCounts(rules.caps)
    }

    /// Decides anew for one member, leaving alone what a budget has refused.
    mutating func settle(row: Int, range: Range<Int>, board: inout Board) {
        fillQueue(range, board)
        guard !queue.isEmpty else { return }
        fillCaps(row: row, board)
        var escalation: UInt16?
        for index in queue {
            let candidate = board.candidates[index]
            let playbook = rules.playbooks[Int(candidate.playbook)]
            if let escalation, candidate.playbook != escalation, !playbook.sendsInCase {
                board.reasons[index] = .openCase
                continue
            }
            let step = playbook.steps[Int(candidate.step)]
            guard step.heeds & counts.full == 0 else {
                board.reasons[index] = .displaced
                continue
            }
            board.reasons[index] = .selected
            counts.add(step.counts, rules.caps)
            if playbook.isEscalation { escalation = candidate.playbook }
        }
    }

    /// Names what stood in the way of each contender of a member without a place, once all places are final.
    mutating func explain(range: Range<Int>, board: inout Board) {
        func lost(_ index: Int) -> Bool {
            board.contends[index] && (board.reasons[index] == .displaced || board.reasons[index] == .openCase)
        }
        guard range.contains(where: lost) else { return }
        fillQueue(range, board)
        fillCaps(row: Int(board.candidates[range.lowerBound].row), board)
        var winners = Winners()
        for index in queue {
            switch board.reasons[index] {
            case .selected: add(board.candidates[index], &winners)
            case .openCase: board.close(index, .openCase, winners.escalationBegun(in: rules))
            default:
                let refusal = refusal(of: board.candidates[index], winners)
                board.close(index, refusal.reason, refusal.grounds, until: refusal.until)
            }
        }
    }

    /// What stands against a candidate at its turn among a member's sends of the run, whether or not it contends: an
    /// escalation that begins, and caps that are full.
    ///
    /// - Parameter range: the member's candidates, whose places are final; may be empty.
    mutating func findings(of candidate: Candidate, range: Range<Int>, board: Board) -> [Inquiry.Finding] {
        fillQueue(range, board)
        countHistory(row: Int(candidate.row))
        var winners = Winners()
        for index in queue where board.reasons[index] == .selected {
            guard order(of: board.candidates[index]) < order(of: candidate) else { break }
            add(board.candidates[index], &winners)
        }
        let playbook = rules.playbooks[Int(candidate.playbook)]
        let isKeptOff = winners.escalation.map { $0.playbook != candidate.playbook } ?? false && !playbook.sendsInCase
        let isFull = step(of: candidate).heeds & counts.full != 0
        let keptOff = isKeptOff ? Verdict(.openCase, winners.escalationBegun(in: rules)) : nil
        return [
            Inquiry.Finding(rule: .openCase, refusal: keptOff),
            Inquiry.Finding(rule: .frequencyCap, refusal: isFull ? refusal(of: candidate, winners) : nil),
        ]
    }

    /// The sends of a member that come before the candidate at hand.
    private struct Winners {
        var candidates: [Candidate] = []
        /// The last one that is an escalation's.
        var escalation: Candidate?

        func escalationBegun(in rules: RuleBook) -> [Verdict.Ground] {
            escalation.map { [rules.playbooks[Int($0.playbook)].by] } ?? []
        }
    }

    private mutating func add(_ candidate: Candidate, _ winners: inout Winners) {
        winners.candidates.append(candidate)
        counts.add(step(of: candidate).counts, rules.caps)
        if rules.playbooks[Int(candidate.playbook)].isEscalation { winners.escalation = candidate }
    }

    /// Which caps are full at the candidate's turn, by which sends, and until when.
    private mutating func refusal(of candidate: Candidate, _ winners: Winners) -> Verdict {
        var grounds: [Verdict.Ground] = []
        var isDisplaced = false
        var until: Day?
        var neverFrees = false
        for position in rules.caps.caps.indices {
            let bit: UInt64 = 1 << UInt64(position)
            guard step(of: candidate).heeds & counts.full & bit != 0 else { continue }
            let cap = rules.caps.caps[position]
            grounds.append(rules.caps.grounds[position])
            let by = winners.candidates.filter { step(of: $0).counts & bit != 0 }
            let earlier = rules.caps.recent(arbitration.history[Int(candidate.row)]).filter {
                rules.caps.counting($0) & bit != 0
            }
            grounds += by.map { rules.playbooks[Int($0.playbook)].by }
            for send in earlier { grounds.append(sends.ground(of: send, in: arbitration.history)) }
            isDisplaced = isDisplaced || !by.isEmpty
            let days = earlier.map(\.day) + by.map { _ in arbitration.asOf }
            let free = cap.firstFreeDay(after: arbitration.asOf, sends: days.sorted())
            neverFrees = neverFrees || free == nil
            until = max(until ?? free ?? arbitration.asOf, free ?? arbitration.asOf)
        }
        return Verdict(isDisplaced ? .displaced : .frequencyCap, grounds, until: neverFrees ? nil : until)
    }

    /// Counts what earlier runs sent to the member, where a contender asks for it.
    private mutating func fillCaps(row: Int, _ board: Board) {
        guard queue.contains(where: { step(of: board.candidates[$0]).heeds != 0 }) else {
            return counts.reset(rules.caps)
        }
        countHistory(row: row)
    }

    private mutating func countHistory(row: Int) {
        counts.reset(rules.caps)
        for send in rules.caps.recent(arbitration.history[row]) {
            counts.add(rules.caps.counting(send), rules.caps)
        }
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
        let heedsNone = playbook.steps[Int(candidate.step)].heeds == 0
        return (playbook.isEscalation ? 0 : 1) << 41 | (heedsNone ? 0 : 1) << 40 | playbook.order << 16
            | Int(candidate.step)
    }

    private func step(of candidate: Candidate) -> RuleBook.StepRule {
        rules.playbooks[Int(candidate.playbook)].steps[Int(candidate.step)]
    }
}
