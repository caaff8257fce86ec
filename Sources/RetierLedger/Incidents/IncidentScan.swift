import RetierCore
import Synchronization

/// Finds the members who did something while an incident lasted: one pass over the packs of orders or events, shared by
/// threads.
///
/// There is no index by time: every import would have to keep it up, and incidents are rare.
struct IncidentScan: Sendable {
    /// A time and a kind of fact that counts in it.
    struct Watch: Sendable {
        /// Position in the incidents.
        var incident: Int
        /// The first second, and the one after the last.
        var from: Int64
        var until: Int64
        /// `order`, `event:KIND`.
        var fact: String
    }

    typealias Found = (row: Int, value: IncidentTable.Effect)
    /// Moves to the next row of a pack: its kind, 0 of an order; nil at the end.
    private typealias Step = @Sendable (inout RowPackReader) throws -> Int64?

    /// Members of a range that a thread takes at a time.
    static let chunkSize: Int64 = 16_384
    private static let order = "order"
    private static let event = "event:"

    let watches: [Watch]
    let rowOfKey: RowOfKey

    /// What affected the members who have a row, the first of each watch; threads share the keys.
    func run(_ connections: [ReadConnection]) throws -> [Found] {
        let texts = try TextNumbers(connections[0])
        let orders = watches.filter { $0.fact == Self.order }.map { (watch: $0, kind: Int64(0)) }
        let events = try watches.filter { $0.fact.hasPrefix(Self.event) }.compactMap { watch in
            let kind = try texts.number(of: String(watch.fact.dropFirst(Self.event.count)))
            return kind < 0 ? nil : (watch: watch, kind: kind)
        }
        return try scan("order_pack", connections, orders, Self.nextOrder)
            + scan("event_pack", connections, events, Self.nextEvent)
    }

    private func scan(
        _ table: String, _ connections: [ReadConnection], _ watches: [(watch: Watch, kind: Int64)], _ step: Step
    ) throws -> [Found] {
        guard !watches.isEmpty else { return [] }
        let last = try connections[0].integer("SELECT ifnull(max(member), 0) FROM \(table)")
        let next = Mutex<Int64>(0)
        return try inParallel(connections) { _, connection in
            let statement = try connection.prepare(
                "SELECT member, rows FROM \(table) WHERE member >= ?1 AND member < ?2 ORDER BY member")
            var found: [Found] = []
            while true {
                let first = next.withLock { value in
                    defer { value += Self.chunkSize }
                    return value
                }
                guard first <= last else { return found }
                try statement.restart(first, first + Self.chunkSize)
                while try statement.step() {
                    guard let row = rowOfKey[statement.integer(0)] else { continue }
                    try look(at: RowPackReader(statement.blob(1)), watches, step) { watch, at in
                        found.append(
                            (
                                row,
                                IncidentTable.Effect(
                                    incident: watch.incident, fact: watch.fact, at: Instant(seconds: at))
                            ))
                    }
                }
            }
        }.flatMap(\.self)
    }

    /// Calls `body` with each watch that a pack has a row for, and the moment of the first.
    private func look(
        at pack: RowPackReader, _ watches: [(watch: Watch, kind: Int64)], _ step: Step, _ body: (Watch, Int64) -> Void
    ) throws {
        var pack = pack
        var open = watches
        while !open.isEmpty, let kind = try step(&pack) {
            // Rows come in order of time.
            open.removeAll { $0.watch.until <= pack.at }
            open.removeAll { watch, wanted in
                guard wanted == kind, watch.from <= pack.at else { return false }
                body(watch, pack.at)
                return true
            }
        }
    }

    private static let nextOrder: Step = { pack in
        var columns = FactRow.Cells(repeating: 0)
        return try pack.next(&columns, missing: 0) ? 0 : nil
    }

    private static let nextEvent: Step = { pack in
        guard try pack.next() else { return nil }
        let kind = pack.present & 1 != 0 ? try pack.number() : 0
        if pack.present & 2 != 0 { _ = try pack.text() }
        if pack.present & 4 != 0 { _ = try pack.text() }
        return kind
    }
}
