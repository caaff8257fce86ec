package import RetierCore

/// A plan on disk: a SQLite database that says exactly what a run will do, with the digests of its inputs and of
/// itself.
///
/// An open plan file has been verified. A value belongs to one thread.
package final class PlanFile {
    package let path: String
    package let header: PlanHeader
    /// SHA-256 over all logical rows, lower-case hexadecimal.
    package let digest: String
    /// Members that the run looked at.
    package let members: Int
    package let inputs: [PlanInput]
    /// Rows by table.
    package let rows: [String: Int]
    let connection: PlanConnection
    /// `figures()` once they were asked for.
    var knownFigures: PlanFigures?

    /// Opens a plan file and verifies every row of it.
    ///
    /// - Throws: `RetierError` of code `badData` that names the damaged table, or says that the file is no plan.
    package static func open(path: String) throws -> PlanFile { try PlanFile(path: path, verifying: true) }

    init(path: String, verifying: Bool) throws {
        connection = try PlanConnection(path: path, mode: .read)
        self.path = path
        try PlanFile.checkFormat(connection)
        let meta = try PlanFile.meta(connection)
        if verifying { try PlanFile.verify(connection, meta: meta) }
        func value(_ key: String) throws -> String {
            guard let value = meta[key] else { throw PlanFile.damage(path, "meta", "lacks \(key)") }
            return value
        }
        guard let kind = Playbook.Trigger(rawValue: try value("kind")), let asOf = Day(iso: try value("as_of")),
            let decimals = Int(try value("decimals")), let members = Int(try value("members"))
        else { throw PlanFile.damage(path, "meta", "holds values that are no plan's") }
        header = PlanHeader(
            brand: try value("brand"), kind: kind, period: try value("period"), asOf: asOf,
            currency: Currency(code: try value("currency"), decimals: decimals),
            newestOrder: Day(iso: try value("newest_order")), calibration: Int(try value("calibration")))
        digest = try value("digest")
        self.members = members
        var rows: [String: Int] = [:]
        for table in PlanSchema.contents { rows[table.name] = Int(try value("rows.\(table.name)")) }
        self.rows = rows
        inputs = try PlanFile.inputs(connection)
    }

    /// The id that the run of this plan has or will have.
    package var runID: String { Identifiers.run(header: header, planDigest: digest) }

    // MARK: Verification

    private static func checkFormat(_ connection: PlanConnection) throws {
        guard try number(connection, "PRAGMA application_id") == PlanSchema.applicationID else {
            throw RetierError(
                .badData, "\(connection.path) is not a plan file", hint: "name a file that retier plan wrote")
        }
        let version = try number(connection, "PRAGMA user_version")
        guard version == PlanSchema.formatVersion else {
            throw RetierError(
                .badData,
                "plan file \(connection.path) has format \(version), this retier reads \(PlanSchema.formatVersion)",
                hint: "make the plan again with this version")
        }
        let expected = PlanSchema.tables.map { ($0.name, $0.definition) } + PlanSchema.views
        let schema = try connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY rowid")
        var found = 0
        while try schema.step() {
            guard found < expected.count else { throw damage(connection.path, schema.text(0), "is not a plan's") }
            guard schema.text(1) == expected[found].1 else {
                throw damage(connection.path, expected[found].0, "is not defined as a plan's")
            }
            found += 1
        }
        guard found == expected.count else {
            throw damage(connection.path, "sqlite_schema", "is incomplete")
        }
    }

    private static func verify(_ connection: PlanConnection, meta: [String: String]) throws {
        for table in PlanSchema.contents {
            let (digest, rows) = try Self.digest(of: table, connection)
            guard meta["digest.\(table.name)"] == digest, meta["rows.\(table.name)"] == String(rows) else {
                throw damage(connection.path, table.name, "was changed after the plan was made")
            }
        }
        guard meta["digest"] == planDigest(meta) else {
            throw damage(connection.path, "meta", "was changed after the plan was made")
        }
    }

    private static func digest(of table: PlanSchema.Table, _ connection: PlanConnection) throws -> (String, Int) {
        let statement = try connection.prepare(table.select)
        let digest = RowDigest()
        var rows = 0
        while try statement.step() {
            statement.feed(digest)
            rows += 1
        }
        return (digest.finish(), rows)
    }

    /// The plan's own digest: over all rows of `meta` but this one; they hold the digests of the other tables.
    static func planDigest(_ meta: [String: String]) -> String {
        let digest = RowDigest()
        for (key, value) in meta.sorted(by: { $0.key < $1.key }) where key != "digest" {
            digest.beginRow()
            Array(key.utf8).withUnsafeBytes { _ = digest.append($0) }
            Array(value.utf8).withUnsafeBytes { _ = digest.append($0) }
        }
        return digest.finish()
    }

    private static func meta(_ connection: PlanConnection) throws -> [String: String] {
        let statement = try connection.prepare(PlanSchema.meta.select)
        var meta: [String: String] = [:]
        while try statement.step() { meta[statement.text(0)] = statement.text(1) }
        return meta
    }

    private static func inputs(_ connection: PlanConnection) throws -> [PlanInput] {
        let statement = try connection.prepare(PlanSchema.input.select)
        var inputs: [PlanInput] = []
        while try statement.step() {
            inputs.append(PlanInput(name: statement.text(0), digest: statement.text(1), count: Int(statement.int(2))))
        }
        return inputs
    }

    private static func number(_ connection: PlanConnection, _ sql: String) throws -> Int64 {
        let statement = try connection.prepare(sql)
        return try statement.step() ? statement.int(0) : 0
    }

    static func damage(_ path: String, _ table: String, _ what: String) -> RetierError {
        RetierError(
            .badData, "plan file \(path) is damaged: table \(table) \(what)",
            hint: "make the plan again with retier plan")
    }
}
