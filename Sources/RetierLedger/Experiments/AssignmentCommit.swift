import GRDB
import RetierCore

/// Writes who has entered which experiment in a run, within the committing transaction.
///
/// An assignment is written once: a member who has one keeps it, and a decision that contradicts it stops the commit.
struct AssignmentCommit {
    let run: String
    let day: Day
    let database: Database

    /// Needs the plan attached, `temp.member_key` filled, and the decisions and standings in place.
    func write() throws {
        let experiments = try Int.fetchOne(database, sql: "SELECT count(*) FROM plan.experiment") ?? 0
        guard experiments > 0 else { return }
        try writeShares()
        try writeMembers()
        try writeProgramme()
        try refuseContradictions()
    }

    /// Shares get a number when they are first in force, and a new one whenever they change.
    private func writeShares() throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO main.experiment SELECT id, salt FROM plan.experiment ORDER BY position;
                INSERT INTO main.experiment_shares (experiment, pilot, holdout, arms, run)
                SELECT e.id, e.pilot, e.holdout, e.arms, '\(run)' FROM plan.experiment e
                WHERE NOT EXISTS (
                    SELECT 1 FROM main.experiment_shares s
                    WHERE s.number = (SELECT max(number) FROM main.experiment_shares WHERE experiment = e.id)
                        AND s.pilot = e.pilot AND s.holdout = e.holdout AND s.arms = e.arms)
                ORDER BY e.position
                """)
    }

    private func writeMembers() throws {
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO main.assignment (experiment, member, is_control, arm, shares, tier, day, run)
                SELECT s.playbook, k.key, reason.text = '\(ReasonCode.controlGroup.rawValue)', arm.text,
                    \(shares("s.playbook")), standing.tier, \(day.number), '\(run)'
                FROM plan.decision d CROSS JOIN plan.step s ON s.position = d.step
                CROSS JOIN plan.experiment e ON e.id = s.playbook
                CROSS JOIN plan.text reason ON reason.position = d.reason
                CROSS JOIN temp.member_key k ON k.position = d.member
                LEFT JOIN plan.text arm ON arm.position = d.arm
                LEFT JOIN main.standing ON standing.member = k.key
                WHERE reason.text IN (\(ReasonCode.entries(asControl: true)), \(ReasonCode.entries(asControl: false)))
                ORDER BY d.position
                """)
    }

    /// Who entered any playbook is treated, or control, of the programme.
    private func writeProgramme() throws {
        let held = "'\(ReasonCode.programmeControl.rawValue)'"
        let entries = "\(ReasonCode.entries(asControl: true)), \(ReasonCode.entries(asControl: false))"
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO main.assignment (experiment, member, is_control, arm, shares, tier, day, run)
                SELECT e.id, k.key, reason.text = \(held), NULL, \(shares("e.id")), standing.tier, \(day.number),
                    '\(run)'
                FROM plan.experiment e CROSS JOIN plan.decision d
                CROSS JOIN plan.text reason ON reason.position = d.reason
                CROSS JOIN temp.member_key k ON k.position = d.member
                LEFT JOIN main.standing ON standing.member = k.key
                WHERE e.id = '\(AssignmentTable.programme)' AND reason.text IN (\(held), \(entries))
                ORDER BY d.position
                """)
    }

    private func shares(_ experiment: String) -> String {
        "(SELECT max(number) FROM main.experiment_shares WHERE experiment = \(experiment))"
    }

    /// The last word on the promises: what is committed agrees with what was assigned, now or at any time.
    private func refuseContradictions() throws {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT a.experiment, count(DISTINCT a.member) AS members
                FROM main.decision d JOIN main.assignment a ON a.member = d.member
                    AND a.experiment IN (d.playbook, '\(AssignmentTable.programme)')
                WHERE d.run = ? AND CASE
                    WHEN a.experiment <> d.playbook THEN
                        (d.reason = '\(ReasonCode.programmeControl.rawValue)') <> a.is_control
                        AND d.reason IN ('\(ReasonCode.programmeControl.rawValue)',
                            \(ReasonCode.entries(asControl: true)), \(ReasonCode.entries(asControl: false)))
                    WHEN a.is_control THEN d.reason IN (\(ReasonCode.entries(asControl: false)))
                    ELSE d.reason IN (\(ReasonCode.entries(asControl: true)))
                        OR d.reason IN (\(ReasonCode.entries(asControl: false))) AND d.arm IS NOT a.arm
                    END
                GROUP BY a.experiment ORDER BY a.experiment LIMIT 1
                """, arguments: [run])
        guard let row else { return }
        let (experiment, members): (String, Int) = (row[0], row[1])
        throw RetierError(
            .refused,
            "experiment \(experiment): \(members) member(s) would be treated otherwise than the ledger's group says",
            hint: "nothing was committed; make a new plan")
    }
}
