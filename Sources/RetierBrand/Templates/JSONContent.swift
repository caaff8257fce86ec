import Foundation
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

/// Tells whether a text is a JSON object or array.
enum JSONCheck {
    /// What is wrong, in words without the text itself; nil where nothing is.
    static func problem(in text: String) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return nil
        } catch {
            // The parser's own words hold a place and sometimes a piece of the text: the place is enough.
            let words = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
            guard let place = words.firstRange(of: "line ") else { return "it is not an object or a list" }
            let numbers = words[place.lowerBound...].prefix { $0 != "." }
            return "wrong at \(numbers)"
        }
    }
}
