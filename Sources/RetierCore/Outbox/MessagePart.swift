/// What the bytes of a message are.
package enum MessageForm: String, CaseIterable, Sendable {
    /// The payload of the request, as it is.
    case payload
    /// A file that is uploaded first; the message then names it.
    case attachment
}

/// One message made of the next actions of a draft.
package struct MessagePart: Hashable, Sendable {
    package var form: MessageForm
    package var body: [UInt8]
    /// How many actions of the draft it carries; 0 for a message that goes with others, such as a digest.
    package var actions: Int

    package init(form: MessageForm = .payload, body: [UInt8], actions: Int) {
        self.form = form
        self.body = body
        self.actions = actions
    }
}
