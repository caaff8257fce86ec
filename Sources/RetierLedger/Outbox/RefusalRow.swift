import GRDB
import RetierCore

/// A row of the `action_refusal` table: an action that will not come about although its message is sent.
struct RefusalRow {
    var message: String
    var subject: String
    /// Empty where the subject stands for no action of the message.
    var actionID: String
    var code: String

    static let columns = "message, subject, action_id, code"
    /// Not the receiver's word: the action was taken back before it left, because consent was withdrawn.
    static let withdrawn = "withdrawn"

    /// Refusals of one answer that stand for no action are kept up to this number: a receiver must not fill the ledger.
    static let maxStrangers = 100
    /// Longer names and codes are cut to so many characters.
    static let maxCharacters = 128

    init(message: String, subject: String, actionID: String, code: String) {
        self.message = message
        self.subject = subject
        self.actionID = actionID
        self.code = code
    }

    init(_ row: Row) {
        message = row[0]
        subject = row[1]
        actionID = row[2]
        code = row[3]
    }

    /// Finds the actions behind what a receiver named; a recipient stands for all actions that its message holds.
    static func resolve(
        _ refusals: [ActionRefusal], message: String, in database: Database
    ) throws -> [RefusalRow] {
        let ofAction = try database.cachedStatement(
            sql: "SELECT action_id FROM decision WHERE action_id = ? AND message = ?")
        let ofRecipient = try database.cachedStatement(
            sql: "SELECT action_id FROM message_recipient WHERE recipient = ? AND message = ? ORDER BY action_id")
        var rows: [RefusalRow] = []
        var strangers = 0
        for refusal in refusals {
            let (name, statement) =
                switch refusal.subject {
                case .action(let id): (id, ofAction)
                case .recipient(let id): (id, ofRecipient)
                }
            let code = ActionRefusal.cleaned(refusal.code)
            let actions = try String.fetchAll(statement, arguments: [name, message])
            rows += actions.map { RefusalRow(message: message, subject: name, actionID: $0, code: code) }
            guard actions.isEmpty, strangers < maxStrangers else { continue }
            strangers += 1
            let subject = String(name.prefix(maxCharacters))
            rows.append(RefusalRow(message: message, subject: subject, actionID: "", code: code))
        }
        return rows
    }

    /// False where it is known already: the first word counts.
    func insert(in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO action_refusal (\(RefusalRow.columns)) VALUES (?, ?, ?, ?)
                ON CONFLICT (message, subject, action_id) DO NOTHING
                """)
        try statement.execute(arguments: [message, subject, actionID, code])
        return database.changesCount > 0
    }

    /// The detail of its audit entry.
    var auditText: String {
        var detail = JSONObject()
        detail.add("message", message)
        detail.add("subject", subject)
        detail.add("action_id", actionID)
        detail.add("code", code)
        return detail.json
    }
}

extension ActionRefusal {
    /// A receiver's code as one short word, whatever it sent.
    fileprivate static func cleaned(_ code: String) -> String {
        let known = code.unicodeScalars.prefix(RefusalRow.maxCharacters).map { scalar in
            scalar.isASCIILetterOrDigit || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
        }
        let word = known.isEmpty ? "refused" : String(known)
        // That word is not theirs to say.
        return word == RefusalRow.withdrawn ? "refused_withdrawn" : word
    }
}

extension Outbox {
    /// How many actions receivers refused although they took their messages.
    package func refusedActions() throws -> Int {
        try ledger.pool.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(DISTINCT action_id) FROM action_refusal
                    WHERE action_id <> '' AND code <> '\(RefusalRow.withdrawn)'
                    """) ?? 0
        }
    }
}
