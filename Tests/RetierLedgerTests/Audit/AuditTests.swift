import Foundation
import GRDB
import RetierCore
import RetierLedger
import Testing

@Suite struct AuditTests {
    /// A run whose messages have been through attempts, a crash and a delivery, and whose canary stopped until a person
    /// let the rest go; and one whose canary is open.
    private func eventfulRun() throws -> CommittedRun {
        let run = try CommittedRun(runs: ["run-1", "run-2"], samples: ["run-1": 1, "run-2": 2])
        let now = CommittedRun.now
        _ = try run.claim(owner: "dead", limit: 1)
        _ = try run.outbox.recover(owner: "alive", policies: CommittedRun.policies, now: now)
        let moved = DeliveryOutcome(
            .rejected, code: "redirect", httpStatus: 302, leftUs: true, note: "to host x.example",
            refusals: [
                ActionRefusal(.recipient("ext-1"), code: "unknown"), ActionRefusal(.recipient("who"), code: "x"),
            ])
        try run.deliver(moved, at: now)
        #expect(try run.outbox.judgeCanaries(now: now.adding(seconds: 60)).map(\.state) == [.stopped])
        _ = try run.outbox.decideCanary(
            run: "run-1", .go, reason: "r", operatorName: "li", now: now.adding(seconds: 90))
        let newest = try run.ledger.nextCalibrationVersion()
        let learned = Calibration(
            version: newest, learnedOn: Day(number: 20_000), modelDigest: "d", entryCuts: [9, 0],
            clusters: [LearnedNumber("clusters", 3)])
        try run.ledger.store(learned, tiers: ["core", "base"], operatorName: "li", now: now)
        return run
    }

    @Test func anUntouchedLedgerAgrees() throws {
        let run = try eventfulRun()
        #expect(try Audit(run.ledger).verify() == [])
    }

    @Test func theTrailCannotBeChangedOrShortened() throws {
        let run = try eventfulRun()
        for sql in ["UPDATE audit SET detail = ''", "DELETE FROM audit"] {
            #expect(throws: DatabaseError.self) { try run.ledger.pool.write { try $0.execute(sql: sql) } }
        }
    }

    static let tables = [
        "run", "calibration", "calibration_value", "transition", "run_figure", "decision", "message",
        "message_body",
        "delivery_attempt", "audit",
        "message_recipient", "action_refusal", "canary", "canary_sample",
    ]

