import RetierCore

/// Why one row is rejected: a stable code, the column to blame and a sentence.
///
/// Never holds what the row says.
struct RowProblem: Error, Hashable {
    enum Code: String, CaseIterable, Sendable {
        case columnCount = "column-count"
        case strayQuote = "stray-quote"
        case zeroByte = "zero-byte"
        case notUTF8 = "not-utf8"
        case noOwner = "no-owner"
        case empty
        case tooLong = "too-long"
        case controlCharacter = "control-character"
        case badAmount = "bad-amount"
        case badTime = "bad-time"
        case badDay = "bad-day"
        case endsBeforeStart = "ends-before-start"
        case timeOutOfRange = "time-out-of-range"
        case badBirthday = "bad-birthday"
        case badGranted = "bad-granted"
        case conflictingIdentity = "conflicting-identity"
    }

    let code: Code
    /// Our name of the column; empty where the whole row is to blame.
    let column: String

    init(_ code: Code, column: String = "") {
        self.code = code
        self.column = column
    }

    init(_ code: Code, column: StaticString) { self.init(code, column: column.description) }

    /// What is wrong and what would be right, without commas or quotes.
    var reason: String {
        let subject = column.isEmpty ? "the row" : column
        return switch code {
        case .columnCount: "\(subject) has another number of fields than the header"
        case .strayQuote: "\(subject) has a quote inside a field; quote the whole field and double the quote"
        case .zeroByte: "\(subject) holds a zero byte"
        case .notUTF8: "\(subject) is not valid UTF-8"
        case .noOwner: "\(subject) names neither member_id nor source and external_id"
        case .empty: "\(subject) is empty"
        case .tooLong: "\(subject) is longer than allowed (ids and labels 128 bytes; other texts 4096)"
        case .controlCharacter: "\(subject) holds a control character"
        case .badAmount: "\(subject) is not plain decimal money in the programme's currency such as -12.30"
        case .badTime: "\(subject) is not an ISO-8601 time such as 2026-01-31 or 2026-01-31T08:00:00Z"
        case .badDay: "\(subject) is not a day such as 2026-01-31"
        case .endsBeforeStart: "\(subject) is before since"
        case .timeOutOfRange: "\(subject) is before 1970 or later than tomorrow"
        case .badBirthday: "\(subject) is neither YYYY-MM-DD nor MM-DD"
        case .conflictingIdentity: "the identity means another member already and retier.yaml says not to merge them"
        case .badGranted: "\(subject) is none of true false yes no 1 0"
        }
    }

    /// The problem of a record's bytes as such: a zero byte, or not UTF-8; nil where there is none.
    static func encoding(of record: Bytes) -> RowProblem? {
        guard let base = UnsafeRawPointer(record.baseAddress) else { return nil }
        let high: UInt64 = 0x8080_8080_8080_8080
        let low: UInt64 = 0x0101_0101_0101_0101
        var nonASCII: UInt64 = 0
        var zero: UInt64 = 0
        let whole = record.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            let word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            nonASCII |= word
            // The classic test for a zero byte within a word (Mycroft, 1987).
            zero |= (word &- low) & ~word & high
        }
        for index in whole..<record.count {
            nonASCII |= UInt64(record[index])
            if record[index] == 0 { zero = 1 }
        }
        if zero != 0 { return RowProblem(.zeroByte) }
        if nonASCII & high == 0, nonASCII & 0x80 == 0 { return nil }
        return String(validating: record, as: UTF8.self) == nil ? RowProblem(.notUTF8) : nil
    }
}
