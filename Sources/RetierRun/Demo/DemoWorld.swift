import Foundation
package import RetierCore

/// A made-up consumer brand: members of many tempers, and years of orders, events and consents.
///
/// Everything follows from the seed: the same seed gives byte-identical files on every machine. Nothing in it is
/// anybody's data.
package struct DemoWorld: Sendable {
    /// The channels for which members are asked for consent.
    package static let consentChannels = ["sms", "wecom", "crm"]
    /// How a member who never wants to be contacted is written: a refusal that holds for every channel.
    static let neverContact = (channel: "*", purpose: "marketing", granted: "false")

    package let seed: UInt64
    /// First and last day of the world; nothing happens outside.
    package let firstDay: Day
    package let lastDay: Day
    private let rows: SortedRows

    /// The lines of each kind with their days, ascending.
    private struct SortedRows: Sendable {
        var members: DemoLines
        var orders: DemoLines
        var events: DemoLines
        var consents: DemoLines
    }

    /// Makes the world.
    ///
    /// - Parameters:
    ///   - seed: Another seed makes another brand.
    ///   - members: How many people join between the first and the last day.
    ///   - firstDay: Members join from here on.
    ///   - lastDay: The last day on which anything happens.
    package init(
        seed: UInt64 = 20_260_801, members: Int = 4_000, firstDay: Day = DemoSchedule.seeded.firstDay,
        lastDay: Day = DemoSchedule.seeded.lastDay
    ) {
        precondition(members > 0 && firstDay < lastDay, "a world needs people and time")
        self.seed = seed
        self.firstDay = firstDay
        self.lastDay = lastDay
        var rows = DemoRows()
        for number in 1...members {
            var source = SplitMix64(seed: StableHash.of("demo", String(seed), String(number)))
            let joined = DemoWorld.joiningDay(of: number, among: members, from: firstDay, through: lastDay)
            let person = DemoPerson(number: number, joined: joined, lastDay: lastDay, source: &source)
            var life = DemoLife(person: person, lastDay: lastDay, source: source)
            life.play(into: &rows)
        }
        rows.sort()
        self.rows = SortedRows(
            members: DemoLines("member_id,joined_at,birthday,city,content_tag", rows.members),
            orders: DemoLines(
                "order_id,member_id,ordered_at,amount,category,channel,coupon,discount,status", rows.orders),
            events: DemoLines("event_id,member_id,occurred_at,kind,value,ref", rows.events),
            consents: DemoLines("member_id,channel,purpose,granted,at,proof", rows.consents))
    }

    /// A quarter joins in the opening two months, the others evenly until the last day.
    private static func joiningDay(of number: Int, among count: Int, from first: Day, through last: Day) -> Day {
        let span = last.days(since: first)
        let opening = min(60, span)
        let founders = max(count / 4, 1)
        if number <= founders { return first.adding(days: (number - 1) * opening / founders) }
        return first.adding(days: opening + (number - founders) * (span - opening) / max(count - founders, 1))
    }

    /// Writes what happened after one day and up to another as `members.csv`, `orders.csv`, `events.csv` and
    /// `consents.csv`.
    ///
    /// - Parameters:
    ///   - after: The last day that was written before; nil for everything from the beginning.
    ///   - through: The last day to write.
    ///   - folder: Made where it is missing; files in it are replaced.
    /// - Returns: Where the files are and how many rows each holds.
    /// - Throws: An error of the file system.
    @discardableResult
    package func write(after: Day? = nil, through: Day, to folder: String) throws -> DemoFiles {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func put(_ lines: DemoLines, _ name: String) throws -> DemoFiles.File {
            let path = folder + "/" + name
            let (text, count) = lines.text(after: after, through: through)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return DemoFiles.File(path: path, rows: count)
        }
        return DemoFiles(
            members: try put(rows.members, "members.csv"), orders: try put(rows.orders, "orders.csv"),
            events: try put(rows.events, "events.csv"), consents: try put(rows.consents, "consents.csv"))
    }
}

/// Where a part of the world was written.
package struct DemoFiles: Sendable {
    package struct File: Sendable {
        package var path: String
        /// Rows below the header; may be 0.
        package var rows: Int
    }

    package var members: File
    package var orders: File
    package var events: File
    package var consents: File
}

/// Finished lines of one file, ascending by day.
struct DemoLines: Sendable {
    private let header: String
    private let days: [Int32]
    private let lines: [String]

    init(_ header: String, _ rows: [DemoRow]) {
        self.header = header
        days = rows.map(\.at.day.number)
        lines = rows.map(\.line)
    }

    func text(after: Day?, through: Day) -> (text: String, count: Int) {
        let start = after.map { firstIndex(above: $0) } ?? 0
        let end = max(start, firstIndex(above: through))
        return (header + "\n" + lines[start..<end].joined(), end - start)
    }

    private func firstIndex(above day: Day) -> Int {
        var low = 0
        var high = days.count
        while low < high {
            let middle = (low + high) / 2
            if days[middle] <= day.number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
