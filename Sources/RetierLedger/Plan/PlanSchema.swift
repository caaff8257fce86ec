import RetierCore

/// The tables of a plan file, in the order in which they are written and digested.
///
/// Days are days since 1970-01-01, money is minor units, scores and ranks are millionths. `position` counts from 1 in
/// plan order:
/// members by the bytes of their ids, then playbooks by id, then steps.
enum PlanSchema {
    /// In the header of every plan file: "RTPL".
    static let applicationID: Int64 = 0x5254_504C
    static let formatVersion: Int64 = 1

    struct Table {
        var name: String
        /// Column names and their definitions, in order.
        var columns: [(name: String, type: String)]
        var options = "STRICT"

        /// The statement that makes the table; also what a sound file must say in its schema.
        var definition: String {
            let body = columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
            return "CREATE TABLE \"\(name)\" (\(body)) \(options)"
        }

        var columnList: String { columns.map(\.name).joined(separator: ", ") }

        var insert: String {
            "INSERT INTO \"\(name)\" VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        }

        /// All rows in the order of the digest: the first column is the key.
        var select: String { "SELECT \(columnList) FROM \"\(name)\" ORDER BY \(columns[0].name)" }
    }

    static let meta = Table(
        name: "meta", columns: [("key", "TEXT PRIMARY KEY"), ("value", "TEXT NOT NULL")],
        options: "STRICT, WITHOUT ROWID")

    static let input = Table(
        name: "input",
        columns: [("name", "TEXT PRIMARY KEY"), ("digest", "TEXT NOT NULL"), ("count", "INTEGER NOT NULL")],
        options: "STRICT, WITHOUT ROWID")

    static let cut = Table(
        name: "cut",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("learned_on", "INTEGER NOT NULL"), ("model_digest", "TEXT NOT NULL"),
            ("tier", "TEXT NOT NULL"), ("entry_score", "INTEGER NOT NULL"),
        ])

    static let standing = Table(
        name: "standing",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member_id", "TEXT NOT NULL"), ("tier", "TEXT NOT NULL"),
            ("since", "INTEGER NOT NULL"), ("pending_runs", "INTEGER NOT NULL"), ("stage", "TEXT NOT NULL"),
            ("score", "INTEGER NOT NULL"), ("rank_spend", "INTEGER NOT NULL"), ("rank_frequency", "INTEGER NOT NULL"),
            ("rank_recency", "INTEGER NOT NULL"), ("rank_price_sensitivity", "INTEGER NOT NULL"),
        ])

    static let transition = Table(
        name: "transition",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member_id", "TEXT NOT NULL"), ("kind", "TEXT NOT NULL"),
            ("from_tier", "TEXT"), ("to_tier", "TEXT NOT NULL"), ("from_stage", "TEXT"), ("to_stage", "TEXT NOT NULL"),
            ("reason", "TEXT NOT NULL"),
        ])

    static let decision = Table(
        name: "decision",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("action_id", "TEXT NOT NULL"), ("member_id", "TEXT NOT NULL"),
            ("playbook", "TEXT NOT NULL"), ("version", "INTEGER NOT NULL"), ("step", "TEXT NOT NULL"),
            ("level", "INTEGER"),
            ("type", "TEXT NOT NULL"), ("channel", "TEXT NOT NULL"), ("endpoint", "TEXT NOT NULL"), ("arm", "TEXT"),
            ("verdict", "TEXT NOT NULL"), ("reason", "TEXT NOT NULL"), ("facts", "TEXT NOT NULL"),
            ("evidence", "TEXT NOT NULL"), ("until", "INTEGER"), ("cost", "INTEGER NOT NULL"), ("title", "TEXT"),
            ("text", "TEXT"), ("parameters", "TEXT NOT NULL"), ("assign", "TEXT"), ("due", "INTEGER"),
        ])

    /// The tables whose digests `meta` holds.
    static let contents = [input, cut, standing, transition, decision]
    static let tables = [meta] + contents
}
