/// A receiver that the brand describes itself: where, with which headers and body, and what its answers mean.
package struct CustomChannelSettings: Hashable, Sendable {
    package enum Address: Hashable, Sendable {
        case url(String)
        /// The whole URL is a secret.
        case secret(SecretSource)
    }

    /// One header of every request.
    package struct Header: Hashable, Sendable {
        package enum Value: Hashable, Sendable {
            case text(String)
            /// A secret after a prefix such as `Bearer `.
            case secret(SecretSource, prefix: String)
        }

        package var name: String
        package var value: Value

        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// How many actions one request carries.
    package enum Grouping: String, CaseIterable, Sendable {
        case action
        /// Up to the endpoint's batch.
        case message
    }

    package var address: Address
    /// In the order written.
    package var headers: [Header]
    /// The name of a template below `templates/` that makes JSON (`NAME.json.mustache`).
    package var body: String
    package var grouping: Grouping
    /// The longest body in bytes; nil for no limit.
    package var maxBodyBytes: Int?
    /// The header that carries the message's id, by which the receiver knows a repeat; nil where it knows none.
    package var idempotencyHeader: String?
    package var answers: AnswerRules

    package init(
        address: Address, headers: [Header] = [], body: String, grouping: Grouping = .action, maxBodyBytes: Int? = nil,
        idempotencyHeader: String? = nil, answers: AnswerRules
    ) {
        self.address = address
        self.headers = headers
        self.body = body
        self.grouping = grouping
        self.maxBodyBytes = maxBodyBytes
        self.idempotencyHeader = idempotencyHeader
        self.answers = answers
    }
}

extension Endpoint.Kind {
    /// The settings of a custom receiver; nil for other kinds.
    package var custom: CustomChannelSettings? { if case .custom(let settings) = self { settings } else { nil } }
}

/// What the answers of a custom receiver mean; one rule of a list is enough.
///
/// Bad news is looked for first, so that an answer to which two rules apply is not success.
package struct AnswerRules: Hashable, Sendable {
    package var success: [AnswerRule]
    package var throttled: [AnswerRule]
    package var refused: [AnswerRule]
    package var gone: [AnswerRule]

    package init(
        success: [AnswerRule], throttled: [AnswerRule] = [], refused: [AnswerRule] = [], gone: [AnswerRule] = []
    ) {
        self.success = success
        self.throttled = throttled
        self.refused = refused
        self.gone = gone
    }
}

/// A kind of answer: all that is given has to hold.
package struct AnswerRule: Hashable, Sendable {
    /// A value at a path of the JSON body, such as `data.code`; digits are places of a list.
    package struct BodyValue: Hashable, Sendable {
        package var path: [String]
        /// One of these.
        package var values: [JSONScalar]

        package init(path: [String], values: [JSONScalar]) {
            self.path = path
            self.values = values
        }
    }

    /// HTTP statuses; nil for any.
    package var statuses: [Int]?
    /// These ask for a body that came whole and is JSON.
    package var body: [BodyValue]
    /// How long the endpoint is quiet after an answer that says too often, in seconds.
    package var holdSeconds: Int

    package init(statuses: [Int]? = nil, body: [BodyValue] = [], holdSeconds: Int = 60) {
        self.statuses = statuses
        self.body = body
        self.holdSeconds = holdSeconds
    }
}

/// A JSON value that is neither an object nor an array.
package enum JSONScalar: Hashable, Sendable {
    case null
    case flag(Bool)
    /// Decimal digits, such as `0` or `-1.50`; compared as numbers.
    case number(String)
    case text(String)
}
