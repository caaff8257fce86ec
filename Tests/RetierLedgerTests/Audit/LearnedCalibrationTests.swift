import GRDB
import RetierCore
import RetierLedger
import Testing

/// `audit verify` and calibrations that `retier learn` stored.
@Suite struct LearnedCalibrationTests {
    private func world() throws -> PlanWorld {
        let world = try PlanWorld()
        for version in 1...2 {
            let learned = Calibration(
                version: version, learnedOn: Day(number: 20_000 + Int32(version)), modelDigest: "d",
                entryCuts: [900_000, 0], lifetime: [LearnedNumber("r", 7)], clusters: [LearnedNumber("seed", 5)])
            try world.ledger.store(learned, tiers: ["core", "base"], operatorName: "li", now: world.now)
        }
        return world
    }

    @Test func anUntouchedOneAgrees() throws {
        let world = try world()
        #expect(try Audit(world.ledger).verify() == [])
    }

    @Test(arguments: [
        ("UPDATE calibration_value SET value = value + 1 WHERE version = 2 AND position = 1", 2),
        ("UPDATE calibration_value SET name = 'x' WHERE version = 1 AND part = 'cluster'", 1),
        ("DELETE FROM calibration_value WHERE version = 2 AND part = 'lifetime'", 2),
        ("INSERT INTO calibration_value VALUES (1, 99, 'cluster', 'more', 1)", 1),
        ("UPDATE calibration SET learned_on = learned_on + 1 WHERE version = 1", 1),
        ("UPDATE calibration SET model_digest = 'e' WHERE version = 2", 2),
        // Another's deed, or nobody's.
        ("UPDATE calibration SET run = 'run-of-nobody' WHERE version = 2", 2),
        ("INSERT INTO calibration VALUES (3, 20003, 'd', NULL)", 3),
        ("DELETE FROM calibration_value WHERE version = 2; DELETE FROM calibration WHERE version = 2", 2),
        ("UPDATE calibration_value SET version = 8 WHERE version = 2", 8),
    ])
    func anyChangeIsFound(sql: String, version: Int) throws {
        let world = try world()
        try world.ledger.pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA foreign_keys = OFF")
            try database.execute(sql: sql)
            try database.execute(sql: "PRAGMA foreign_keys = ON")
        }
        let findings = try Audit(world.ledger).verify()
        #expect(findings.contains { $0.problem == .changedCalibration && $0.subject == "calibration-\(version)" })
        #expect(findings.allSatisfy { $0.problem == .changedCalibration })
    }
}
