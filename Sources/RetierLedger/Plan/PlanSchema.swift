import RetierCore

/// The tables of a plan file, in the order in which they are written and digested.
///
/// Days are days since 1970-01-01, money is minor units, scores and ranks are millionths. `position` counts from 1 in
/// plan order: members by the bytes of their ids, then playbooks by id, then steps. `member` and `step` in `transition`
/// and `decision` are positions in those tables; tiers, stages, kinds, dimensions, arms, reasons, facts, evidence,
/// titles and texts are positions in `text`. An action's id is not stored: `Identifiers.action` makes it of the header,
/// the playbook, the member and the step.
enum PlanSchema {
    /// In the header of every plan file: "RTPL".
    static let applicationID: Int64 = 0x5254_504C
    static let formatVersion: Int64 = 2

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

        /// Inserts some rows at one go.
        func insert(rows: Int) -> String {
            let row = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
            return "INSERT INTO \"\(name)\" VALUES " + Array(repeating: row, count: rows).joined(separator: ", ")
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

    /// What is the same for every action of a playbook's step.
    static let step = Table(
        name: "step",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("playbook", "TEXT NOT NULL"), ("version", "INTEGER NOT NULL"),
            ("step", "TEXT NOT NULL"), ("level", "INTEGER"), ("type", "TEXT NOT NULL"), ("channel", "TEXT NOT NULL"),
            ("endpoint", "TEXT NOT NULL"), ("cost", "INTEGER NOT NULL"), ("parameters", "TEXT NOT NULL"),
            ("assign", "TEXT"), ("due", "INTEGER"),
        ])

    /// Everybody in a refresh, with the standing after it; in a daily run who has a decision, without a standing.
    static let member = Table(
        name: "member",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member_id", "TEXT NOT NULL"), ("tier", "INTEGER"),
            ("since", "INTEGER"), ("pending_runs", "INTEGER"), ("stage", "INTEGER"), ("score", "INTEGER"),
            ("rank_spend", "INTEGER"), ("rank_frequency", "INTEGER"), ("rank_recency", "INTEGER"),
            ("rank_price_sensitivity", "INTEGER"),
        ])

    static let transition = Table(
        name: "transition",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member", "INTEGER NOT NULL"), ("kind", "INTEGER NOT NULL"),
            ("from_tier", "INTEGER"), ("to_tier", "INTEGER NOT NULL"), ("from_stage", "INTEGER"),
            ("to_stage", "INTEGER NOT NULL"), ("score_before", "INTEGER"), ("score_after", "INTEGER NOT NULL"),
            ("cut", "INTEGER NOT NULL"), ("dimension", "INTEGER"), ("rank_before", "INTEGER NOT NULL"),
            ("rank_after", "INTEGER NOT NULL"), ("runs_below", "INTEGER NOT NULL"), ("days_since_purchase", "INTEGER"),
        ])

    static let decision = Table(
        name: "decision",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member", "INTEGER NOT NULL"), ("step", "INTEGER NOT NULL"),
            ("arm", "INTEGER"), ("reason", "INTEGER NOT NULL"), ("facts", "INTEGER NOT NULL"),
            ("evidence", "INTEGER NOT NULL"), ("until", "INTEGER"), ("title", "INTEGER"), ("text", "INTEGER"),
        ])

    /// Every text that rows above name by its position, most of them many times.
    static let text = Table(
        name: "text", columns: [("position", "INTEGER PRIMARY KEY"), ("text", "TEXT NOT NULL")])

    /// The tables whose digests `meta` holds.
    static let contents = [input, cut, step, member, transition, decision, text]
    static let tables = [meta] + contents
}