    /// Changes one value of every column of every row, one at a time, with all protections off.
    @Test(arguments: tables)
    func everyChangedValueIsFound(table: String) throws {
        let run = try eventfulRun()
        let columns = try run.ledger.pool.read { try $0.columns(in: table).map(\.name) }
        let rows = try run.ledger.pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \"\(table)\"") ?? 0 }
        try #require(rows > 0)
        for column in columns {
            for row in 0..<rows {
                let copy = try tampered(run, table: table, column: column, row: row)
                #expect(try !Audit(copy).verify().isEmpty, "\(table).\(column) of row \(row)")
            }
        }
    }

    /// A copy of the ledger with one value changed: a number grows, a text or blob changes its first byte, NULL
    /// becomes 1.
    private func tampered(_ run: CommittedRun, table: String, column: String, row: Int) throws -> Ledger {
        let path = run.folder.appending(path: "copy-\(UUID().uuidString).db").path
        try run.ledger.pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete;
                    PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON;
                    """)
            let keys = try database.primaryKey(table).columns.map { "\"\($0)\"" }
            let all = try Row.fetchAll(
                database, sql: "SELECT * FROM \"\(table)\" ORDER BY \(keys.joined(separator: ", "))")
            let before: DatabaseValue = all[row][column]
            let after: DatabaseValue
            switch before.storage {
            case .int64(let number): after = (number + 1_000).databaseValue
            case .string(let text):
                after = ((text.first == "~" ? "!" : "~") + text.dropFirst()).databaseValue
            case .blob(let data):
                var bytes = data
                bytes[0] ^= 1
                after = bytes.databaseValue
            case .double, .null:
                let type = try String.fetchOne(
                    database, sql: "SELECT type FROM pragma_table_info(?) WHERE name = ?", arguments: [table, column])
                after = type == "INTEGER" ? 1.databaseValue : "1".databaseValue
            }
            let condition = keys.map { "\($0) = ?" }.joined(separator: " AND ")
            let key = keys.map { name -> DatabaseValue in all[row][String(name.dropFirst().dropLast())] }
            try database.execute(
                sql: "UPDATE \"\(table)\" SET \"\(column)\" = ? WHERE \(condition)",
                arguments: StatementArguments([after] + key))
            #expect(database.changesCount == 1)
        }
        try queue.close()
        return try Ledger(path: path)
    }

    @Test(arguments: [
        "DELETE FROM decision WHERE action_id = 'run-1-action-x'", "DELETE FROM transition WHERE run = 'run-1'",
        "DELETE FROM message WHERE id = 'run-1-msg-2'", "DELETE FROM run WHERE id = 'run-1'",
        "DELETE FROM delivery_attempt WHERE number = 1", "DELETE FROM audit WHERE run = 'run-1' AND number = 2",
        "DELETE FROM audit WHERE run = 'run-2'", "DELETE FROM audit WHERE run = 'run-1' AND kind = 'message.rejected'",
        """
        INSERT INTO delivery_attempt (message, number, started_at, ended_at, outcome, code)
            SELECT key, 1, 0, 0, 'retry', 'x' FROM message WHERE id = 'run-1-msg-2'
        """,
        """
        INSERT INTO delivery_attempt (message, number, started_at, ended_at, outcome, code)
            VALUES (999, 1, 0, 0, 'retry', 'x')
        """,
        "DELETE FROM message_body WHERE message = 3", "INSERT INTO message_body VALUES (999, x'00')",
        "INSERT INTO action_refusal VALUES ('run-1-msg-2', 'x', 'run-1-action-2', 'no')",
        "INSERT INTO action_refusal VALUES ('ghost', 'x', '', 'no')",
        "DELETE FROM action_refusal WHERE message = 'run-1-msg-1' AND action_id <> ''",
        "INSERT INTO message_recipient VALUES ('run-1-msg-2', 'x', 'run-1-action-2')",
        "INSERT INTO message_recipient VALUES ('ghost', 'x', 'run-1-action-2')",
        "DELETE FROM message_recipient WHERE message = 'run-1-msg-1'",
        "DELETE FROM canary WHERE run = 'run-1'", "DELETE FROM canary_sample WHERE run = 'run-2'",
        "INSERT INTO canary_sample SELECT run, key FROM message WHERE id = 'run-1-msg-0'",
        "INSERT INTO canary_sample VALUES ('run-3', 999)",
        "INSERT INTO canary VALUES ('run-3', 'open', 1, 1, 0, 0, NULL, NULL, NULL)",
        "UPDATE canary SET state = 'passed', decided_at = opened_at, ended = 1, failed = 0 WHERE run = 'run-2'",
        "UPDATE canary SET state = 'released', decided_at = opened_at WHERE run = 'run-2'",
        "UPDATE canary SET state = 'stopped' WHERE run = 'run-1'",
        "INSERT INTO transition VALUES ('run-1', 2, 'demoted', 'core', 'base', 'active', 'active', '{}')",
        """
        INSERT INTO message (id, run, endpoint, position, body_digest, actions, state, next_at, not_after)
            VALUES ('ghost', 'run-3', 'crm', 0, '', 1, 'pending', 0, 0)
        """,
    ])
    func aMissingOrAddedRowIsFound(sql: String) throws {
        let run = try eventfulRun()
        try run.ledger.pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA foreign_keys = OFF; DROP TRIGGER audit_is_append_only_update;
                    DROP TRIGGER audit_is_append_only_delete;
                    """)
            try database.execute(sql: sql)
            try #require(database.changesCount > 0)
        }
        #expect(try !Audit(run.ledger).verify().isEmpty)
    }

    /// A column that a later migration adds must be vouched for as well, or be left out on purpose.
    @Test func theDigestsNameEveryColumnOfTheirTables() throws {
        let run = try CommittedRun()
        let digested = RunDigestColumns.byTable
        let ofEntries: [String: Set<String>] = [
            "message": [
                "state", "attempts", "failures", "doubtful_since", "next_at", "not_after", "claim", "http_status",
                "code", "finished_at", "reference", "key",
            ], "canary": ["state", "decided_at", "ended", "failed"],
        ]
        for (table, columns) in digested {
            let present = Set(try run.ledger.pool.read { try $0.columns(in: table).map(\.name) })
            #expect(present.subtracting(ofEntries[table] ?? []) == Set(columns), "\(table)")
        }
    }

    @Test func entriesOfOtherPartsJoinTheChain() throws {
        let run = try CommittedRun()
        try run.ledger.pool.write { database in
            for number in 1...3 {
                try AuditTrail.append(
                    kind: AuditKind(rawValue: "guard.overridden"), subject: "max_actions", detail: #"{"n":\#(number)}"#,
                    run: "run-1", at: CommittedRun.now, in: database)
            }
        }
        #expect(try Audit(run.ledger).verify() == [])
        let heads = try Audit(run.ledger).heads()
        // The commit, one entry for its messages, which are all alike, and the three.
        #expect(heads.count == 1 && heads[0].number == 5 && heads[0].hash.count == 64)
    }
}
