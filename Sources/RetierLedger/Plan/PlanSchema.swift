import RetierCore

/// The tables of a plan file, in the order in which they are written and digested.
///
/// Days are days since 1970-01-01, money is minor units, scores and ranks are millionths. `position` counts from 1 in
/// plan order: members by the bytes of their ids, then playbooks by id, then steps. `member` and `step` in `transition`
/// and `decision` are positions in those tables; tiers, stages, kinds, dimensions, arms, reasons, facts, evidence,
/// titles, texts and terms of quiet hours are positions in `text`; `send_at` is seconds since 1970. An action's id is
/// not stored: `Identifiers.action` makes it of the header, the playbook, the member and the step.
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

    /// The values of the calibration in force; empty in a daily plan, whose `meta` names the version.
    static let calibration = Table(
        name: "calibration",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("version", "INTEGER NOT NULL"), ("learned_on", "INTEGER NOT NULL"),
            ("model_digest", "TEXT NOT NULL"), ("part", "TEXT NOT NULL"), ("name", "TEXT NOT NULL"),
            ("value", "INTEGER NOT NULL"),
        ])

    /// What is the same for every action of a playbook's step, and after it a row for each of its options.
    static let step = Table(
        name: "step",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("playbook", "TEXT NOT NULL"), ("version", "INTEGER NOT NULL"),
            ("step", "TEXT NOT NULL"), ("level", "INTEGER"), ("type", "TEXT NOT NULL"), ("channel", "TEXT NOT NULL"),
            ("endpoint", "TEXT NOT NULL"), ("cost", "INTEGER NOT NULL"), ("parameters", "TEXT NOT NULL"),
            ("assign", "TEXT"), ("due", "INTEGER"), ("marks", "TEXT NOT NULL"), ("choice", "TEXT"),
        ])

    /// The experiments of the run: of the playbooks that have one, and `*` of the programme.
    ///
    /// Arms are `a=50 b=50`.
    static let experiment = Table(
        name: "experiment",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("id", "TEXT NOT NULL"), ("salt", "TEXT NOT NULL"),
            ("pilot", "INTEGER NOT NULL"), ("holdout", "INTEGER NOT NULL"), ("arms", "TEXT NOT NULL"),
        ])

    /// Everybody in a refresh, with the standing after it; in a daily run who has a decision, without a standing.
    static let member = Table(
        name: "member",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member_id", "TEXT NOT NULL"), ("tier", "INTEGER"),
            ("since", "INTEGER"), ("pending_runs", "INTEGER"), ("stage", "INTEGER"), ("score", "INTEGER"),
        ] + Dimension.allCases.map { ("rank_\($0.name)", "INTEGER") })

    /// What the stability rules remember of members in a refresh, by the member's position; only where that is
    /// something.
    static let hold = Table(
        name: "hold",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("rule", "INTEGER"), ("runs", "INTEGER NOT NULL"),
            ("below_since", "INTEGER"), ("last_fall", "INTEGER"), ("valid_until", "INTEGER"), ("baseline", "INTEGER"),
            ("ruled_tier", "INTEGER"), ("ruled_since", "INTEGER"),
        ])

    static let transition = Table(
        name: "transition",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member", "INTEGER NOT NULL"), ("kind", "INTEGER NOT NULL"),
            ("from_tier", "INTEGER"), ("to_tier", "INTEGER NOT NULL"), ("from_stage", "INTEGER"),
            ("to_stage", "INTEGER NOT NULL"), ("score_before", "INTEGER"), ("score_after", "INTEGER NOT NULL"),
            ("cut", "INTEGER NOT NULL"), ("measured", "INTEGER NOT NULL"), ("basis", "INTEGER NOT NULL"),
            ("rule", "INTEGER"), ("dimension", "INTEGER"), ("rank_before", "INTEGER NOT NULL"),
            ("rank_after", "INTEGER NOT NULL"), ("runs_below", "INTEGER NOT NULL"), ("days_since_purchase", "INTEGER"),
        ])

    /// Totals over all members of a refresh, and the accounts of budgets and displacement of any run.
    static let figure = Table(
        name: "figure",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("part", "TEXT NOT NULL"), ("subject", "TEXT NOT NULL"),
            ("object", "TEXT NOT NULL"), ("quantity", "TEXT NOT NULL"), ("value", "INTEGER NOT NULL"),
        ])

    static let decision = Table(
        name: "decision",
        columns: [
            ("position", "INTEGER PRIMARY KEY"), ("member", "INTEGER NOT NULL"), ("step", "INTEGER NOT NULL"),
            ("arm", "INTEGER"), ("reason", "INTEGER NOT NULL"), ("facts", "INTEGER NOT NULL"),
            ("evidence", "INTEGER NOT NULL"), ("until", "INTEGER"), ("title", "INTEGER"), ("text", "INTEGER"),
            ("quiet", "INTEGER"), ("send_at", "INTEGER"),
        ])

    /// Which decisions are about an incident, by their positions; `incident` is a position in `text`.
    static let incidentAction = Table(
        name: "incident_action", columns: [("position", "INTEGER PRIMARY KEY"), ("incident", "INTEGER NOT NULL")])

    /// Every text that rows above name by its position, most of them many times.
    static let text = Table(
        name: "text", columns: [("position", "INTEGER PRIMARY KEY"), ("text", "TEXT NOT NULL")])

    /// The rows with their texts, for whoever asks a plan with SQL; `retier show` adds the actions' ids.
    static let views: [(name: String, definition: String)] = [
        (
            "decision_list",
            """
            CREATE VIEW decision_list AS SELECT d.position, m.member_id, s.playbook, s.version, s.step, s.level, \
            s.type, s.channel, s.endpoint, a.text AS arm, CASE r.text \(verdicts) END AS verdict, r.text AS reason, \
            f.text AS facts, e.text AS evidence, d.until, s.cost, t.text AS title, b.text AS text, \
            q.text AS quiet, d.send_at \
            FROM decision d JOIN member m ON m.position = d.member JOIN step s ON s.position = d.step \
            JOIN text r ON r.position = d.reason JOIN text f ON f.position = d.facts \
            JOIN text e ON e.position = d.evidence LEFT JOIN text a ON a.position = d.arm \
            LEFT JOIN text t ON t.position = d.title LEFT JOIN text b ON b.position = d.text \
            LEFT JOIN text q ON q.position = d.quiet
            """
        ),
        (
            "transition_list",
            """
            CREATE VIEW transition_list AS SELECT t.position, m.member_id, k.text AS kind, a.text AS from_tier, \
            b.text AS to_tier, c.text AS from_stage, e.text AS to_stage, json_object('score_before', t.score_before, \
            'score_after', t.score_after, 'cut', t.cut, 'measured', t.measured, 'by', y.text, 'rule', r.text, \
            'dimension', d.text, 'rank_before', t.rank_before, \
            'rank_after', t.rank_after, 'runs_below', t.runs_below, 'days_since_purchase', t.days_since_purchase) \
            AS reason \
            FROM "transition" t JOIN member m ON m.position = t.member JOIN text k ON k.position = t.kind \
            JOIN text y ON y.position = t.basis LEFT JOIN text r ON r.position = t.rule \
            LEFT JOIN text a ON a.position = t.from_tier JOIN text b ON b.position = t.to_tier \
            LEFT JOIN text c ON c.position = t.from_stage JOIN text e ON e.position = t.to_stage \
            LEFT JOIN text d ON d.position = t.dimension
            """
        ),
        (
            "standing_list",
            """
            CREATE VIEW standing_list AS SELECT m.member_id, t.text AS tier, m.since, m.pending_runs, \
            s.text AS stage, m.score, \(ranks), h.text AS rule \
            FROM member m JOIN text t ON t.position = m.tier JOIN text s ON s.position = m.stage \
            LEFT JOIN hold o ON o.position = m.position LEFT JOIN text h ON h.position = o.rule
            """
        ),
    ]

    private static var ranks: String { Dimension.allCases.map { "m.rank_\($0.name)" }.joined(separator: ", ") }

    /// Which verdict a reason leads to, as the arms of a CASE.
    private static var verdicts: String {
        ReasonCode.allCases.map { "WHEN '\($0.rawValue)' THEN '\($0.outcome.rawValue)'" }.joined(separator: " ")
    }

    /// The tables whose digests `meta` holds.
    static let contents = [
        input, calibration, step, experiment, member, hold, transition, figure, decision, incidentAction, text,
    ]
    static let tables = [meta] + contents
}
