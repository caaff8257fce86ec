package import Foundation

/// One request as the receiver read it.
package struct LoopbackRequest: Sendable {
    /// The `webhook-id` header; empty where there is none.
    package var id: String
    /// The `webhook-timestamp` header.
    package var timestamp: Int64?
    /// Nil where the receiver has no secret.
    package var signatureIsValid: Bool?
    package var method: String
    /// The request target as it was written, query included.
    package var path: String
    /// Header names in lower case; of a name that is written twice the last value.
    package var headers: [String: String]
    /// Header names in lower case that were written more than once.
    package var repeatedHeaders: Set<String>
    package var body: Data
    /// 1 for the receiver's first connection.
    package var connection: Int
    /// 1 for the connection's first request.
    package var numberOnConnection: Int
    /// How often this id has been read, this time included.
    package var delivery: Int
}

/// What the receiver does with a request that it has read whole.
package enum LoopbackBehaviour: Sendable {
    case answer(status: Int, headers: [String: String] = [:], body: String = "")
    indirect case delay(milliseconds: Int, then: LoopbackBehaviour)
    /// Ends the connection with RST: the sender cannot know that the request was read.
    case reset
    /// Ends the connection with FIN, without an answer.
    case close
    /// Never answers.
    case hang
    /// A declared or chunked body of so many bytes.
    case hugeBody(bytes: Int, chunked: Bool)
    /// Status 200, then one byte of the body at a time.
    case drip(bytes: Int, milliseconds: Int)
    /// Bytes that are not HTTP.
    case garbage
    /// These bytes as they are, with a pause after each where the milliseconds are above 0, then perhaps FIN.
    case raw(bytes: Data, pauseMilliseconds: Int = 0, thenClose: Bool = false)

    package static let ok = LoopbackBehaviour.answer(status: 200)
}

/// What the receiver does with a connection before it reads anything.
package enum LoopbackAcceptance: Sendable {
    case serve
    case reset
    /// Reads until so many bytes have come, then RST: the request was cut off on its way.
    case resetAfter(bytes: Int)
}

/// A moment at which a test may stop the sender dead.
package enum LoopbackEvent: Sendable {
    /// The connection stands; nothing was read from it.
    case accepted(connection: Int)
    /// The request was read whole, and nothing was done about it.
    case read(LoopbackRequest)
    /// `onRequest` has acted on the request, and no byte of an answer has left.
    case acted(LoopbackRequest)
    /// The first half of the answer has left.
    case answering(LoopbackRequest)
    /// The whole answer has left.
    case answered(LoopbackRequest)
}
