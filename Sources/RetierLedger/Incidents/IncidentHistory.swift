import RetierCore

/// What earlier runs made of incidents, from the ledger.
enum IncidentHistory {
    /// Whether a decision `d` to send, in a message `m`, has left, may have left or is still to leave, as an SQL
    /// condition.
    ///
    /// Not so what was taken back, and what expired before any attempt of it: that is decided again. A message that
    /// was refused or exhausted stays the one that `retier replay` sends; another one beside it would grant twice.
    static let isSent = """
        m.state <> 'cancelled' AND (m.state <> 'expired' OR m.doubtful_since IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM action_refusal r WHERE r.action_id = d.action_id
                AND r.code = '\(RefusalRow.withdrawn)')
        """

    /// The past of some incidents, by row; merged members share theirs.
    static func pasts(
        of incidents: [Incident], _ rowOfKey: RowOfKey, before: RunRecord?, _ connection: ReadConnection
    ) throws -> [(row: Int, value: IncidentTable.Past)] {
        let statement = try connection.prepare(
            """
            SELECT d.member, d.playbook, d.step, max(d.verdict = 'hold_out' OR d.reason = 'too-late'
                OR (d.verdict = 'send' AND \(isSent)))
            FROM incident_action i JOIN decision d ON d.action_id = i.action_id
                LEFT JOIN message m ON m.id = d.message
            WHERE i.incident = ?1 AND (d.verdict <> 'suppress' OR d.reason = 'too-late')
                \(RunRecord.condition("i.run", before: before))
            GROUP BY d.member, d.playbook, d.step
            """)
        var pasts: [(row: Int, value: IncidentTable.Past)] = []
        for (position, incident) in incidents.enumerated() {
            try statement.restart()
            try statement.bind(incident.id, at: 1)
            while try statement.step() {
                guard let row = rowOfKey[statement.integer(0)] else { continue }
                // What was taken back or never left waits like what was deferred.
                let past = IncidentTable.Past(
                    incident: position, playbook: statement.text(1), step: statement.text(2),
                    isSettled: statement.integer(3) != 0)
                pasts.append((row, past))
            }
        }
        return pasts
    }

    /// A scale or another choice tells a benefit from a notice.
    static let isGrant = "d.verdict = 'send' AND d.choice IS NOT NULL AND \(isSent)"

    /// The keys of the members to whom a benefit of an incident was sent, may have been or is still to be.
    static func granted(for incident: Incident, _ connection: ReadConnection) throws -> [Int64] {
        let statement = try connection.prepare(
            """
            SELECT DISTINCT d.member FROM incident_action i JOIN decision d ON d.action_id = i.action_id
                JOIN message m ON m.id = d.message
            WHERE i.incident = ?1 AND \(isGrant)
            """)
        try statement.restart()
        try statement.bind(incident.id, at: 1)
        var keys: [Int64] = []
        while try statement.step() { keys.append(statement.integer(0)) }
        return keys
    }
}
