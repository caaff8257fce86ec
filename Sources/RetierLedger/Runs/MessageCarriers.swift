import Foundation
import GRDB
import RetierCore

/// Stores the messages of a run as they are composed, and keeps which of them carries which decision.
struct MessageCarriers {
    private(set) var messages: [String] = []
    /// The place of a decision's message in `messages`, by the decision's place in the plan; -1 for none.
    private(set) var ofDecision: [Int32]
    /// Actions that stand in a message which cannot be sent.
    private(set) var unsendable = 0
    /// Messages that wait for the canary.
    private(set) var withheld = 0

    private let planDigest: String
    private let now: Instant
    private let quiet: QuietCalendar
    private let database: Database
    private var positions: [String: Int] = [:]

    init(planDigest: String, decisions: Int, now: Instant, quiet: QuietCalendar, database: Database) {
        self.planDigest = planDigest
        self.now = now
        self.quiet = quiet
        self.database = database
        ofDecision = Array(repeating: -1, count: decisions)
    }

    /// Stores the parts of a draft.
    ///
    /// - Throws: `RetierError` of code `badData` where the parts do not carry each action of the draft exactly once.
    mutating func carry(_ draft: MessageDraft, in parts: [MessagePart]) throws {
        var next = 0
        for part in parts {
            let places = part.places ?? Array(next..<next + part.actions)
            if part.places == nil { next += part.actions }
            let position = positions[draft.endpoint.id, default: 0] + 1
            positions[draft.endpoint.id] = position
            let id = Identifiers.message(planDigest: planDigest, endpoint: draft.endpoint.id, position: position)
            try insert(part, id: id, position: position, of: draft)
            for (index, place) in places.enumerated() {
                guard draft.actions.indices.contains(place), ofDecision[draft.actions[place].position - 1] < 0 else {
                    throw fault(draft, "an action that is in another message, or none")
                }
                let action = draft.actions[place]
                ofDecision[action.position - 1] = Int32(messages.count)
                guard !part.recipients.isEmpty else { continue }
                guard part.recipients.count == places.count else { throw fault(draft, "an action without a recipient") }
                try insert(recipient: part.recipients[index], of: action, message: id)
            }
            if part.refusal != nil { unsendable += places.count }
            messages.append(id)
        }
        guard draft.actions.allSatisfy({ ofDecision[$0.position - 1] >= 0 }) else {
            throw fault(draft, "too few of its actions")
        }
    }

    private func fault(_ draft: MessageDraft, _ what: String) -> RetierError {
        RetierError(
            .badData, "the messages for endpoint \(draft.endpoint.id) carry \(what)",
            hint: "report this as a fault of retier; nothing was committed")
    }

    private mutating func insert(_ part: MessagePart, id: String, position: Int, of draft: MessageDraft) throws {
        let dueAt = quiet.firstMoment(draft.quiet, from: now)
        let notAfter = dueAt.adding(seconds: Int64(draft.endpoint.expireHours) * 3_600)
        var message = NewMessage(
            id: id, run: draft.run, endpoint: draft.endpoint.id, position: position, part: part, dueAt: dueAt,
            notAfter: notAfter, quiet: draft.quiet)
        message.isWithheld = draft.part == .rest
        let key = try message.insert(in: database)
        // What can never be sent tells nothing of its receiver, and waits for nothing.
        guard part.refusal == nil else { return }
        switch draft.part {
        case .sample: try CanaryRow.insert(sample: key, of: draft.run, in: database)
        case .rest: withheld += 1
        case nil: break
        }
    }

    private func insert(recipient: String, of action: PlannedDecision, message: String) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO message_recipient (message, recipient, action_id) VALUES (?, ?, ?)")
        try statement.execute(arguments: [message, recipient, action.actionID])
    }
}
