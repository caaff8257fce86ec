import Foundation
package import GRDB

/// The packs that facts are read from, written and read in a second way: for ledgers that tests fill by hand, and to
/// compare with what imports write.
package enum LedgerPacks {
    private static let tables = [
        (
            pack: "order_pack", rows: "member_order",
            columns: ["amount", "discount", "coupon", "category", "channel", "status"]
        ),
        (pack: "event_pack", rows: "member_event", columns: ["kind", "value", "ref"]),
    ]

    /// Writes the packs of all rows, in place of those that are there.
    package static func write(_ database: Database) throws {
        for table in tables {
            try database.execute(sql: "DELETE FROM \(table.pack)")
            var packs: [Int64: (at: Int64, bytes: Data)] = [:]
            for row in try rows(table.rows, table.columns, database) {
                let member: Int64 = row[0]
                var pack = packs[member] ?? (0, Data())
                pack.bytes += varint(UInt64(row[1] - pack.at)) + values(row)
                pack.at = row[1]
                packs[member] = pack
            }
            for (member, pack) in packs {
                try database.execute(sql: "INSERT INTO \(table.pack) VALUES (?, ?)", arguments: [member, pack.bytes])
            }
        }
    }

    /// The members whose packs do not hold what their rows hold, as `order_pack 7`.
    package static func differences(_ database: Database) throws -> [String] {
        var found: [String] = []
        for table in tables {
            var expected: [Int64: [String]] = [:]
            for row in try rows(table.rows, table.columns, database) {
                let cells = row.databaseValues.dropFirst().map(text(of:))
                expected[row[0], default: []].append(cells.joined(separator: "|"))
            }
            var present: [Int64: [String]] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT member, rows FROM \(table.pack)") {
                let hasTexts = table.pack == "event_pack"
                present[row[0]] = rowTexts(row[1], columns: table.columns.count) { hasTexts && $0 > 0 }
            }
            found += Set(expected.keys).union(present.keys).sorted()
                .filter { expected[$0]?.sorted() != present[$0]?.sorted() }.map { "\(table.pack) \($0)" }
        }
        return found
    }

    private static func rows(_ table: String, _ columns: [String], _ database: Database) throws -> [Row] {
        try Row.fetchAll(
            database, sql: "SELECT member, at, \(columns.joined(separator: ", ")) FROM \(table) ORDER BY member, at")
    }

    private static func values(_ row: Row) -> Data {
        var present: UInt8 = 0
        var bytes = Data()
        for (column, value) in row.databaseValues.dropFirst(2).enumerated() where !value.isNull {
            present |= 1 << UInt8(column)
            if let text = String.fromDatabaseValue(value), value.storage.value is String {
                bytes += varint(UInt64(text.utf8.count)) + Data(text.utf8)
            } else if let number = Int64.fromDatabaseValue(value) {
                bytes += varint(number >= 0 ? UInt64(number) * 2 : UInt64(-(number + 1)) * 2 + 1)
            }
        }
        return Data([present]) + bytes
    }

    private static func varint(_ number: UInt64) -> Data {
        number < 128 ? Data([UInt8(number)]) : Data([UInt8(number % 128 + 128)]) + varint(number / 128)
    }

    private static func text(of value: DatabaseValue) -> String { value.isNull ? "-" : value.description }

    private static func rowTexts(_ pack: Data, columns: Int, isText: (Int) -> Bool) -> [String] {
        var rest = Array(pack)[...]
        func takeNumber() -> UInt64 {
            var digits: [UInt64] = []
            repeat { digits.append(UInt64(rest.first ?? 0) % 128) } while rest.popFirst() ?? 0 >= 128
            return digits.reversed().reduce(0) { $0 &* 128 &+ $1 }
        }
        var texts: [String] = []
        var at: UInt64 = 0
        while !rest.isEmpty {
            at += takeNumber()
            let present = rest.popFirst() ?? 0
            let cells = (0..<columns).map { column in
                guard present & (1 << UInt8(column)) != 0 else { return "-" }
                let number = takeNumber()
                guard isText(column) else {
                    return number % 2 == 0 ? "\(number / 2)" : "\(-Int64(number / 2) - 1)"
                }
                defer { rest = rest.dropFirst(Int(number)) }
                return DatabaseValue(value: String(decoding: rest.prefix(Int(number)), as: UTF8.self))?.description
                    ?? ""
            }
            texts.append(([String(at)] + cells).joined(separator: "|"))
        }
        return texts
    }
}
