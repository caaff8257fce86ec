import Mustache
import RetierCore

/// Mustache's content type for JSON: values are escaped for the inside of JSON strings.
struct JSONContent: MustacheContentType {
    /// Mustache's list of content types is the process's; this adds ours to it once.
    static let registeredName: String = {
        MustacheContentTypes.register(JSONContent(), named: "RETIER_JSON")
        return "RETIER_JSON"
    }()

    func escapeText(_ text: String) -> String {
        var json = JSONText()
        json.append(quoted: text)
        return String(decoding: json.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}

/// Says where a text is no JSON.
enum JSONCheck {
    /// The place in words, without the text itself; nil where it is an object or a list.
    static func problem(in text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let fault = JSONGrammar.fault(in: bytes) else { return nil }
        let before = bytes[..<min(fault, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        // Continuation bytes of UTF-8 are no columns of their own.
        let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return "wrong at line \(line), column \(column) of what it makes"
    }
}
