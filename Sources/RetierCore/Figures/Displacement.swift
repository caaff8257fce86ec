/// What one playbook pushes out of another: candidates that waited or were suppressed because it had the place under a
/// cap, or because it began or keeps an escalation.
package struct Displacement: Hashable, Sendable {
    package var winner: String
    package var loser: String
    /// Where several playbooks fill a cap, each counts.
    package var candidates: Int

    package init(winner: String, loser: String, candidates: Int) {
        self.winner = winner
        self.loser = loser
        self.candidates = candidates
    }

    /// By winner, then loser.
    static func all(in decisions: [Decision], playbooks: [Playbook]) -> [Displacement] {
        var counts: [String: [Int: Int]] = [:]
        for decision in decisions {
            for winner in winners(of: decision.verdict) {
                counts[winner, default: [:]][decision.playbook, default: 0] += 1
            }
        }
        return counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { winner in
            (counts[winner] ?? [:]).sorted { $0.key < $1.key }.map { loser, count in
                Displacement(winner: winner, loser: playbooks[loser].id, candidates: count)
            }
        }
    }

    private static func winners(of verdict: Verdict) -> Set<String> {
        switch verdict.reason {
        case .displaced: Set(verdict.evidence.filter { $0.key == "by" }.map(\.value))
        // The playbook of an older case, or the one that begins one in this run.
        case .openCase: Set(verdict.evidence.filter { $0.key == "by" || $0.key == "playbook" }.map(\.value))
        default: []
        }
    }

    package var figure: Figure { Figure(.displacement, winner, loser, of: .candidates, is: Int64(candidates)) }
}

extension RunFigures {
    /// By winner, then loser.
    package var displacements: [Displacement] {
        figures.filter { $0.part == .displacement }.map {
            Displacement(winner: $0.subject, loser: $0.object, candidates: Int($0.value))
        }
    }
}
