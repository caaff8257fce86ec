/// Whether incidents were told and compensated once, to those who were affected, and by no more than was promised.
extension AuditCheck {
    var wrongGrants: [Finding] { repeatedGrants + strangersGrants + largeGrants }

    private func isDone(_ record: AuditRecord) -> Bool {
        !record["incident"].isEmpty && (record.isSend || record.isShadow)
            && !["cancelled", "expired"].contains(record.state)
    }

    /// A step is done once for a member and an incident, but for what was taken back or expired.
    private var repeatedGrants: [Finding] {
        ofMember.flatMap { member, rows in
            Dictionary(grouping: rows.filter(isDone)) { "\($0.playbook) \($0.step) for \($0["incident"])" }
                .filter { $0.value.count > 1 }
                .map { Finding(rule: .incident, subject: member, what: "\($0.key) \($0.value.count) times") }
        }
    }

    /// Whoever is considered was affected, whatever the verdict.
    private var strangersGrants: [Finding] {
        records.filter { !$0["incident"].isEmpty }.compactMap { record in
            let id = record["incident"]
            guard limits.incidents[id]?.affected.contains(record.member) != true else { return nil }
            return Finding(rule: .incident, subject: record.member, what: "was not affected by \(id)")
        }
    }

    private var largeGrants: [Finding] {
        ofMember.flatMap { member, rows in
            limits.incidents.compactMap { id, incident -> Finding? in
                let paid = rows.filter { $0["incident"] == id && isDone($0) }.reduce(0) { $0 + $1.cost }
                guard paid > incident.most else { return nil }
                return Finding(rule: .incident, subject: member, what: "\(id) paid \(paid) of \(incident.most)")
            }
        }
    }
}
