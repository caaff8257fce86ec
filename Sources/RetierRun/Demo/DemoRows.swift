import RetierCore

/// A made-up moment: a day and the second of the day in the brand's zone, UTC+8.
struct DemoMoment: Comparable {
    var day: Day
    var second: Int

    static func < (left: DemoMoment, right: DemoMoment) -> Bool {
        (left.day, left.second) < (right.day, right.second)
    }

    /// ISO-8601 with the zone's offset.
    var text: String {
        let parts = [second / 3_600, second / 60 % 60, second % 60]
        return "\(day)T\(parts.map { $0.padded(to: 2) }.joined(separator: ":"))+08:00"
    }
}

/// One line of a made-up file, with the moment that decides into which month's file it goes.
struct DemoRow {
    var at: DemoMoment
    /// The id that orders rows of one moment.
    var id: String
    var fields: [String]

    /// The line as RFC 4180 asks for it.
    var line: String { fields.map(DemoRow.quoted).joined(separator: ",") + "\n" }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// The four kinds of rows, each in order of time.
struct DemoRows {
    var members: [DemoRow] = []
    var orders: [DemoRow] = []
    var events: [DemoRow] = []
    var consents: [DemoRow] = []

    mutating func sort() {
        func sorted(_ rows: [DemoRow]) -> [DemoRow] { rows.sorted { ($0.at, $0.id) < ($1.at, $1.id) } }
        members = sorted(members)
        orders = sorted(orders)
        events = sorted(events)
        consents = sorted(consents)
    }
}
