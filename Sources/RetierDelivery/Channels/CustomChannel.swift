import Foundation
package import RetierCore

/// A receiver that the brand describes itself: a POST of JSON, whose answer is judged by the brand's rules.
package enum CustomChannel {
    /// - Parameters:
    ///   - address: the whole URL.
    ///   - headers: whole header lines.
    package static func endpoint(
        _ endpoint: Endpoint, settings: CustomChannelSettings, address: SecretText, headers: [SecretText]
    ) throws -> HTTPEndpoint {
        let named = settings.headers.contains { $0.name.lowercased() == "content-type" }
        let lines = (named ? [] : [SecretText("Content-Type: application/json")]) + headers
        let idempotencyHeader = settings.idempotencyHeader
        // Who knows no repeat gets a connection of its own for each request: a reused one that dies makes doubts.
        return try HTTPEndpoint(
            endpoint, url: address.revealed, reusesConnections: idempotencyHeader != nil, attemptsAreIndependent: true
        ) { target in
            { message, _ in
                let id = idempotencyHeader.map { ["\($0): \(message.id)"] } ?? []
                let request = HTTPRequest(url: target.url, headers: lines.map(\.revealed) + id, body: message.body)
                return .request(request) { exchange, _ in .end(outcome(of: exchange, answers: settings.answers)) }
            }
        }
    }

    /// The verdict of an answer: the first rule that fits, bad news first; without one never success.
    package static func outcome(of exchange: HTTPExchange, answers: AnswerRules) -> DeliveryOutcome {
        if let failure = exchange.withoutAnswer() { return failure }
        let body = exchange.bodyIsComplete ? AnswerValue(json: exchange.body) : nil
        func outcome(
            _ verdict: DeliveryOutcome.Verdict, _ code: String, holdSeconds: Int? = nil
        ) -> DeliveryOutcome {
            DeliveryOutcome(
                verdict, code: code, httpStatus: exchange.httpStatus, retryAfterSeconds: exchange.retryAfterSeconds,
                holdSeconds: holdSeconds, leftUs: true)
        }
        func rule(of rules: [AnswerRule]) -> AnswerRule? {
            rules.first { $0.fits(status: exchange.httpStatus, body: body) }
        }
        if let rule = rule(of: answers.gone) { return outcome(.gone, rule.code("gone", exchange.httpStatus)) }
        if let rule = rule(of: answers.throttled) {
            let wait = exchange.retryAfterSeconds.map { HTTPExchange.holdSeconds($0) } ?? rule.holdSeconds
            return outcome(
                .throttled, rule.code("throttled", exchange.httpStatus), holdSeconds: wait + HTTPExchange.clockSeconds)
        }
        if let rule = rule(of: answers.refused) { return outcome(.rejected, rule.code("refused", exchange.httpStatus)) }
        if let failure = exchange.failureByStatus() { return failure }
        let isReadEnough = exchange.bodyIsComplete || !answers.readBodies
        if isReadEnough, rule(of: answers.success) != nil { return outcome(.delivered, "ok") }
        var unknown = outcome(.ambiguous, exchange.bodyIsComplete ? "unknown-answer" : "partial-answer")
        unknown.note = "the answer fits none of the endpoint's rules"
        return unknown
    }
}

extension AnswerRules {
    /// Whether any rule looks into bodies, so that an answer that was cut may hide bad news.
    fileprivate var readBodies: Bool {
        [success, throttled, refused, gone].contains { rules in rules.contains { !$0.body.isEmpty } }
    }
}

extension AnswerRule {
    fileprivate func fits(status: Int, body: AnswerValue?) -> Bool {
        guard statuses?.contains(status) ?? true else { return false }
        return self.body.allSatisfy { wanted in
            guard let found = body?.value(at: wanted.path[...])?.scalar else { return false }
            return wanted.values.contains { found.equals($0) }
        }
    }

    /// A word and what the rule asked for, such as `refused-2001`; nothing of the answer itself.
    fileprivate func code(_ word: String, _ status: Int) -> String {
        guard case .number(let text)? = body.first?.values.first, body.first?.values.count == 1 else {
            return body.isEmpty ? "\(word)-http-\(status)" : word
        }
        return "\(word)-\(text)"
    }
}

/// A JSON value of an answer.
private enum AnswerValue: Decodable {
    case scalar(Scalar)
    case list([AnswerValue])
    case object([String: AnswerValue])

    enum Scalar {
        case null
        case flag(Bool)
        case number(Decimal)
        case text(String)

        /// Numbers are compared as numbers: `0` equals `0.0`, and neither equals `"0"`.
        func equals(_ other: JSONScalar) -> Bool {
            switch (self, other) {
            case (.null, .null): true
            case (.flag(let left), .flag(let right)): left == right
            case (.number(let left), .number(let right)): Decimal(string: right) == left
            case (.text(let left), .text(let right)): left.unicodeScalars.elementsEqual(right.unicodeScalars)
            default: false
            }
        }
    }

    /// Nil for what is no JSON.
    init?(json: Data) {
        guard let value = try? JSONDecoder().decode(AnswerValue.self, from: json) else { return nil }
        self = value
    }

    init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try fields.allKeys.reduce(into: [:]) {
                    $0[$1.stringValue] = try fields.decode(AnswerValue.self, forKey: $1)
                })
        } else if var items = try? decoder.unkeyedContainer() {
            var list: [AnswerValue] = []
            while !items.isAtEnd { list.append(try items.decode(AnswerValue.self)) }
            self = .list(list)
        } else {
            let single = try decoder.singleValueContainer()
            if single.decodeNil() {
                self = .scalar(.null)
            } else if let flag = try? single.decode(Bool.self) {
                self = .scalar(.flag(flag))
            } else if let text = try? single.decode(String.self) {
                self = .scalar(.text(text))
            } else {
                self = .scalar(.number(try single.decode(Decimal.self)))
            }
        }
    }

    var scalar: Scalar? { if case .scalar(let scalar) = self { scalar } else { nil } }

    func value(at path: ArraySlice<String>) -> AnswerValue? {
        guard let name = path.first else { return self }
        switch self {
        case .scalar: return nil
        case .object(let fields): return fields[name]?.value(at: path.dropFirst())
        case .list(let items):
            guard let place = Int(name), items.indices.contains(place) else { return nil }
            return items[place].value(at: path.dropFirst())
        }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
