import RetierCore

/// Checks that need all playbooks at once: ids given twice, and playbooks that get into each other's way.
enum PlaybookLint {
    /// Reports the second and every further file with an id that another file has.
    static func duplicateIDs(_ drafts: [PlaybookDraft]) -> [Diagnostic] {
        var first: [String: String] = [:]
        var found: [Diagnostic] = []
        for draft in drafts {
            let playbook = draft.playbook
            guard let other = first[playbook.id] else {
                first[playbook.id] = playbook.file
                continue
            }
            var findings = Findings(file: playbook.file)
            findings.add(
                "duplicate-id", at: draft.root["playbook"],
                message: "playbook `\(playbook.id)` is also defined in \(other)",
                hint: "give one of them another id")
            found += findings.all
        }
        return found
    }

    /// Warns of pairs that always compete: same run, priority, rank and channel, one condition implying the other.
    static func overlaps(_ drafts: [PlaybookDraft], universe: FieldVocabulary?) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for (index, left) in drafts.enumerated() {
            for right in drafts[(index + 1)...] where compete(left.playbook, right.playbook) {
                guard let one = left.condition, let other = right.condition else { continue }
                let forward = ConditionLint.implies(one, other, universe: universe)
                let backward = ConditionLint.implies(other, one, universe: universe)
                guard forward || backward else { continue }
                let relation =
                    forward && backward
                    ? "is for the same members as" : forward ? "is for all members of" : "is only for members of"
                var findings = Findings(file: right.playbook.file)
                findings.warn(
                    "overlap", at: right.root["when"],
                    message:
                        "playbook `\(right.playbook.id)` \(relation) `\(left.playbook.id)`, with the same run, "
                        + "priority, rank and channel, so their order is only that of their ids",
                    hint: "give them different ranks, or conditions that exclude each other")
                found += findings.all
            }
        }
        return found
    }

    private static func compete(_ left: Playbook, _ right: Playbook) -> Bool {
        left.id != right.id && left.trigger == right.trigger && left.priority == right.priority
            && left.rank == right.rank
            && !Set(left.steps.map(\.via)).isDisjoint(with: right.steps.map(\.via))
    }
}
