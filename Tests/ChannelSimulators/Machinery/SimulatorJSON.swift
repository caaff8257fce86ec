import Foundation

/// A JSON value that keeps the difference between a number, a boolean and a string.
enum SimulatorJSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([SimulatorJSON])
    case object([String: SimulatorJSON])

    /// The value of a whole body; nil where it is not valid UTF-8 or not valid JSON.
    static func parse(_ body: Data) -> SimulatorJSON? { try? StrictJSONReader.read(Array(body)) }

    subscript(_ key: String) -> SimulatorJSON? { object?[key] }

    var object: [String: SimulatorJSON]? { if case .object(let object) = self { object } else { nil } }
    var array: [SimulatorJSON]? { if case .array(let array) = self { array } else { nil } }
    var string: String? { if case .string(let string) = self { string } else { nil } }
    var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
    var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }

    /// The strings of an array that holds nothing else.
    var strings: [String]? {
        guard let array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }

    /// Every string below this value.
    var allStrings: [String] {
        switch self {
        case .string(let string): [string]
        case .array(let array): array.flatMap(\.allStrings)
        case .object(let object): object.sorted { $0.key < $1.key }.flatMap { $0.value.allStrings }
        default: []
        }
    }

    /// A string as it is written in JSON.
    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension SimulatorJSON {
    /// The value as JSON, keys sorted.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .string(let string): Self.quoted(string)
        case .array(let array): "[" + array.map(\.text).joined(separator: ",") + "]"
        case .object(let object):
            "{"
                + object.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\($0.value.text)" }
                .joined(separator: ",") + "}"
        }
    }
}
