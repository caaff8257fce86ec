package import Foundation

/// What libcurl saw of one request.
///
/// Printing it does not show the answer, which may echo secrets.
package struct HTTPExchange: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
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
    /// Of those that the endpoint reads, by name in lower case.
    package var headers: [String: String]
    /// At most `CurlTransport.maxResponseBytes`.
    package var body: Data
    package var bodyIsComplete: Bool

    package init(
        curlCode: Int32, requestLeft: Bool, refusal: Refusal? = nil, httpStatus: Int = 0, retryAfterSeconds: Int? = nil,
        redirectHost: String? = nil, headers: [String: String] = [:], body: Data = Data(), bodyIsComplete: Bool = true
    ) {
        self.curlCode = curlCode
        self.requestLeft = requestLeft
        self.refusal = refusal
        self.httpStatus = httpStatus
        self.retryAfterSeconds = retryAfterSeconds
        self.redirectHost = redirectHost
        self.headers = headers
        self.body = body
        self.bodyIsComplete = bodyIsComplete
    }

    package var description: String { "status \(httpStatus), curl \(curlCode), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
