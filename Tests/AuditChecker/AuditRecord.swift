import Foundation

/// One row of `retier audit --format csv`, as a stranger reads it: by the names of its columns.
package struct AuditRecord: Hashable, Sendable {
    package var cells: [String: String]

    package init(cells: [String: String]) { self.cells = cells }

    package subscript(column: String) -> String { cells[column] ?? "" }

    package var member: String { self["member_id"] }
    package var playbook: String { self["playbook"] }
    package var step: String { self["step"] }
    package var state: String { self["state"] }
    package var tags: Set<Substring> { Set(self["tags"].split(separator: " ")) }

    /// The day for which it was decided, as days since 1970.
    package var day: Int { CalendarDay.number(self["as_of"]) ?? 0 }
    /// In minor units of a currency with two decimals.
    package var cost: Int { Int(self["cost"].filter { $0 != "." }) ?? 0 }

    private static let verdicts: Set<String> = ["defer", "suppress", "hold_out"]
    private static let unsent: Set<String> = ["rejected", "exhausted", "cancelled", "expired"]

    /// Whether it was decided to be sent, whatever came of it.
    package var isSend: Bool { !AuditRecord.verdicts.contains(state) }
    /// Whether it has left, may have left or is still to leave.
    package var mayReach: Bool { isSend && !AuditRecord.unsent.contains(state) }
    package var isShadow: Bool { state == "hold_out" }

    /// The records of a file with a header; quoted fields as RFC 4180 has them.
    package static func all(in csv: String) -> [AuditRecord] {
        var lines = rows(of: csv)
        guard !lines.isEmpty else { return [] }
        let header = lines.removeFirst()
        return lines.map { AuditRecord(cells: Dictionary(zip(header, $0)) { first, _ in first }) }
    }

    private static func rows(of csv: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        // A quote after a quoted field is an escaped one if another follows at once.
        var wasQuote = false
        for character in csv {
            if isQuoted {
                if character == "\"" { (isQuoted, wasQuote) = (false, true) } else { field.append(character) }
                continue
            }
            switch character {
            case "\"":
                if wasQuote { field.append("\"") }
                isQuoted = true
            case ",":
                row.append(field)
                field = ""
            case "\n", "\r\n":
                rows.append(row + [field])
                (row, field) = ([], "")
            default: field.append(character)
            }
            wasQuote = false
        }
        return rows
    }
}

/// Calendar arithmetic by Foundation's Gregorian calendar, not by retier's own.
enum CalendarDay {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .gmt
        return calendar
    }()

    /// Days since 1970 of `YYYY-MM-DD`.
    static func number(_ text: String) -> Int? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        let date = calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
        return date.map { Int(($0.timeIntervalSince1970 / 86_400).rounded()) }
    }

    static func text(_ number: Int) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date(number))
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }

    /// So many months and days later; the last day of a month that lacks the day.
    static func later(_ number: Int, months: Int, days: Int) -> Int {
        let moved = calendar.date(byAdding: .month, value: months, to: date(number)) ?? date(number)
        return Int((moved.timeIntervalSince1970 / 86_400).rounded()) + days
    }

    /// Which block of so many months of the year a day is in, counted from year 0.
    static func block(_ number: Int, months: Int) -> Int {
        let parts = calendar.dateComponents([.year, .month], from: date(number))
        return ((parts.year ?? 0) * 12 + (parts.month ?? 1) - 1) / months
    }

    private static func date(_ number: Int) -> Date { Date(timeIntervalSince1970: Double(number) * 86_400) }
}
