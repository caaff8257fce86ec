import Foundation

/// A parameter of a step, as a plan holds it: a text, or several under one key.
enum StepParameter: Codable {
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

    /// Several texts are joined by commas.
    var text: String {
        switch self {
        case .one(let text): text
        case .many(let texts): texts.joined(separator: ",")
        }
    }

    /// The parameters in a plan's JSON, by key.
    static func all(in json: String) throws -> [String: StepParameter] {
        try JSONDecoder().decode([String: StepParameter].self, from: Data(json.utf8))
    }
}
