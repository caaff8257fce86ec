/// How a service writes a list, and how texts are written into it so that they mark up nothing and call nobody.
///
/// No service documents a backslash escape that all its programs know, so signs with a meaning become their
/// full-width twins: `*` is `＊`. Slack's own escapes are documented, and used.
struct RobotMarkup: Sendable {
    let service: RobotService
    /// Never `file`: its digest is markdown.
    let format: RobotSettings.Format

    init(service: RobotService, format: RobotSettings.Format) {
        self.service = service
        self.format = format == .file ? .markdown : format
    }

    private var isMarkdown: Bool { format != .text }
    /// Between the lines of one paragraph; DingTalk joins lines that do not end in two spaces.
    var lineBreak: String { service == .dingtalk && isMarkdown ? "  \n" : "\n" }
    /// What stands before each line of an action's text, so that it never begins where a record begins.
    var textPrefix: String { isMarkdown && service != .feishu ? "> " : "  " }

    /// Text that is inert already, in bold where there is bold.
    func bold(_ inert: String) -> String {
        guard isMarkdown else { return inert }
        let sign = service == .slack ? "*" : "**"
        return sign + inert + sign
    }

    /// An id: where there is code, nothing in it has a meaning but the sign that ends it, so that it can be copied.
    func id(_ text: String) -> String {
        guard isMarkdown, service != .feishu else { return inline(text) }
        let line = PlainText.line(of: text)
        return line.isEmpty ? "-" : "`" + inert(line, signs: ["`"]) + "`"
    }

    /// A text in one line, inert.
    func inline(_ text: String) -> String { inert(PlainText.line(of: text), signs: signs) }

    /// The lines of a text, inert.
    func lines(_ text: String) -> [String] {
        PlainText.lines(of: text).map { isMarkdown ? withInertStart(inert($0, signs: signs)) : inert($0, signs: signs) }
    }

    /// A text as the cell of a table.
    func cell(_ text: String?) -> String {
        let line = inline(text ?? "")
        return line.isEmpty ? "-" : RobotMarkup.replacing(["|"], in: line)
    }

    /// An id as the cell of a table.
    func idCell(_ text: String) -> String { RobotMarkup.replacing(["|"], in: id(text)) }

    private var signs: Set<Unicode.Scalar> { isMarkdown ? ["*", "`"] : [] }

    /// Words behind an `@` that call everybody somewhere.
    private static let callings = ["all", "everyone", "channel", "here"]
    private static let chineseCallings = ["所有人", "全体成员"]

    private func inert(_ line: String, signs: Set<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        let scalars = Array(line.unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            let next = place + 1 < scalars.count ? scalars[place + 1] : nil
            switch scalar {
            case "&" where service == .slack: result.append(contentsOf: "&amp;".unicodeScalars)
            case "<" where service == .slack: result.append(contentsOf: "&lt;".unicodeScalars)
            case ">" where service == .slack: result.append(contentsOf: "&gt;".unicodeScalars)
            case "<" where RobotMarkup.opensTag(next), "]" where isMarkdown && (next == "(" || next == "["),
                "@" where RobotMarkup.callsEverybody(scalars, at: place), _ where signs.contains(scalar):
                result.append(RobotMarkup.fullWidth(scalar))
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Whether a `<` before this scalar may begin a tag or a mention.
    private static func opensTag(_ next: Unicode.Scalar?) -> Bool {
        guard let next else { return false }
        return "@/!?".unicodeScalars.contains(next) || (next.isASCII && next.properties.isAlphabetic)
    }

    /// Whether an `@` begins a call; in an address such as `li@all.example.com` it does not.
    private static func callsEverybody(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
        let rest = scalars[(place + 1)...]
        if chineseCallings.contains(where: { rest.starts(with: $0.unicodeScalars) }) { return true }
        guard let word = callings.first(where: { rest.starts(with: $0.unicodeScalars, by: equalIgnoringCase) }) else {
            return false
        }
        let next = rest.dropFirst(word.unicodeScalars.count).first
        return !(place > 0 && isOfAddress(scalars[place - 1]) && next.map { isOfAddress($0) || $0 == "." } ?? false)
    }

    private static func equalIgnoringCase(_ scalar: Unicode.Scalar, _ small: Unicode.Scalar) -> Bool {
        scalar == small || (scalar.isASCII && scalar.value | 0x20 == small.value)
    }

    private static func isOfAddress(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }

    /// A line whose first sign makes no heading, list, quote, rule or table.
    private func withInertStart(_ line: String) -> String {
        let scalars = line.unicodeScalars
        guard let place = scalars.firstIndex(where: { $0 != " " }), "#>-+=|~".unicodeScalars.contains(scalars[place])
        else { return line }
        var result = scalars
        result.replaceSubrange(place...place, with: [RobotMarkup.fullWidth(scalars[place])])
        return String(result)
    }

    private static func replacing(_ signs: Set<Unicode.Scalar>, in line: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in line.unicodeScalars { result.append(signs.contains(scalar) ? fullWidth(scalar) : scalar) }
        return String(result)
    }

    /// The full-width twin of a printable ASCII sign.
    private static func fullWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        (0x21...0x7E).contains(scalar.value) ? Unicode.Scalar(scalar.value + 0xFEE0) ?? scalar : scalar
    }
}
