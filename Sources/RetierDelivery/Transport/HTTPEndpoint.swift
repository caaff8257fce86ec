package import Foundation
package import RetierCore

/// How an endpoint is reached over HTTP and how an attempt at it goes; one a channel kind.
package struct HTTPEndpoint: Sendable {
    package var id: String
    package var target: HTTPTarget
    /// The most attempts under way at once.
    package var concurrency: Int
    /// Of each request, from the first DNS query to the last byte of the answer.
    package var timeoutSeconds: Int
    /// A file of certificates to trust instead of the system's; nil for the system's.
    package var caFile: String?
    /// The address of an HTTP proxy; nil for none.
    package var proxy: String?
    /// The first step of an attempt that begins at a moment.
    package var attempt: @Sendable (OutgoingMessage, Instant) -> ChannelStep

    package init(
        id: String, target: HTTPTarget, concurrency: Int, timeoutSeconds: Int, caFile: String? = nil,
        proxy: String? = nil, attempt: @escaping @Sendable (OutgoingMessage, Instant) -> ChannelStep
    ) {
        self.id = id
        self.target = target
        self.concurrency = concurrency
        self.timeoutSeconds = timeoutSeconds
        self.caFile = caFile
        self.proxy = proxy
        self.attempt = attempt
    }
}

/// What an attempt does next.
///
/// Most attempts are one request; some need others before it: a token, an upload.
package enum ChannelStep: Sendable {
    /// Make a request; the closure turns what came of it, and the moment, into the next step.
    indirect case request(HTTPRequest, then: @Sendable (HTTPExchange, Instant) -> ChannelStep)
    /// The attempt ended.
    case end(DeliveryOutcome)
}

/// One request of an attempt.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    /// A whole URL; it must lead to the endpoint's own host, by the endpoint's own scheme and port.
    package var url: String
    /// Header lines, without line ends.
    package var headers: [String]
    package var body: Data

    package init(_ method: Method = .post, url: String, headers: [String], body: Data = Data()) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
