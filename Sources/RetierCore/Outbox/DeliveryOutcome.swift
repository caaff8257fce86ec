/// How one delivery attempt ended.
///
/// A failed attempt is a value, not an error.
package struct DeliveryOutcome: Hashable, Sendable {
    package enum Verdict: String, CaseIterable, Sendable {
        /// The receiver accepted the message.
        case delivered
        /// The receiver took the message as a task that a person confirms there: `reference` names it.
        case accepted
        /// The receiver refuses this message for good.
        case rejected
        /// The receiver has not acted, or says so; another attempt may help.
        case retry
        /// The receiver has not acted because it is called too often: the whole endpoint is quiet for a while.
        case throttled
        /// Nothing was acted on and nothing will be, whatever the message: the address is no more, or the endpoint
        /// cannot work as configured (its secret, its certificate, a redirect). It is disabled until a person acts.
        case gone
        /// The request may have reached the receiver, and nothing tells whether it acted.
        case ambiguous
    }

    package var verdict: Verdict
    /// A stable code such as `ok`, `http-503`, `timeout`; holds no data of members or secrets.
    package var code: String
    package var httpStatus: Int?
    /// What the receiver asks to wait before this message comes again, in seconds.
    package var retryAfterSeconds: Int?
    /// How long the whole endpoint has to be quiet, in seconds.
    package var holdSeconds: Int?
    /// True where at least one byte of the request may have left this machine.
    package var leftUs: Bool
    /// A short fact for the operator, such as the host that a redirect names.
    package var note: String?
    /// The receiver's name of the message, such as a task's id.
    package var reference: String?
    /// Single actions that the receiver refused although it took the message.
    package var refusals: [ActionRefusal]

    package init(
        _ verdict: Verdict, code: String, httpStatus: Int? = nil, retryAfterSeconds: Int? = nil,
        holdSeconds: Int? = nil, leftUs: Bool, note: String? = nil, reference: String? = nil,
        refusals: [ActionRefusal] = []
    ) {
        self.verdict = verdict
        self.code = code
        self.httpStatus = httpStatus
        self.retryAfterSeconds = retryAfterSeconds
        self.holdSeconds = holdSeconds
        self.leftUs = leftUs
        self.note = note
        self.reference = reference
        self.refusals = refusals
    }
}

/// One action of a message that the receiver did not take.
package struct ActionRefusal: Hashable, Sendable {
    /// The receiver speaks of actions or of recipients.
    package enum Subject: Hashable, Sendable {
        case action(id: String)
        /// The receiver's own id of the person, as the message named it.
        case recipient(String)
    }

    package var subject: Subject
    /// The receiver's code, made of letters, digits, `.`, `_` and `-`.
    package var code: String

    package init(_ subject: Subject, code: String) {
        self.subject = subject
        self.code = code
    }
}
