import GRDB
import RetierCore

/// Records with a run which words let its plan through, and which playbooks are not new any more.
struct ApprovalCommit {
    let run: String
    let order: CommitOrder
    let database: Database

    func write(_ tally: Tally) throws {
        for (need, word) in order.approved {
            var detail = JSONObject()
            need.add(to: &detail)
            detail.add("reason", word.reason)
            detail.add("operator", word.operatorName)
            detail.add("approved_at", word.at.seconds)
            try AuditTrail.append(
                kind: AuditKind(rawValue: "approval.used"), subject: need.cause.rawValue, detail: detail.json, run: run,
                at: order.now, in: database)
        }
        let isFirst = try Bool.fetchOne(
            database, sql: "SELECT NOT EXISTS (SELECT 1 FROM main.run WHERE id <> ?)", arguments: [run])
        let sent = tally.playbooks.filter { tally.count(.send, playbook: $0) > 0 }
        let insert = try database.makeStatement(sql: "INSERT OR IGNORE INTO main.known_playbook VALUES (?, ?)")
        let known = isFirst == true ? sent + order.playbooks : sent
        for playbook in known { try insert.execute(arguments: [playbook, run]) }
    }
}
