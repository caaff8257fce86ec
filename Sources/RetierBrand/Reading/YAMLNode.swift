/// A YAML value with its place; how scalars are read (YAML 1.2 core: `on` is a word, not true) is decided here once.
struct YAMLNode: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case scalar(Scalar)
        case list([YAMLNode])
        case map([Entry])
    }

    struct Scalar: Hashable, Sendable {
        enum Kind: Hashable, Sendable { case null, flag, integer, decimal, text }

        var text: String
        var kind: Kind
        /// Columns between the node's place and its first character: 1 for quoted text.
        var indent: Int
    }

    struct Entry: Hashable, Sendable {
        var key: String
        var line: Int
        var column: Int
        var value: YAMLNode
    }

    var content: Content
    var line: Int
    var column: Int

    var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    var entries: [Entry]? { if case .map(let entries) = content { entries } else { nil } }
    var items: [YAMLNode]? { if case .list(let items) = content { items } else { nil } }

    /// The scalar's text, whatever its kind; nil for null and containers.
    var text: String? { scalar.flatMap { $0.kind == .null ? nil : $0.text } }
    var integer: Int? { scalar.flatMap { $0.kind == .integer ? Int($0.text) : nil } }

    /// The value of a key; nil where this is no map or has no such key.
    subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    /// What it is, in words for a message.
    var kindName: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: "nothing"
            case .flag: "true or false"
            case .integer: "a whole number"
            case .decimal: "a decimal number"
            case .text: "text"
            }
        }
    }
}

extension YAMLNode.Scalar {
    /// Reads a plain (unquoted) scalar.
    init(plain text: String) {
        self.text = text
        indent = 0
        kind =
            switch text {
            case "", "~", "null": .null
            case "true", "false": .flag
            default: YAMLNode.Scalar.isNumber(text).map { $0 ? .integer : .decimal } ?? .text
            }
    }

    /// True for a whole number, false for a decimal one, nil for anything else.
    private static func isNumber(_ text: String) -> Bool? {
        var digits = Substring(text)
        if digits.first == "-" { digits.removeFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, digits.utf8.count <= 18 else { return nil }
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
        return parts.count == 1
    }
}
