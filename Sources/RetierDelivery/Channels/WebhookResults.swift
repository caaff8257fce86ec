import Foundation
import RetierCore

/// What a receiver of webhooks may say about the actions of a message that it took.
///
///     {"results": [{"action_id": "a-1", "status": "refused", "code": "no-such-coupon"}]}
///
/// Receivers are free to answer anything else; it says nothing then.
enum WebhookResults {
    private struct Answer: Decodable {
        var results: [Loose]
    }

    /// One entry, whatever it is: a bad one does not spoil the others.
    private struct Loose: Decodable {
        var result: Result?

        init(from decoder: any Decoder) throws { result = try? Result(from: decoder) }
    }

    private struct Result: Decodable {
        var action_id: String
        var status: String
        var code: String?

        private enum CodingKeys: String, CodingKey { case action_id, status, code }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            action_id = try fields.decode(String.self, forKey: .action_id)
            status = try fields.decode(String.self, forKey: .status)
            code = try? fields.decode(String.self, forKey: .code)
        }
    }

    /// The actions that were refused, each once.
    ///
    /// Ids and codes are short and plain or they are not taken: they are written to the audit trail. An entry with an
    /// unusable code counts under the code `refused`; one with an unusable id is passed over.
    static func refusals(in body: Data) -> [ActionRefusal] {
        guard body.count > 1, let answer = CodedAnswer.json(Answer.self, in: body) else { return [] }
        var seen: Set<String> = []
        return answer.results.compactMap { loose in
            guard let result = loose.result, result.status == "refused", isPlain(result.action_id, upTo: 128),
                seen.insert(result.action_id).inserted
            else { return nil }
            let code = result.code.flatMap { isPlain($0, upTo: 64) ? $0 : nil } ?? "refused"
            return ActionRefusal(.action(id: result.action_id), code: code)
        }
    }

    /// Letters, digits, `.`, `_`, `-` and, in ids, `:`.
    private static func isPlain(_ text: String, upTo bytes: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= bytes
            && text.unicodeScalars.allSatisfy { $0.isASCIILetterOrDigit || "._-:".unicodeScalars.contains($0) }
    }
}
