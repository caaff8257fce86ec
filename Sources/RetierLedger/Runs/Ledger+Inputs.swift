import GRDB
package import RetierCore

extension Ledger {
    /// What the ledger holds that a plan is made from: the five data tables, `approvals`, `calibration`, `cases`,
    /// `incidents`, `overrides`, `standing` and `deliveries`, in the order of their names.
    ///
    /// `standing` changes with every committed run, `deliveries` whenever a message ends without being sent or a
    /// receiver refuses an action, which frees places under caps.
    package func planInputs() throws -> [PlanInput] { try pool.read { try Ledger.planInputs($0) } }

    /// - Parameter plan: leaves out the words on the plan of this digest: they do not change what it was made from.
    static func planInputs(_ database: Database, besidesWordsOn plan: String = "") throws -> [PlanInput] {
        let tables = try Row.fetchAll(database, sql: "SELECT kind, count, sum1, sum2 FROM data_digest").map { row in
            let sums: (Int64, Int64) = (row[2], row[3])
            return PlanInput(name: row[0], digest: hexadecimal(sums.0) + hexadecimal(sums.1), count: row[1])
        }
        let lastRun = try String.fetchOne(
            database, sql: "SELECT id FROM run ORDER BY committed_at DESC, rowid DESC LIMIT 1")
        let runs = try Int.fetchOne(database, sql: "SELECT count(*) FROM run") ?? 0
        let standing = PlanInput(name: "standing", digest: hexadecimal(of: lastRun ?? ""), count: runs)
        let version = try Int.fetchOne(database, sql: "SELECT max(version) FROM calibration") ?? 0
        let calibration = PlanInput(name: "calibration", digest: hexadecimal(Int64(version)), count: version)
        let overrides = PlanInput(
            name: "overrides",
            digest: hexadecimal(
                try Int64.fetchOne(
                    database, sql: "SELECT coalesce(sum(id), 0) FROM tier_override WHERE cleared_at IS NULL") ?? 0),
            count: try Int.fetchOne(
                database, sql: "SELECT count(*) FROM tier_override WHERE cleared_at IS NULL") ?? 0)
        var unsent = StableHash()
        var count = 0
        let ids = try String.fetchCursor(
            database,
            sql: """
                SELECT id FROM message WHERE state IN (\(SendHistory.unsentStates))
                UNION SELECT action_id FROM action_refusal WHERE action_id <> '' ORDER BY 1
                """)
        while let id = try ids.next() {
            unsent.update(id)
            unsent.update(byte: 0)
            count += 1
        }
        let deliveries = PlanInput(
            name: "deliveries", digest: hexadecimal(Int64(bitPattern: unsent.finalized())), count: count)
        // Cases are opened by runs only, which change `standing`; here counts what closed them, and
        // what was withdrawn of the actions that wait.
        let open = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM member_case WHERE state = 'open' OR state = 'paused'")
        let known = try Int64.fetchOne(database, sql: "SELECT count(*) FROM member_case")
        let waiting = try Int64.fetchOne(database, sql: "SELECT count(*) FROM waiting_action") ?? 0
        let cases = PlanInput(
            name: "cases", digest: hexadecimal((known ?? 0) << 32 | waiting), count: open ?? 0)
        let approved =
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM approved_action JOIN approval ON number = approval WHERE plan_digest <> ?
                    """, arguments: [plan]) ?? 0
        let approvals = PlanInput(name: "approvals", digest: hexadecimal(Int64(approved)), count: approved)
        return
            (tables + [approvals, calibration, cases, overrides, standing, deliveries]
            + [try PlanInput.merges(database), try PlanInput.incidents(database)])
            .sorted {
                $0.name < $1.name
            }
    }

    /// The inputs of a plan that have changed since it was made; empty where it may be applied.
    ///
    /// - Parameter current: the inputs outside the ledger as they are now: configuration, playbooks, templates.
    package func staleInputs(of plan: PlanFile, current: [PlanInput]) throws -> [StaleInput] {
        let known = try pool.read { try Ledger.planInputs($0, besidesWordsOn: plan.digest) }
        return StaleInput.between(planned: plan.inputs, current: known + current)
    }

    private static func hexadecimal(of text: String) -> String { hexadecimal(Int64(bitPattern: StableHash.of(text))) }

    static func hexadecimal(_ number: Int64) -> String {
        let digits = String(UInt64(bitPattern: number), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
