package import Foundation
package import RetierCore

/// How an endpoint is reached over HTTP and how its answers are read.
///
/// One a channel kind.
package struct HTTPEndpoint: Sendable {
    package var id: String
    package var target: HTTPTarget
    /// The most requests in flight at once.
    package var concurrency: Int
    /// From the first DNS query to the last byte of the answer.
    package var timeoutSeconds: Int
    /// A file of certificates to trust instead of the system's; nil for the system's.
    package var caFile: String?
    /// Header lines of one attempt, made at the moment it begins.
    package var headers: @Sendable (OutgoingMessage, Instant) -> [String]
    /// What an exchange means.
    package var judge: @Sendable (HTTPExchange) -> DeliveryOutcome

    package init(
        id: String, target: HTTPTarget, concurrency: Int, timeoutSeconds: Int, caFile: String? = nil,
        headers: @escaping @Sendable (OutgoingMessage, Instant) -> [String],
        judge: @escaping @Sendable (HTTPExchange) -> DeliveryOutcome
    ) {
        self.id = id
        self.target = target
        self.concurrency = concurrency
        self.timeoutSeconds = timeoutSeconds
        self.caFile = caFile
        self.headers = headers
        self.judge = judge
    }
}

/// What libcurl saw of one attempt.
package struct HTTPExchange: Sendable {
    /// Why this side stopped the attempt, where it did.
    package enum Refusal: String, Sendable {
        /// Every address that the host resolved to is outside what the endpoint may reach.
        case address
        /// libcurl was about to send the request a second time on a new connection.
        case resend
    }

    /// libcurl's result, 0 for a complete exchange.
    package var curlCode: Int32
    /// True once the request was about to be written to a connection: the line between not sent and ambiguous.
    package var requestLeft: Bool
    package var refusal: Refusal?
    /// 0 where no status line arrived.
    package var httpStatus: Int
    package var retryAfterSeconds: Int?
    /// The host that a redirect names.
    package var redirectHost: String?
    /// At most `CurlTransport.maxResponseBytes`.
    package var body: Data
    package var bodyIsComplete: Bool

    package init(
        curlCode: Int32, requestLeft: Bool, refusal: Refusal? = nil, httpStatus: Int = 0, retryAfterSeconds: Int? = nil,
        redirectHost: String? = nil, body: Data = Data(), bodyIsComplete: Bool = true
    ) {
        self.curlCode = curlCode
        self.requestLeft = requestLeft
        self.refusal = refusal
        self.httpStatus = httpStatus
        self.retryAfterSeconds = retryAfterSeconds
        self.redirectHost = redirectHost
        self.body = body
        self.bodyIsComplete = bodyIsComplete
    }
}
