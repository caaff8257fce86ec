/// Proves from the audit's CSV file alone that a brand's limits were kept: it knows nothing of the engine, the ledger
/// or the plans.
///
/// Each rule is a function of its own over all rows.
package struct AuditCheck {
    /// A limit that was broken.
    package struct Finding: Hashable, Comparable, Sendable, CustomStringConvertible {
        package enum Rule: String, Sendable {
            case twice, cap, oncePer = "once-per", budget, quiet, arm, group, incident, escalation
        }

        package var rule: Rule
        /// The member, or the budget.
        package var subject: String
        package var what: String

        package var description: String { "\(rule.rawValue): \(subject): \(what)" }
        package static func < (left: Finding, right: Finding) -> Bool { left.description < right.description }
    }

    let records: [AuditRecord]
    let limits: AuditLimits
    /// By member, in the order of days.
    let ofMember: [String: [AuditRecord]]

    package init(_ records: [AuditRecord], limits: AuditLimits) {
        self.records = records
        self.limits = limits
        ofMember = Dictionary(grouping: records, by: \.member).mapValues { $0.sorted { $0.day < $1.day } }
    }

    /// Everything that was broken, sorted; nothing where all was kept.
    package var findings: [Finding] {
        (repeatedActions + brokenCaps + earlyEntries + overspentBudgets + disturbances + changedArms + changedGroups
            + wrongGrants + parallelEscalations)
            .sorted()
    }

    private var repeatedActions: [Finding] {
        Dictionary(grouping: records) { $0["action_id"] }.filter { $0.value.count > 1 }.map {
            Finding(rule: .twice, subject: $0.value[0].member, what: "action \($0.key) \($0.value.count) times")
        }
    }

    private var brokenCaps: [Finding] {
        limits.caps.flatMap { cap in
            ofMember.flatMap { member, rows in
                let sends = rows.filter {
                    $0.mayReach && (cap.channels.isEmpty || cap.channels.contains($0["channel"]))
                        && (cap.tags.isEmpty || !cap.tags.isDisjoint(with: $0.tags))
                }
                return Set(sends.map(\.day)).compactMap { day -> Finding? in
                    let count = sends.count { isIn(cap.window, $0.day, of: day) }
                    guard count > cap.max else { return nil }
                    return Finding(
                        rule: .cap, subject: member,
                        what: "\(cap.id) allows \(cap.max), \(CalendarDay.text(day)) is the day of the \(count)th")
                }
            }
        }
    }

    func isIn(_ window: AuditLimits.Window, _ day: Int, of last: Int) -> Bool {
        switch window {
        case .days(let days): day <= last && last - day < days
        case .months(let months):
            day <= last && CalendarDay.block(day, months: months) == CalendarDay.block(last, months: months)
        }
    }

    /// Entries are what was sent, or would have been sent to a control, but for later steps.
    ///
    /// What was deferred at the entry and taken up since is no entry of its own.
    private var earlyEntries: [Finding] {
        ofMember.flatMap { member, rows in
            limits.playbooks.flatMap { id, playbook -> [Finding] in
                guard let period = playbook.oncePer else { return [] }
                let own = rows.filter { $0.playbook == id && !playbook.laterSteps.contains($0.step) }
                var last: Int?
                var wasDeferred: Set<String> = []
                var found: [Finding] = []
                for row in own {
                    if row.state == "defer" { wasDeferred.insert(row.step) }
                    guard row.isSend || row.isShadow else { continue }
                    let isEntry = !playbook.takesUpDeferred || !wasDeferred.contains(row.step)
                    wasDeferred.remove(row.step)
                    if isEntry, let last, row.day > last,
                        row.day < CalendarDay.later(last, months: period.months, days: period.days)
                    {
                        let days = "\(CalendarDay.text(last)) and \(CalendarDay.text(row.day))"
                        found.append(Finding(rule: .oncePer, subject: member, what: "\(id) on \(days)"))
                    }
                    last = row.day
                }
                return found
            }
        }
    }

    /// A member has one arm of a playbook for ever, one of those that there are.
    private var changedArms: [Finding] {
        ofMember.flatMap { member, rows in
            limits.playbooks.flatMap { id, playbook -> [Finding] in
                let arms = Set(rows.filter { $0.playbook == id && $0.isSend }.map { $0["arm"] })
                let known = playbook.arms.isEmpty ? [""] : playbook.arms
                let isRight = arms.count <= 1 && arms.isSubset(of: known)
                guard !isRight else { return [] }
                return [Finding(rule: .arm, subject: member, what: "\(id): \(arms.sorted())")]
            }
        }
    }

    /// Who is a control of a playbook, or of the whole programme, gets nothing of it, ever; and the other way round.
    private var changedGroups: [Finding] {
        ofMember.flatMap { member, rows -> [Finding] in
            var found: [Finding] = []
            for (id, own) in Dictionary(grouping: rows, by: \.playbook)
            where own.contains(where: \.isSend) && own.contains(where: { $0["reason"] == "control-group" }) {
                found.append(Finding(rule: .group, subject: member, what: "treated and control of \(id)"))
            }
            if rows.contains(where: \.isSend), rows.contains(where: { $0["reason"] == "programme-control" }) {
                found.append(Finding(rule: .group, subject: member, what: "treated and control of the programme"))
            }
            return found
        }
    }
}
