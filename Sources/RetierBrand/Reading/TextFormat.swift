import RetierCore

/// A kind of scalar with an exact form: how the loader checks it and how the editor schema describes it.
struct TextFormat: Sendable {
    /// What is expected, for messages: `a period such as P30D`.
    var expectation: String
    /// An ECMA-262 pattern for text, for the editor schema.
    var pattern: String
    /// Whether a bare number may stand for the text.
    var allowsNumbers = false
    /// The loader's own check, on the text as written.
    var accepts: @Sendable (String) -> Bool

    static let id = TextFormat(
        expectation: "an id of lower-case letters, digits and hyphens such as `core-welcome`",
        pattern: "^[a-z0-9]+(-[a-z0-9]+)*$"
    ) { text in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { isLower($0) || isDigit($0) } }
    }

    static let word = TextFormat(
        expectation: "a word of lower-case letters, digits, `_` and `-` such as `loyalty_gift`",
        pattern: "^[a-z][a-z0-9_-]*$"
    ) { text in
        guard let first = text.utf8.first, isLower(first) else { return false }
        return text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x5F || $0 == 0x2D }
    }

    static let clusterNumber = TextFormat(
        expectation: "the number of a cluster such as `1`", pattern: "^[1-9][0-9]?$"
    ) { text in
        Int(text).map { (1...99).contains($0) && String($0) == text } ?? false
    }

    static let templateName = TextFormat(
        expectation: "a template's name below templates/ such as `care/l1`, without language and extension",
        pattern: "^[a-z0-9_-]+(/[a-z0-9_-]+)*$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x5F || $0 == 0x2D }
        }
    }

    static let line = TextFormat(expectation: "one line of text", pattern: "^[^\\n\\r]+$") {
        !$0.isEmpty && !$0.contains { $0.isNewline }
    }

    static let path = TextFormat(
        expectation: "a path inside the brand folder such as `var/outgoing/crm`",
        pattern: "^(?!/)(?!.*\\.\\.)[^\\n\\r]+$"
    ) { !$0.isEmpty && !$0.hasPrefix("/") && !$0.contains("..") && !$0.contains { $0.isNewline } }

    static let period = TextFormat(
        expectation: "an ISO-8601 period such as P30D, P1M or PT36H",
        pattern: "^P(?=.*[1-9])([0-9]{1,5}[YMWD])*(T([0-9]{1,5}H)+)?$"
    ) { CalendarPeriod(iso: $0) != nil }

    static let calendarDays = TextFormat(
        expectation: "a period of days or months such as P30D or P3M", pattern: "^P(?=.*[1-9])([0-9]{1,5}[YMWD])+$"
    ) { CalendarPeriod(iso: $0).map { $0.hours == 0 } ?? false }

    static let days = TextFormat(
        expectation: "a number of days such as P30D or P2W", pattern: "^P(?=.*[1-9])([0-9]{1,5}[WD])+$"
    ) { CalendarPeriod(iso: $0).map { $0.months == 0 && $0.hours == 0 } ?? false }

    static let daysOrHours = TextFormat(
        expectation: "a number of days or hours such as P3D or PT12H",
        pattern: "^P(?=.*[1-9])([0-9]{1,5}[WD])*(T([0-9]{1,5}H)+)?$"
    ) { CalendarPeriod(iso: $0).map { $0.months == 0 } ?? false }

    static let span = TextFormat(expectation: "a short span such as 5s, 20m or 2h", pattern: "^[1-9][0-9]{0,4}[smh]$") {
        seconds(ofSpan: $0) != nil
    }

    static let money = TextFormat(
        expectation: "an amount such as 30.00, without currency and grouping", pattern: "^[0-9]{1,12}(\\.[0-9]{1,3})?$",
        allowsNumbers: true
    ) { Money(text: $0, decimals: 3).map { $0.minorUnits >= 0 } ?? false }

    static let percent = TextFormat(
        expectation: "a percentage such as 5% or 12.5%", pattern: "^[0-9]{1,6}(\\.[0-9]{1,2})?%$"
    ) { basisPoints($0) != nil }

    static let date = TextFormat(
        expectation: "a date such as 2026-01-31", pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
    ) { Day(iso: $0) != nil }

    static let hours = TextFormat(
        expectation: "hours such as 21:00-09:00",
        pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
    ) { minutes(ofHours: $0) != nil }

    static let time = TextFormat(
        expectation: "a time of day such as 10:00", pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$"
    ) { minute(ofTime: $0[...]).map { $0 < 1_440 } ?? false }

    static let dates = TextFormat(
        expectation: "a date, or the first and the last of several, such as 2027-02-05..2027-02-11",
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
    ) { days(ofDates: $0) != nil }

    static let currency = TextFormat(expectation: "an ISO 4217 code such as CNY", pattern: "^[A-Z]{3}$") {
        $0.utf8.count == 3 && $0.utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }

    static let event = TextFormat(
        expectation: "`order`, or `event:` and a kind of event such as `event:reply`",
        pattern: "^(order|event:[a-z][a-z0-9_-]*)$"
    ) { $0 == "order" || ($0.hasPrefix("event:") && word.accepts(String($0.dropFirst(6)))) }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Seconds of `5s`, `20m`, `2h`; nil for anything else.
    static func seconds(ofSpan text: String) -> Int? {
        guard let unit = text.last, text.utf8.count <= 6, text.first != "0" else { return nil }
        guard text.dropLast().utf8.allSatisfy(isDigit), let count = Int(text.dropLast()) else { return nil }
        switch unit {
        case "s": return count
        case "m": return count * 60
        case "h": return count * 3_600
        default: return nil
        }
    }

    /// The first minute of `21:00-09:00` and the one after the last; nil for anything else.
    static func minutes(ofHours text: String) -> (from: Int, to: Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = minute(ofTime: parts[0]), let to = minute(ofTime: parts[1]), from < 1_440
        else { return nil }
        return (from, to)
    }

    /// The minute of the day of `09:30`, up to 1,440 for `24:00`; nil for anything else.
    static func minute(ofTime text: Substring) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == 0x3A, let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)),
            [bytes[0], bytes[3]].allSatisfy(isDigit), minute < 60
        else { return nil }
        return hour < 24 ? hour * 60 + minute : hour == 24 && minute == 0 ? 1_440 : nil
    }

    /// The first and the last day of `2027-02-05..2027-02-11`, which may be in the wrong order; nil for anything else.
    static func days(ofDates text: String) -> (first: Day, last: Day)? {
        guard let first = Day(iso: text.prefix(10)) else { return nil }
        if text.utf8.count == 10 { return (first, first) }
        guard text.dropFirst(10).hasPrefix(".."), let last = Day(iso: text.dropFirst(12)) else { return nil }
        return (first, last)
    }

    /// Basis points of `5%` or `12.5%`; nil for anything else.
    static func basisPoints(_ text: String) -> Int? {
        guard text.last == "%", !text.hasPrefix("-"), text.utf8.count <= 10 else { return nil }
        return Money(text: text.dropLast(), decimals: 2).map { Int($0.minorUnits) }
    }
}
