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
    /// A request that moves fewer than 100 bytes a second for so long has stalled.
    package var stallSeconds = 60
    /// A file of certificates to trust instead of the system's; nil for the system's.
    package var caFile: String?
    /// Nil for none.
    package var proxy: HTTPProxy?
    /// False where each request has a connection of its own: slower, and nothing that is left on an old connection can
    /// be taken for an answer.
    package var reusesConnections: Bool
    /// True where attempts know nothing of each other, so that they may run on several threads.
    package var attemptsAreIndependent: Bool
    /// Headers of answers that the channel reads, in lower case.
    package var answerHeaders: [String]
    /// The first step of an attempt that begins at a moment.
    package var attempt: @Sendable (OutgoingMessage, Instant) -> ChannelStep

    /// Takes what is the same for all kinds from the endpoint's settings; `caFile` must be absolute by now.
    ///
    /// `attempt` is given the checked URL.
    ///
    /// - Throws: `RetierError` that names the endpoint and at most the host.
    package init(
        _ endpoint: Endpoint, url: String, reusesConnections: Bool = true, attemptsAreIndependent: Bool = false,
        answerHeaders: [String] = [],
        attempt: (HTTPTarget) throws -> @Sendable (OutgoingMessage, Instant) -> ChannelStep
    ) throws {
        id = endpoint.id
        proxy = try endpoint.proxy.map { try HTTPProxy(endpoint: endpoint.id, url: $0) }
        target = try HTTPTarget(
            endpoint: endpoint.id, url: url, allowPrivate: endpoint.allowPrivate, isBehindProxy: proxy != nil)
        concurrency = max(1, endpoint.concurrency)
        timeoutSeconds = max(1, endpoint.timeoutSeconds)
        caFile = endpoint.caFile
        self.reusesConnections = reusesConnections
        self.attemptsAreIndependent = attemptsAreIndependent
        self.answerHeaders = answerHeaders
        self.attempt = try attempt(target)
    }

    /// The part of `concurrency` that one of several loops, counted from 0, has; the parts add up to it.
    func concurrency(onLoop loop: Int, of loops: Int) -> Int {
        guard attemptsAreIndependent else { return loop == 0 ? concurrency : 0 }
        return concurrency / loops + (loop < concurrency % loops ? 1 : 0)
    }

    /// True where a connection to the address is allowed: the proxy's where there is one.
    func allows(_ address: NetworkAddress?) -> Bool { proxy?.allows(address) ?? target.allows(address) }
}

/// What an attempt does next.
///
/// Most attempts are one request; some need others before it: a token, an upload.
package enum ChannelStep: Sendable {
    /// Make a request; the closure turns what came of it, and the moment, into the next step.
    indirect case request(HTTPRequest, then: @Sendable (HTTPExchange, Instant) -> ChannelStep)
    /// Go on when another request has ended: that of another attempt which asks for what this one needs, too.
    indirect case wait(then: @Sendable (Instant) -> ChannelStep)
    /// The attempt ended.
    case end(DeliveryOutcome)
}

/// One request of an attempt.
///
/// Printing it shows neither its URL nor its content: both hold secrets.
package struct HTTPRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
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

    /// A POST of JSON.
    package static func json(_ body: Data, to url: String, headers: [String] = []) -> HTTPRequest {
        HTTPRequest(url: url, headers: ["Content-Type: application/json"] + headers, body: body)
    }

    package var description: String { "\(method.rawValue), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
