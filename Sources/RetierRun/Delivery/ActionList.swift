import Foundation
import RetierCore
import RetierLedger

/// The body of one message: some actions of one run for one endpoint, as JSON with sorted keys.
struct ActionList: Encodable {
    /// The event type of Standard Webhooks.
    let type = "retier.actions"
    /// When the run was committed, ISO-8601.
    let timestamp: String
    let data: Content

    struct Content: Encodable {
        var brand: String
        var run: String
        var kind: String
        var period: String
        var asOf: String
        var endpoint: String
        var actions: [Action]

        enum CodingKeys: String, CodingKey {
            case brand, run, kind, period, endpoint, actions
            case asOf = "as_of"
        }
    }

    struct Action: Encodable {
        var actionID: String
        var memberID: String
        var playbook: String
        var version: Int
        var step: String
        var level: Int?
        var type: String
        var channel: String
        var arm: String?
        var title: String?
        var text: String?
        /// Decimal text, so that no receiver rounds it.
        var cost: String
        var currency: String
        var assign: String?
        var due: String?
        var parameters: [String: ParameterValue]

        enum CodingKeys: String, CodingKey {
            case playbook, version, step, level, type, channel, arm, title, text, cost, currency, assign, due,
                parameters
            case actionID = "action_id"
            case memberID = "member_id"
        }
    }

    /// A parameter of a step: a text, or several under one key.
    enum ParameterValue: Codable {
        case one(String)
        case many([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .one(text)
            } else {
                self = .many(try container.decode([String].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .one(let text): try container.encode(text)
            case .many(let texts): try container.encode(texts)
            }
        }
    }

    /// The bytes of a message; the same plan, committed at the same moment, gives the same bytes.
    static func body(of draft: MessageDraft, header: PlanHeader, committedAt: Instant) throws -> [UInt8] {
        let actions = try draft.actions.map { action in
            Action(
                actionID: action.actionID, memberID: action.memberID, playbook: action.playbook,
                version: action.version,
                step: action.step, level: action.level, type: action.type, channel: action.channel, arm: action.arm,
                title: action.title, text: action.text, cost: action.cost.text(decimals: header.currency.decimals),
                currency: header.currency.code, assign: action.assign, due: action.due?.description,
                parameters: try JSONDecoder().decode([String: ParameterValue].self, from: Data(action.parameters.utf8)))
        }
        let list = ActionList(
            timestamp: committedAt.description,
            data: Content(
                brand: header.brand, run: draft.run, kind: header.kind.rawValue, period: header.period,
                asOf: header.asOf.description, endpoint: draft.endpoint.id, actions: actions))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(list))
    }
}
