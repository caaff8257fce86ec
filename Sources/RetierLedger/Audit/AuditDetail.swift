/// Builds a JSON object with its keys in the order given, so that equal facts are equal texts.
package struct AuditDetail: Sendable {
    private var text = "{"

    package init() {}

    /// The finished object.
    package var json: String { text + "}" }

    package mutating func add(_ key: String, _ value: String?) {
        begin(key)
        guard let value else {
            text += "null"
            return
        }
        AuditDetail.appendQuoted(value, to: &text)
    }

    package mutating func add(_ key: String, _ value: Int64?) {
        begin(key)
        text += value.map(String.init) ?? "null"
    }

    package mutating func add(_ key: String, _ value: Bool?) {
        begin(key)
        text += value.map { $0 ? "true" : "false" } ?? "null"
    }

    /// Adds a value that is JSON already.
    package mutating func add(_ key: String, json value: String) {
        begin(key)
        text += value
    }

    private mutating func begin(_ key: String) {
        if text.utf8.count > 1 { text += "," }
        AuditDetail.appendQuoted(key, to: &text)
        text += ":"
    }

    private static func appendQuoted(_ value: String, to text: inout String) {
        text += "\""
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            text += value
        } else {
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\"": text += "\\\""
                case "\\": text += "\\\\"
                case _ where scalar.value < 0x20:
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}
