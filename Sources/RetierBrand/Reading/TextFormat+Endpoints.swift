import RetierCore

/// The scalars of endpoints.
extension TextFormat {
    static let rate = TextFormat(
        expectation: "so many in a span, such as 20/1m or 5/1s", pattern: "^[1-9][0-9]{0,5}/[1-9][0-9]{0,4}[smh]$"
    ) { rateLimit($0) != nil }

    /// A token of RFC 9110.
    static let headerName = TextFormat(
        expectation: "a header's name such as `X-Tenant`", pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
    ) { text in
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.isASCIILetterOrDigit || marks.contains($0) }
    }

    /// Without line ends, so that no value can bring a header of its own.
    static let headerText = TextFormat(
        expectation: "printable ASCII on one line", pattern: "^[ -~]*[!-~][ -~]*$"
    ) { text in text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.contains { $0 > 0x20 } }

    static let answerPath = TextFormat(
        expectation: "a path into the answer such as `code` or `data.code`", pattern: "^[^.\\s]+(\\.[^.\\s]+)*$"
    ) { text in
        text.split(separator: ".", omittingEmptySubsequences: false)
            .allSatisfy { part in !part.isEmpty && !part.contains(where: \.isWhitespace) }
    }

    static let mention = TextFormat(
        expectation: "a user id of the service, or `@all`", pattern: "^[^\\s<>|]{1,64}$"
    ) { text in
        (1...64).contains(text.unicodeScalars.count) && !text.contains { $0.isWhitespace || "<>|".contains($0) }
    }

    static let mobile = TextFormat(
        expectation: "a mobile number in quotes such as \"13800000000\", or `@all`", pattern: "^(@all|\\+?[0-9]{5,20})$"
    ) { text in
        let digits = text.first == "+" ? text.dropFirst() : text[...]
        return text == "@all"
            || ((5...20).contains(digits.utf8.count) && digits.utf8.allSatisfy { (0x30...0x39).contains($0) })
    }

    static let corporation = TextFormat(
        expectation: "a WeCom corporation's id such as `ww1234567890abcdef`", pattern: "^[A-Za-z0-9_-]{2,64}$"
    ) { text in
        (2...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.isASCIILetterOrDigit || $0 == "_" || $0 == "-" }
    }

    private static let marks = Set("!#$%&'*+.^_`|~-".unicodeScalars)

    /// `20/1m` as a limit; nil for anything else.
    static func rateLimit(_ text: String) -> RateLimit? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first != "0", (1...6).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let max = Int(parts[0]),
            let span = seconds(ofSpan: String(parts[1])), span > 0
        else { return nil }
        return RateLimit(max: max, perSeconds: span)
    }

    /// Seconds as people write them: `30s`, `20m`, `2h`.
    static func span(ofSeconds seconds: Int) -> String {
        if seconds % 3_600 == 0, seconds > 0 { return "\(seconds / 3_600)h" }
        return seconds % 60 == 0 && seconds > 0 ? "\(seconds / 60)m" : "\(seconds)s"
    }
}

extension RateLimit {
    /// As people write it: `20/1m`.
    var written: String { "\(max)/\(TextFormat.span(ofSeconds: perSeconds))" }
}
