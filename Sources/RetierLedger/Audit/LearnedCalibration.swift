import GRDB
import RetierCore

/// What the trail vouches for of a calibration that a person's command learned: those that runs learned are in the
/// digests of their runs.
enum LearnedCalibration {
    static let kind = AuditKind(rawValue: "calibration.learned")

    static func subject(_ version: Int) -> String { "calibration-\(version)" }

    /// Head and digest of the values as they are stored now, without whose word it was; nil where there is no such
    /// calibration.
    static func detail(of version: Int, in database: Database) throws -> JSONObject? {
        let head = try Row.fetchOne(
            database, sql: "SELECT learned_on, model_digest FROM calibration WHERE version = ?", arguments: [version])
        guard let head else { return nil }
        // As stored, row by row: a value that no reader would understand must show, too.
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT position, part, name, value FROM calibration_value WHERE version = ? ORDER BY position",
            arguments: [version]
        ).map { row in "\(row[0] as Int64) \(row[1] as String) \(row[2] as String) \(row[3] as Int64)" }
        var detail = JSONObject()
        detail.add("version", Int64(version))
        detail.add("learned_on", Day(number: head[0]).description)
        detail.add("model", head[1] as String)
        detail.add("values", AuditTrail.digest(of: Array(rows.joined(separator: "\n").utf8)))
        return detail
    }

    /// Calibrations of runs that are not there, and values of calibrations that are not there.
    private static let strays = """
        SELECT version FROM calibration WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM run)
        UNION
        SELECT version FROM calibration_value WHERE version NOT IN (SELECT version FROM calibration) ORDER BY version
        """

    /// Calibrations that are not as their entry says, have no entry, or are gone.
    static func changed(in database: Database) throws -> [AuditFinding] {
        var vouched: [String: String] = [:]
        let sql = "SELECT subject, detail FROM audit WHERE run = '' AND kind = ? ORDER BY number"
        for entry in try Row.fetchAll(database, sql: sql, arguments: [kind.rawValue]) { vouched[entry[0]] = entry[1] }
        var findings: [AuditFinding] = []
        func report(_ subject: String) {
            findings.append(AuditFinding(problem: .changedCalibration, run: "", subject: subject))
        }
        let own = "SELECT version FROM calibration WHERE run IS NULL ORDER BY version"
        for version in try Int.fetchAll(database, sql: own) {
            let entry = vouched.removeValue(forKey: subject(version))
            // The entry goes on with the operator.
            let present = try detail(of: version, in: database)?.json.dropLast()
            if let entry, let present, entry.hasPrefix(present + ",") { continue }
            report(subject(version))
        }
        for subject in vouched.keys.sorted() { report(subject) }
        for version in try Int.fetchAll(database, sql: strays) { report(subject(version)) }
        return findings
    }
}
