import RetierCore

/// What a YAML value may look like.
///
/// Loader, editor schema and manual are all made from these tables, so they agree.
indirect enum Shape: Sendable {
    case text(TextFormat)
    case integer(ClosedRange<Int>)
    case flag
    /// Any plain value, null included.
    case scalar
    /// One of a few words.
    case choice([String])
    /// One text, or one for each language.
    case localized
    case list(Shape)
    case keys([Key])
    /// A map with exactly one of these keys.
    case oneKey([Key])
    /// A map from free ids to values of one shape.
    case table(TextFormat, Shape)
    /// A map whose keys depend on the word under `tag`.
    case variants(tag: Key, [(word: String, keys: [Key])])
    case either([Shape])
    case condition
    /// `{file: ...}` or `{credential: ...}`, never the secret itself.
    case secret
    /// A map of words to plain values that the receiver gets as they are.
    case parameters
}

/// One key of a map.
struct Key: Sendable {
    var name: String
    var shape: Shape
    var isRequired: Bool
    /// The value that counts when the key is left out, as written in YAML; empty where there is none.
    var fallback: String
    var description: LocalizedText

    init(_ name: String, _ shape: Shape, required: Bool = false, fallback: String = "", zh: String, en: String) {
        self.name = name
        self.shape = shape
        isRequired = required
        self.fallback = fallback
        description = LocalizedText(zh: zh, en: en)
    }
}

extension Shape {
    /// What is expected, in words for a message.
    var expectation: String {
        switch self {
        case .text(let format): format.expectation
        case .integer(let range):
            range.upperBound == Int.max
                ? "a whole number of at least \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .localized: "a text, or one for each language as {zh: ..., en: ...}"
        case .list(let shape): "a list, each item \(shape.expectation)"
        case .keys(let keys):
            "a map with \(Shape.names(of: keys.contains(where: \.isRequired) ? keys.filter(\.isRequired) : keys))"
        case .oneKey(let keys): "a map with one of \(Shape.names(of: keys))"
        case .flag: "true or false"
        case .scalar: "a plain value"
        case .table(let format, _): "a map, each key \(format.expectation)"
        case .variants(let tag, _): "a map with `\(tag.name)`"
        case .either(let shapes): shapes.map(\.expectation).joined(separator: ", or ")
        case .condition: "a clause such as `tier in [core]`, or a map with one of `all`, `any`, `not`"
        case .secret: "a map with one of `file`, `credential`"
        case .parameters: "a map of names and plain values"
        }
    }

    private static func names(of keys: [Key]) -> String { keys.map { "`\($0.name)`" }.joined(separator: ", ") }

    static let conditionKeys = ["all", "any", "not"]
    static let secretKeys = [
        Key("file", .text(.path), zh: "文件，仅属主可读", en: "file inside the brand folder, readable by its owner only"),
        Key("credential", .text(.word), zh: "systemd 凭据名", en: "name of a systemd credential"),
    ]
    static let localizedKeys = [
        Key("zh", .text(.line), zh: "中文", en: "Chinese"),
        Key("en", .text(.line), zh: "英文", en: "English"),
    ]
}
