import RetierCore
import RetierLedger

/// What a change of inputs does to a plan: the decisions that would come, go, or end otherwise.
struct PlanDifference {
    private(set) var added = 0
    private(set) var removed = 0
    private(set) var changed = 0
    private(set) var transitions = 0

    init(old: PlanFile, new: Plan) throws {
        var reasons: [String: ReasonCode] = [:]
        for decision in new.decisions {
            let playbook = new.playbooks[decision.playbook]
            let key = "\(new.memberIDs[decision.row])\n\(playbook.id)\n\(playbook.steps[decision.step].id)"
            reasons[key] = decision.verdict.reason
        }
        var kept = 0
        try old.forEachDecision { decision in
            let key = "\(decision.memberID)\n\(decision.playbook)\n\(decision.step)"
            guard let reason = reasons[key] else {
                removed += 1
                return
            }
            kept += 1
            if reason != decision.reason { changed += 1 }
        }
        added = reasons.count - kept
        transitions = new.transitions.count - (old.rows["transition"] ?? 0)
    }

    /// The effect in one sentence.
    var sentence: String {
        guard added + removed + changed > 0 || transitions != 0 else {
            return "planned anew, the same members would get the same actions"
        }
        let moves = transitions == 0 ? "" : ", \(transitions > 0 ? "+" : "")\(transitions) transitions"
        return
            "planned anew, \(added) candidates would be added, \(removed) removed and \(changed) end otherwise\(moves)"
    }
}
