package import Foundation
package import RetierCore

/// What a service's code says about a request.
package enum CodeMeaning: Hashable, Sendable {
    case done
    /// Not acted on; another attempt may help.
    case retry
    /// Not acted on, because it is called too often: quiet for so many seconds.
    case throttled(seconds: Int)
    /// Refused for good.
    case refused
    /// Refused, and so will be everything at this address.
    case gone
}

/// An answer of a service that puts its verdict into a JSON body and sends it with HTTP 200, whatever it is.
package struct CodedAnswer: Sendable {
    /// Made of the service's name and code, such as `wecom-45009`.
    package var code: String
    /// Nil where nothing is known of the code.
    package var meaning: CodeMeaning?
    /// Our own words on what to do; the service's own may hold addresses and keys.
    package var note: String?

    package init(code: String, meaning: CodeMeaning?, note: String? = nil) {
        self.code = code
        self.meaning = meaning
        self.note = note
    }

    /// The outcome of an exchange, by the answer that `read` finds in a whole body.
    ///
    /// Only a known code of success in a 2xx answer is success. What nothing is known of is ambiguous; a status that
    /// says no is no.
    package static func outcome(
        of exchange: HTTPExchange, service: String, read: (Data) -> CodedAnswer?
    ) -> DeliveryOutcome {
        if let failure = exchange.withoutWholeAnswer() { return failure }
        let status = exchange.httpStatus
        let isSuccess = (200...299).contains(status)
        let answer = isSuccess || (400...499).contains(status) ? read(exchange.body) : nil
        if let answer, let meaning = answer.meaning, isSuccess || meaning != .done {
            return answer.outcome(meaning, exchange: exchange)
        }
        let unknown = DeliveryOutcome(
            .ambiguous, code: answer?.code ?? "\(service)-unreadable", httpStatus: status, leftUs: true,
            note: answer == nil ? "the answer holds no code" : "nothing is known of this code")
        guard var failure = exchange.failureByStatus() else { return unknown }
        switch status {
        // Nothing lives at this address, and the address is all there is.
        case 404: failure.verdict = .gone
        case 400...499 where ![401, 403, 408, 410, 425, 429].contains(status): return unknown
        default: break
        }
        return failure
    }

    private func outcome(_ meaning: CodeMeaning, exchange: HTTPExchange) -> DeliveryOutcome {
        func outcome(_ verdict: DeliveryOutcome.Verdict, holdSeconds: Int? = nil) -> DeliveryOutcome {
            DeliveryOutcome(
                verdict, code: code, httpStatus: exchange.httpStatus, retryAfterSeconds: exchange.retryAfterSeconds,
                holdSeconds: holdSeconds, leftUs: true, note: note)
        }
        return switch meaning {
        case .done: outcome(.delivered)
        case .retry: outcome(.retry)
        case .throttled(let seconds): outcome(.throttled, holdSeconds: seconds + HTTPExchange.clockSeconds)
        case .refused: outcome(.rejected)
        case .gone: outcome(.gone)
        }
    }

    /// Where a body is not a JSON object or its code is no whole number, it says nothing: nil.
    static func json<Fields: Decodable>(_ fields: Fields.Type, in body: Data) -> Fields? {
        try? JSONDecoder().decode(fields, from: body)
    }
}
