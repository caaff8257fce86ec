/// Whether a member was ever in two escalations: sent a step of one after another had begun.
extension AuditCheck {
    /// Of the actions with a level, in the order of the file, those that begin an escalation say in which one the
    /// member is; what follows must be of that one.
    var parallelEscalations: [Finding] {
        Dictionary(grouping: records.filter { $0.isSend && !$0["level"].isEmpty }, by: \.member).flatMap {
            member, sends -> [Finding] in
            var current: AuditRecord?
            return sends.compactMap { send in
                let isLater = limits.playbooks[send.playbook]?.laterSteps.contains(send.step) ?? false
                if !isLater { current = send }
                guard let current, current.playbook != send.playbook else { return nil }
                let days = "\(CalendarDay.text(send.day)), \(current.playbook) since \(CalendarDay.text(current.day))"
                return Finding(
                    rule: .escalation, subject: member, what: "\(send.playbook)/\(send.step) on \(days)")
            }
        }
    }
}
