/// What the bytes of a message are.
package enum MessageForm: String, CaseIterable, Sendable {
    /// The payload of the request, as it is.
    case payload
    /// A file that is uploaded first; the message then names it.
    case attachment
}

/// One message made of actions of a draft.
package struct MessagePart: Hashable, Sendable {
    package var form: MessageForm
    package var body: [UInt8]
    /// How many actions of the draft it carries; 0 for a message that goes with others, such as a digest.
    package var actions: Int
    /// Which actions of the draft these are, counted from 0; nil for the next ones.
    package var places: [Int]?
    /// The receiver's id of each action's person, in the order of the actions; empty where the receiver refuses
    /// messages only as a whole.
    package var recipients: [String]
    /// Why it cannot be sent at all, as a code such as `no-recipient`; nil for what can.
    ///
    /// The message is recorded as rejected from the start, so that its actions end visibly.
    package var refusal: String?

    /// A message of the next actions.
    package init(form: MessageForm = .payload, body: [UInt8], actions: Int) {
        self.form = form
        self.body = body
        self.actions = actions
        recipients = []
    }

    /// A message of chosen actions, to these people.
    package init(form: MessageForm = .payload, body: [UInt8], places: [Int], recipients: [String] = []) {
        self.init(form: form, body: body, actions: places.count)
        self.places = places
        self.recipients = recipients
    }

    /// What stands in the outbox for actions that no message can carry.
    package init(refusing places: [Int], code: String) {
        self.init(body: Array("{}".utf8), places: places)
        refusal = code
    }
}
