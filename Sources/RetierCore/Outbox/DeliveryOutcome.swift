/// How one delivery attempt ended.
///
/// A failed attempt is a value, not an error.
package struct DeliveryOutcome: Hashable, Sendable {
    package enum Verdict: String, CaseIterable, Sendable {
        /// The receiver accepted the message.
        case delivered
        /// The receiver refuses the message for good, or the endpoint cannot work as configured.
        case rejected
        /// The receiver has not acted, or says so; another attempt may help.
        case retry
        /// The request may have reached the receiver, and nothing tells whether it acted.
        case ambiguous
    }

    package var verdict: Verdict
    /// A stable code such as `ok`, `http-503`, `timeout`; holds no data of members or secrets.
    package var code: String
    package var httpStatus: Int?
    /// What the receiver asks to wait, in seconds.
    package var retryAfterSeconds: Int?
    /// True where at least one byte of the request may have left this machine.
    package var leftUs: Bool
    /// A short fact for the operator, such as the host that a redirect names.
    package var note: String?

    package init(
        _ verdict: Verdict, code: String, httpStatus: Int? = nil, retryAfterSeconds: Int? = nil, leftUs: Bool,
        note: String? = nil
    ) {
        self.verdict = verdict
        self.code = code
        self.httpStatus = httpStatus
        self.retryAfterSeconds = retryAfterSeconds
        self.leftUs = leftUs
        self.note = note
    }
}
