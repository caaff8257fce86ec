/// Builds small JSON objects with the keys in the order given, so that the same facts are the same bytes.
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// An object of texts, in the order given; a key may repeat, which gives an array at its first place.
    package static func object(_ fields: [(key: String, value: String)]) -> String {
        guard !fields.isEmpty else { return "{}" }
        var json = JSONText()
        json.bytes.append(UInt8(ascii: "{"))
        for (position, field) in fields.enumerated() where !fields[..<position].contains(where: { $0.key == field.key })
        {
            if position > 0 { json.bytes.append(UInt8(ascii: ",")) }
            json.append(quoted: field.key)
            json.bytes.append(UInt8(ascii: ":"))
            if fields[(position + 1)...].contains(where: { $0.key == field.key }) {
                json.append(fields[position...].filter { $0.key == field.key }.map(\.value))
            } else {
                json.append(quoted: field.value)
            }
        }
        json.bytes.append(UInt8(ascii: "}"))
        return json.text
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Several texts as an array.
    private mutating func append(_ values: [String]) {
        bytes.append(UInt8(ascii: "["))
        for (position, value) in values.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(quoted: value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A JSON string; control characters are escaped, everything else stays UTF-8.
    package mutating func append(quoted value: String) {
        bytes.append(UInt8(ascii: "\""))
        if value.utf8.contains(where: JSONText.isEscaped) {
            for byte in value.utf8 { append(escaping: byte) }
        } else {
            bytes.append(contentsOf: value.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a byte of a text is written with a backslash in front.
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The bytes that a byte of a text takes in JSON.
    package static func length(of byte: UInt8) -> Int {
        guard isEscaped(byte) else { return 1 }
        return byte < 0x20 && byte != 0x0A ? 6 : 2
    }

    private mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default: bytes.append(byte)
        }
    }

    /// Bytes that are JSON already.
    package mutating func append(raw text: String) { bytes.append(contentsOf: text.utf8) }
}
