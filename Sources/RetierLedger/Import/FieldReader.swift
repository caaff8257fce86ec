import RetierCore

/// Turns fields into checked values; what cannot be read exactly is a `RowProblem`, never a guess.
struct FieldReader {
    static let longestLabel = 128
    static let longestText = 4096

    let decimals: Int
    let zone: ZoneRules
    /// The latest time accepted, in seconds since 1970.
    let latest: Int64
    private var startsOfDays: [Int32: Int64] = [:]

    init(_ options: ImportOptions) {
        decimals = options.currency.decimals
        zone = options.zone
        latest = min(options.now.seconds + 86_400, Int64(UInt32.max))
    }

    /// An id or a label that must be there: 1 to 128 bytes without control characters.
    func label(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Bytes {
        guard !field.isEmpty else { throw RowProblem(.empty, column: column) }
        guard field.count <= FieldReader.longestLabel else { throw RowProblem(.tooLong, column: column) }
        var hasControl = false
        for byte in field { hasControl = hasControl || byte < 0x20 || byte == 0x7F }
        guard !hasControl else { throw RowProblem(.controlCharacter, column: column) }
        return field
    }

    /// A free text of at most 4096 bytes.
    func text(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Bytes {
        guard field.count <= FieldReader.longestText else { throw RowProblem(.tooLong, column: column) }
        return field
    }

    /// Exact money in minor units.
    func money(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Int64 {
        guard !field.isEmpty else { throw RowProblem(.empty, column: column) }
        guard let money = Money(utf8: field, decimals: decimals) else { throw RowProblem(.badAmount, column: column) }
        return money.minorUnits
    }

    /// `true`, `yes`, `1` or `false`, `no`, `0`, in any case.
    func flag(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Bool {
        switch String(decoding: field, as: UTF8.self).lowercased() {
        case "1", "true", "yes": return true
        case "0", "false", "no": return false
        case "": throw RowProblem(.empty, column: column)
        default: throw RowProblem(.badGranted, column: column)
        }
    }

    /// `YYYY-MM-DD` or `MM-DD` as month * 100 + day; nil where empty.
    func birthday(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Int64? {
        guard !field.isEmpty else { return nil }
        var digits = DigitScanner(field)
        var day: Day?
        if field.count == 5 {
            // A leap year, so that 02-29 exists.
            if let month = digits.number(2), digits.skip(0x2D), let dayOfMonth = digits.number(2) {
                day = Day(year: 2000, month: month, day: dayOfMonth)
            }
        } else if let date = digits.date(), digits.isAtEnd {
            day = date
        }
        guard let components = day?.components else { throw RowProblem(.badBirthday, column: column) }
        return Int64(components.month * 100 + components.day)
    }

    /// Seconds since 1970 of an ISO-8601 time; a date alone is the start of that day in the brand's zone.
    ///
    /// A local time in an hour that is repeated is its first occurrence; one in an hour that is skipped moves on by the
    /// length of the gap. Fractions of seconds are cut off.
    mutating func time(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Int64 {
        guard !field.isEmpty else { throw RowProblem(.empty, column: column) }
        var digits = DigitScanner(field)
        guard let day = digits.date() else { throw RowProblem(.badTime, column: column) }
        let seconds: Int64
        if digits.isAtEnd {
            seconds = startOfDay(day)
        } else {
            guard let (second, offset) = digits.timeOfDay() else { throw RowProblem(.badTime, column: column) }
            let naive = Int64(day.number) * 86_400 + Int64(second)
            seconds = offset.map { naive - Int64($0) } ?? local(naive)
        }
        guard seconds >= 0, seconds <= latest else { throw RowProblem(.timeOutOfRange, column: column) }
        return seconds
    }

    /// The first second after a local day, which may lie in the future; nil where empty.
    mutating func endOfDay(_ field: Bytes, _ column: StaticString) throws(RowProblem) -> Int64? {
        guard !field.isEmpty else { return nil }
        var digits = DigitScanner(field)
        guard let day = digits.date(), digits.isAtEnd else { throw RowProblem(.badDay, column: column) }
        let end = startOfDay(day.adding(days: 1))
        guard end >= 0 else { throw RowProblem(.timeOutOfRange, column: column) }
        return end
    }

    private mutating func startOfDay(_ day: Day) -> Int64 {
        if let known = startsOfDays[day.number] { return known }
        let start = zone.start(of: day).seconds
        startsOfDays[day.number] = start
        return start
    }

    private func local(_ naive: Int64) -> Int64 {
        let before = naive - zone.offset(at: Instant(seconds: naive - 86_400))
        let after = naive - zone.offset(at: Instant(seconds: naive + 86_400))
        if before == after { return before }
        return [before, after].first { $0 + zone.offset(at: Instant(seconds: $0)) == naive } ?? before
    }
}

/// Reads fixed-width decimal numbers front to back.
struct DigitScanner {
    private let bytes: Bytes
    private var position = 0

    init(_ bytes: Bytes) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var value = 0
        for index in position..<(position + width) {
            guard bytes[index] &- 0x30 <= 9 else { return nil }
            value = value * 10 + Int(bytes[index] &- 0x30)
        }
        position += width
        return value
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// `YYYY-MM-DD`.
    mutating func date() -> Day? {
        guard let year = number(4), skip(0x2D), let month = number(2), skip(0x2D), let day = number(2) else {
            return nil
        }
        return Day(year: year, month: month, day: day)
    }

    /// `THH:MM[:SS[.fraction]][Z|+HH[:]MM]` to the end: the second of the day, and the offset in seconds where given.
    mutating func timeOfDay() -> (second: Int, offset: Int?)? {
        guard skip(0x54) || skip(0x20) else { return nil }
        guard let hour = number(2), hour < 24, skip(0x3A), let minute = number(2), minute < 60 else { return nil }
        var second = 0
        if skip(0x3A) {
            guard let value = number(2), value < 60 else { return nil }
            second = value
            if skip(0x2E) || skip(0x2C) {
                guard number(1) != nil else { return nil }
                while number(1) != nil {}
            }
        }
        let total = hour * 3600 + minute * 60 + second
        if isAtEnd { return (total, nil) }
        if skip(0x5A) { return isAtEnd ? (total, 0) : nil }
        guard let offset = offset(), isAtEnd else { return nil }
        return (total, offset)
    }

    private mutating func offset() -> Int? {
        let sign = skip(0x2B) ? 1 : skip(0x2D) ? -1 : 0
        guard sign != 0, let hours = number(2), hours <= 18 else { return nil }
        if isAtEnd { return sign * hours * 3600 }
        _ = skip(0x3A)
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
