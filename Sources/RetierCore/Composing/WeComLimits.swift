/// What WeCom takes in messages of an application and in mass messages (path/90236, path/92135).
package enum WeComLimits {
    /// Of a text or markdown message to the staff; WeCom cuts a longer text without a word.
    package static let appText = MessageLimit(2_048, .text)
    /// Of a mass message to customers.
    package static let taskText = MessageLimit(4_000, .text)
    /// People, departments and tags that one message to the staff names.
    package static let users = 1_000
    package static let parties = 100
    package static let tags = 100
    /// Customers that one mass message names.
    package static let customers = 10_000
    /// The longest time for which WeCom recognises a repeat.
    package static let duplicateCheckSeconds = 14_400

    /// The user id as WeCom compares it; nil where it is none: it could name several people, or `@all`.
    ///
    /// A letter or digit, then letters, digits and `_`, `-`, `@`, `.`; at most 64 bytes.
    package static func userID(_ text: String) -> String? {
        guard let first = text.unicodeScalars.first, first.isASCIILetterOrDigit, text.utf8.count <= 64,
            text.unicodeScalars.allSatisfy({ $0.isASCIILetterOrDigit || "_-@.".unicodeScalars.contains($0) })
        else { return nil }
        return text.lowercased()
    }

    /// Whether a text can be a customer's id: printable ASCII without spaces, at most 128 bytes.
    package static func isCustomerID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// Why an action is in no message that can be sent.
package enum UnsendableCode {
    /// The receiver knows no person for the action.
    package static let noRecipient = "no-recipient"
    /// What stands for the person cannot be an id.
    package static let badRecipient = "bad-recipient"
    /// There is nothing to say.
    package static let noText = "no-text"
    /// The service takes no text of this length, and no text is ever cut.
    package static let tooLong = "too-long"
}

/// Actions that share something, by the order in which it first occurs.
struct GroupedPlaces<Key: Hashable & Sendable>: Sendable {
    private(set) var groups: [(key: Key, places: [Int])] = []
    private var index: [Key: Int] = [:]

    mutating func add(_ place: Int, to key: Key) {
        if let group = index[key] {
            groups[group].places.append(place)
        } else {
            index[key] = groups.count
            groups.append((key, [place]))
        }
    }

    /// The messages that stand for actions which cannot be sent, the keys being codes.
    static func refusals(_ groups: GroupedPlaces<String>) -> [MessagePart] {
        groups.groups.map { MessagePart(refusing: $0.places, code: $0.key) }
    }
}

extension PlannedDecision {
    /// What a message to the member says: the action's text, or else its title.
    var words: String { PlainText.words(text ?? title ?? "") }
}

extension PlainText {
    /// A text of several lines.
    static func words(_ text: String) -> String { lines(of: text).joined(separator: "\n") }
}
