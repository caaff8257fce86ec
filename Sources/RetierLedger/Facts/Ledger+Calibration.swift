package import GRDB
package import RetierCore

extension Ledger {
    /// The newest calibration of a model; nil where it was never learned.
    package func newestCalibration(modelDigest: String) throws -> Calibration? {
        try pool.read { database in
            let sql = "SELECT max(version) FROM calibration WHERE model_digest = ?"
            guard let version = try Int.fetchOne(database, sql: sql, arguments: [modelDigest]) else { return nil }
            return try Calibration.fetch(database, version: version)
        }
    }

    /// The calibration of a version; nil where there is none.
    package func calibration(version: Int) throws -> Calibration? {
        try pool.read { try Calibration.fetch($0, version: version) }
    }

    /// The version that the next calibration of the brand gets.
    package func nextCalibrationVersion() throws -> Int {
        try pool.read { 1 + (try Int.fetchOne($0, sql: "SELECT max(version) FROM calibration") ?? 0) }
    }
}

extension Ledger {
    /// Stores a calibration that a person's command learned, and records whose word it was.
    ///
    /// - Throws: `RetierError` of code `tryLater` where its version has been taken meanwhile.
    package func store(_ calibration: Calibration, tiers: [String], operatorName: String, now: Instant) throws {
        try pool.write { database in
            let newest = try Int.fetchOne(database, sql: "SELECT max(version) FROM calibration") ?? 0
            guard calibration.version == newest + 1 else {
                throw RetierError(
                    .tryLater, "calibration \(newest) was stored meanwhile", hint: "run retier learn again")
            }
            try calibration.insert(into: database, tiers: tiers, run: nil)
            guard var detail = try LearnedCalibration.detail(of: calibration.version, in: database) else { return }
            detail.add("operator", operatorName)
            try AuditTrail.append(
                kind: LearnedCalibration.kind, subject: LearnedCalibration.subject(calibration.version),
                detail: detail.json, run: "", at: now, in: database)
        }
    }
}

extension Calibration {
    static func fetch(_ database: Database, version: Int) throws -> Calibration? {
        let head = try Row.fetchOne(
            database, sql: "SELECT learned_on, model_digest FROM calibration WHERE version = ?", arguments: [version])
        guard let head else { return nil }
        let rows = try Row.fetchAll(
            database, sql: "SELECT part, name, value FROM calibration_value WHERE version = ? ORDER BY position",
            arguments: [version])
        return Calibration(
            version: version, learnedOn: Day(number: head[0]), modelDigest: head[1],
            rows: rows.compactMap { row in
                CalibrationRow.Part(rawValue: row[0]).map {
                    CalibrationRow(part: $0, number: LearnedNumber(row[1], row[2]))
                }
            })
    }

    /// Stores the calibration under its version, which must be new; `run` is nil where a person's command learned it.
    package func insert(into database: Database, tiers: [String], run: String?) throws {
        try database.execute(
            sql: "INSERT INTO calibration (version, learned_on, model_digest, run) VALUES (?, ?, ?, ?)",
            arguments: [version, learnedOn.number, modelDigest, run])
        for (position, row) in rows(tiers: tiers).enumerated() {
            try database.execute(
                sql: "INSERT INTO calibration_value (version, position, part, name, value) VALUES (?, ?, ?, ?, ?)",
                arguments: [version, position + 1, row.part.rawValue, row.number.name, row.number.value])
        }
    }
}
