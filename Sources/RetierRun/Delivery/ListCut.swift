import RetierCore

/// Leaves single actions out of the body of a message to a system: members whose consent was withdrawn after the list
/// was written.
///
/// The rest of the bytes stays as it was committed.
enum ListCut {
    /// Whether messages of such an endpoint can leave without some of their actions: lists that people read, and
    /// bodies that a template makes, are whole or not at all.
    static func canCut(_ kind: Endpoint.Kind) -> Bool {
        switch kind {
        case .file, .webhook, .wecomTask: true
        case .custom, .wecomApp, .wecomRobot, .dingtalkRobot, .feishuRobot, .slackRobot: false
        }
    }

    /// How the lists begin, and how an element of each begins with its name.
    private static let lists = [
        ("{\"data\":{\"actions\":[", "{\"action_id\":\""), ("{\"chat_type\":\"single\",\"external_userid\":[", "\""),
    ]

    /// The body without the elements of these names.
    ///
    /// - Throws: `RetierError` (`badData`) where the body is no list of such a kind.
    static func cut(_ names: [String], from body: [UInt8]) throws -> [UInt8] {
        guard let (head, mark) = lists.first(where: { body.starts(with: $0.0.utf8) }),
            let (elements, end) = elements(of: body, from: head.utf8.count)
        else {
            throw RetierError(
                .badData, "a message of which some actions were taken back is no list", hint: "run retier audit verify")
        }
        let beginnings = names.map { Array((mark + $0 + "\"").utf8) }
        let kept = elements.filter { element in !beginnings.contains { body[element].starts(with: $0) } }
        return Array(body[..<head.utf8.count]) + kept.map { body[$0] }.joined(separator: [UInt8(ascii: ",")])
            + Array(body[end...])
    }

    /// The elements of the JSON array that begins at a place, and where it ends; nil where it does not end.
    private static func elements(of body: [UInt8], from start: Int) -> (elements: [Range<Int>], end: Int)? {
        var elements: [Range<Int>] = []
        var (first, depth, isText) = (start, 0, false)
        var place = start
        while place < body.count {
            switch body[place] {
            case UInt8(ascii: "\\") where isText: place += 1
            case UInt8(ascii: "\""): isText.toggle()
            case _ where isText: break
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]") where depth == 0:
                return (place > first ? elements + [first..<place] : elements, place)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                elements.append(first..<place)
                first = place + 1
            default: break
            }
            place += 1
        }
        return nil
    }
}
