package import RetierCore

/// A small made-up brand as CSV rows, drawn from a seed: purchases that thin out, returns, withdrawn consents, ids that
/// need quoting.
package struct SampleWorld: Sendable {
    /// One CSV file as its header and its rows.
    package struct Sheet: Sendable {
        package var header: String
        package var rows: [String]

        package init(header: String, rows: [String]) {
            self.header = header
            self.rows = rows
        }

        package var text: String { header + "\n" + rows.map { $0 + "\n" }.joined() }
    }

    package let seed: UInt64
    /// The newest order is of this day.
    package let lastDay: Day
    package private(set) var memberIDs: [String] = []
    package private(set) var members = Sheet(header: "member_id,joined_at,birthday,name", rows: [])
    package private(set) var orders = Sheet(
        header: "order_id,member_id,ordered_at,amount,category,coupon,discount", rows: [])
    package private(set) var events = Sheet(header: "event_id,member_id,occurred_at,kind", rows: [])
    package private(set) var consents = Sheet(header: "member_id,channel,purpose,granted,at", rows: [])

    /// A mark that stands in every name: it must never be seen outside the ledger and rejects files.
    package static let mark = "PLANTEDNAME"

    package init(seed: UInt64, members count: Int, lastDay: Day = Day(number: 20_757)) {
        self.seed = seed
        self.lastDay = lastDay
        var source = SplitMix64(seed: seed)
        for number in 1...count { addMember(number, isNewest: number == 1, &source) }
    }

    /// The sheets by kind of import, in the order in which they are best read.
    package var sheets: [(kind: String, sheet: Sheet)] {
        [("members", members), ("orders", orders), ("events", events), ("consents", consents)]
    }

    private mutating func addMember(_ number: Int, isNewest: Bool, _ source: inout SplitMix64) {
        let plain = String(10_000 + number)
        let id =
            switch number % 29 {
            case 7: "会员-\(plain)"
            case 11: "a,\"\(plain)\""
            case 13: "o'neil; --\(plain)"
            default: "M\(plain)"
            }
        memberIDs.append(id)
        let cell = SampleWorld.quoted(id)
        let joined = lastDay.adding(days: -source.draw(in: 0...900))
        let month = source.draw(in: 1...12).padded(to: 2)
        let birthday =
            source.chance(millionths: 700_000) ? "1990-\(month)-\(source.draw(in: 1...28).padded(to: 2))" : ""
        members.rows.append("\(cell),\(joined),\(birthday),\(SampleWorld.mark) \(plain)")
        addOrders(cell, number: number, joined: joined, isNewest: isNewest, &source)
        for channel in ["sms", "wecom", "crm"] where source.chance(millionths: 850_000) {
            consents.rows.append("\(cell),\(channel),marketing,true,\(joined)")
            if source.chance(millionths: 60_000) {
                consents.rows.append("\(cell),\(channel),marketing,false,\(lastDay.adding(days: -3))")
            }
        }
        if source.chance(millionths: 20_000) { consents.rows.append("\(cell),*,*,false,\(joined)") }
        if source.chance(millionths: 200_000) {
            events.rows.append("E\(plain),\(cell),\(lastDay.adding(days: -source.draw(in: 0...60))),reply")
        }
    }

    private mutating func addOrders(
        _ cell: String, number: Int, joined: Day, isNewest: Bool, _ source: inout SplitMix64
    ) {
        let span = max(0, lastDay.days(since: joined))
        let quiet = min(span, source.pick(from: [0, 5, 20, 45, 100, 200, 400]))
        let count = source.pick(from: [0, 1, 1, 2, 3, 5, 8, 13])
        for position in 0..<(isNewest ? max(1, count) : count) {
            var day = joined.adding(days: source.draw(in: 0...max(0, span - quiet)))
            if isNewest, position == 0 { day = lastDay }
            let hour = source.draw(in: 0...23).padded(to: 2)
            let amount = Money(minorUnits: Int64(source.draw(in: 100...300_000))).text()
            let sign = source.chance(millionths: 50_000) && position > 0 ? "-" : ""
            let isDiscounted = source.chance(millionths: 300_000)
            let category = source.pick(from: ["tea", "茶具", "snacks"])
            orders.rows.append(
                "O\(number)-\(position),\(cell),\(day)T\(hour):30:00+08:00,\(sign)\(amount),\(category),"
                    + (isDiscounted ? "WELCOME,5.00" : ","))
        }
    }

    /// A CSV cell, quoted where it must be.
    private static func quoted(_ text: String) -> String {
        guard text.contains(",") || text.contains("\"") else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
