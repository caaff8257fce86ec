import Foundation
import GRDB
import RetierCore
import RetierLedger

/// What the ledger says at the end of a scene.
struct LedgerFacts {
    struct Message {
        var id: String
        var endpoint: String
        var state: String
        var code: String?
        var body: Data
        var attempts: Int
    }

    struct Attempt {
        var number: Int
        var outcome: String
    }

    var messages: [Message]
    var attempts: [String: [Attempt]]
    var doubts: Set<String>
    var auditProblems: [String]

    init(_ ledger: Ledger) throws {
        (messages, attempts) = try ledger.pool.read { database in
            let messages = try Row.fetchAll(
                database,
                sql: """
                    SELECT id, endpoint, state, code, body, attempts FROM message JOIN message_body ON message = key
                    ORDER BY id
                    """
            ).map {
                Message(id: $0[0], endpoint: $0[1], state: $0[2], code: $0[3], body: $0[4], attempts: $0[5])
            }
            var attempts: [String: [Attempt]] = [:]
            for row in try Row.fetchAll(
                database,
                sql: """
                    SELECT id, number, outcome FROM delivery_attempt JOIN message ON key = message
                    ORDER BY id, number
                    """)
            {
                attempts[row[0], default: []].append(Attempt(number: row[1], outcome: row[2]))
            }
            return (messages, attempts)
        }
        doubts = Set(try Outbox(ledger).doubts().map(\.messageID))
        auditProblems = try Audit(ledger).verify().map { "\($0)" }
    }

    static func bodies(in ledger: Ledger) throws -> [String: Data] {
        try ledger.pool.read { database in
            try Row.fetchAll(database, sql: "SELECT id, body FROM message JOIN message_body ON message = key")
                .reduce(into: [:]) { $0[$1[0]] = $1[1] }
        }
    }

    /// How many attempts of a message have been begun, read by a connection that is closed at once: the ledger's next
    /// courier must be the one that finds what the dead one left.
    static func attempts(of message: String, at path: String) throws -> Int {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read {
            try Int.fetchOne(
                $0, sql: "SELECT attempts FROM message WHERE id = ?", arguments: [message]) ?? 0
        }
    }
}

/// The promises of a delivery, held against the receiver's log and the ledger: what does not hold, in words.
struct DeliveryPromises {
    var facts: LedgerFacts
    var log: [String: ReceiverLog.Entry]
    /// The bodies that were committed, by message id.
    var planned: [String: Data]
    /// Endpoints on which an ambiguous attempt waits for a person.
    var holding: Set<String>
    /// Of endpoints that write files, the files by name.
    var files: [String: [String: Data]] = [:]

    var breaches: [String] {
        var breaches = facts.auditProblems.map { "audit: \($0)" }
        if Set(facts.messages.map(\.id)) != Set(planned.keys) {
            breaches.append("the outbox has lost or won a message")
        }
        for (id, entry) in log where planned[id] == nil || entry.bodies != [planned[id] ?? Data()] {
            breaches.append("\(id): the receiver read \(entry.bodies.count) bodies, or not the one committed")
        }
        for message in facts.messages {
            let entry = log[message.id] ?? ReceiverLog.Entry()
            var words = ending(of: message) + trail(of: message)
            words += files[message.endpoint].map { written(message, $0) } ?? word(message, entry)
            if holding.contains(message.endpoint) { words += patience(message, entry) }
            breaches += words.map { "\(message.id) (\(message.state), \(message.code ?? "no code"), \(entry)): \($0)" }
        }
        return breaches
    }

    /// Nothing lost: each message has come to an end and gives a reason.
    private func ending(of message: LedgerFacts.Message) -> [String] {
        let ends: Set = ["delivered", "rejected", "exhausted", "expired", "in_doubt"]
        var words: [String] = []
        if !ends.contains(message.state) { words.append("is left behind") }
        if (message.code ?? "").isEmpty { words.append("ended without a reason") }
        if message.body != planned[message.id] { words.append("its body was changed") }
        if (message.state == "in_doubt") != facts.doubts.contains(message.id) {
            words.append("the list of doubts does not agree")
        }
        return words
    }

    /// Each attempt that began has ended, and the delivered one is the last.
    private func trail(of message: LedgerFacts.Message) -> [String] {
        let attempts = facts.attempts[message.id] ?? []
        var words: [String] = []
        if attempts.map(\.number) != Array(1...max(1, message.attempts)), message.attempts > 0 {
            words.append("attempts are missing")
        }
        if attempts.dropLast().contains(where: { $0.outcome == "delivered" }) { words.append("sent after delivered") }
        if message.state == "delivered", attempts.last?.outcome != "delivered" {
            words.append("delivered by no attempt")
        }
        return words
    }

    /// A delivered message is one whole file, and no other is there.
    private func written(_ message: LedgerFacts.Message, _ files: [String: Data]) -> [String] {
        let own = files.filter { $0.key.hasSuffix("-\(message.id).json") }
        guard message.state == "delivered" else { return ["was not written"] }
        return Array(own.values) == [message.body] ? [] : ["is in \(own.count) files, or in another form"]
    }

    /// The receiver's word and the ledger's do not contradict each other.
    private func word(_ message: LedgerFacts.Message, _ entry: ReceiverLog.Entry) -> [String] {
        let attempts = facts.attempts[message.id] ?? []
        let ambiguous = attempts.filter { $0.outcome == "ambiguous" }.count
        var words: [String] = []
        if entry.reads > attempts.count { words.append("more requests than attempts") }
        if entry.acts > 1 + ambiguous { words.append("shown again although the outcome was known") }
        switch message.state {
        case "delivered":
            if entry.confirmations == 0 { words.append("the receiver never confirmed it") }
        case "in_doubt":
            if ambiguous == 0 { words.append("no attempt was ambiguous") }
        default:
            if entry.acts > 0 { words.append("the receiver acted on it") }
            if ambiguous > 0 { words.append("an ambiguous attempt is not in doubt") }
        }
        return words
    }

    /// Where a repeat is a second message, nothing follows what may have arrived.
    private func patience(_ message: LedgerFacts.Message, _ entry: ReceiverLog.Entry) -> [String] {
        let attempts = facts.attempts[message.id] ?? []
        var words: [String] = []
        if entry.acts > 1 { words.append("shown twice") }
        if attempts.dropLast().contains(where: { $0.outcome == "ambiguous" }) {
            words.append("sent again after an ambiguous attempt")
        }
        if attempts.last?.outcome == "ambiguous", message.state != "in_doubt" { words.append("not held") }
        if entry.acts > 0, entry.confirmations == 0, message.state != "in_doubt" {
            words.append("the receiver acted without a word, and nobody is asked")
        }
        return words
    }
}
