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
        // By position: most of millions are not looked at any further.
        for index in decisions.indices {
            guard let keys = keys(of: decisions[index].verdict.reason) else { continue }
            for winner in winners(keys, of: decisions[index].verdict.grounds) {
                counts[winner, default: [:]][decisions[index].playbook, default: 0] += 1
            }
        }
        return counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { winner in
            (counts[winner] ?? [:]).sorted { $0.key < $1.key }.map { loser, count in
                Displacement(winner: winner, loser: playbooks[loser].id, candidates: count)
            }
        }
    }

    /// Under which keys evidence names who has the place.
    private static func keys(of reason: ReasonCode) -> Set<String>? {
        switch reason {
        case .displaced: ["by"]
        // The one that begins a case in this run, or the playbook of an older one.
        case .openCase: ["by", "playbook"]
        default: nil
        }
    }

    private static func winners(_ keys: Set<String>, of grounds: [Verdict.Ground]) -> Set<String> {
        var winners: Set<String> = []
        for case .facts(let facts) in grounds {
            for fact in facts where keys.contains(fact.key) { winners.insert(fact.value) }
        }
        return winners
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
