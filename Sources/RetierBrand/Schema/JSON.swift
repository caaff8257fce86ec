/// A JSON value whose keys keep their order, written with two spaces of indentation.
indirect enum JSON: Sendable {
    case string(String)
    case integer(Int)
    /// A number (or null) as it is written.
    case number(String)
    case flag(Bool)
    case list([JSON])
    case object([(key: String, value: JSON)])

    /// The text, with a line end.
    var text: String {
        var text = ""
        write(to: &text, indent: "")
        return text + "\n"
    }

    private func write(to text: inout String, indent: String) {
        switch self {
        case .string(let string): JSON.quote(string, to: &text)
        case .integer(let number): text += String(number)
        case .number(let written): text += written
        case .flag(let flag): text += flag ? "true" : "false"
        case .list(let items):
            JSON.write(items, between: ("[", "]"), to: &text, indent: indent) { $0.write(to: &$1, indent: $2) }
        case .object(let members):
            JSON.write(members, between: ("{", "}"), to: &text, indent: indent) { member, text, inner in
                JSON.quote(member.key, to: &text)
                text += ": "
                member.value.write(to: &text, indent: inner)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], between marks: (open: String, close: String), to text: inout String, indent: String,
        item: (Item, inout String, String) -> Void
    ) {
        guard !items.isEmpty else { return text += marks.open + marks.close }
        text += marks.open
        for (index, value) in items.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + indent + "  "
            item(value, &text, indent + "  ")
        }
        text += "\n" + indent + marks.close
    }

    private static func quote(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
