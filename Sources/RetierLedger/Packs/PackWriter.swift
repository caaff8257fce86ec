import GRDB
import GRDBSQLite

/// Keeps the packs of one table equal to its rows, within the transaction that changes them.
///
/// Rows in order of time of a member who had none are packed as they pass. For every other member whose rows change the
/// pack is made again from the table, so that an import costs in proportion to the members whom it concerns.
final class PackWriter {
    @exclusivity(unchecked) private var packer = RowPacker()
    /// The member whose rows are passing.
    @exclusivity(unchecked) private var current: UInt32?
    /// Whether `packer` holds all rows of the current member.
    @exclusivity(unchecked) private var isWhole = false
    /// Members whose packs must be made again, with repetitions.
    @exclusivity(unchecked) private var changed: [UInt32] = []
    /// The highest member with a pack; those above have none.
    @exclusivity(unchecked) private var highest: Int64
    private let selectPack: RawStatement
    private let writePack: RawStatement
    private let deletePack: RawStatement

    init(_ connection: SQLiteConnection, table: String) throws {
        selectPack = try RawStatement(connection, "SELECT 1 FROM \(table) WHERE member = ?")
        writePack = try RawStatement(connection, "INSERT OR REPLACE INTO \(table) (member, rows) VALUES (?, ?)")
        deletePack = try RawStatement(connection, "DELETE FROM \(table) WHERE member = ?")
        let largest = try RawStatement(connection, "SELECT ifnull(max(member), 0) FROM \(table)")
        _ = try largest.step()
        highest = largest.number(0)
        largest.reset()
    }

    /// Takes note of a row that is added to the table.
    func add(_ place: TimedPlace, _ columns: Bytes) throws {
        if place.member != current {
            try close()
            current = place.member
            isWhole = try !hasPack(place.member)
        }
        if isWhole { isWhole = packer.append(at: place.at, columns: columns) }
    }

    /// Takes note of a row that is changed or removed.
    func change(_ member: UInt32) {
        if changed.last != member { changed.append(member) }
        if member == current { isWhole = false }
    }

    /// Writes the packs that remain, of members whose rows `forEachRow` hands over in order of time.
    func finish(
        _ forEachRow: (UInt32, (TimedPlace, _ id: Bytes, _ columns: Bytes) throws -> Void) throws -> Void
    ) throws {
        try close()
        for member in Set(changed).sorted() {
            try forEachRow(member) { place, _, columns in _ = packer.append(at: place.at, columns: columns) }
            if packer.isEmpty {
                deletePack.bind(1, Int64(member))
                try deletePack.run()
            } else {
                try write(member)
            }
        }
        changed.removeAll()
    }

    private func close() throws {
        guard let member = current else { return }
        current = nil
        if isWhole { return try write(member) }
        packer.removeAll()
        change(member)
    }

    private func write(_ member: UInt32) throws {
        writePack.bind(1, Int64(member))
        writePack.bind(2, blob: packer.bytes)
        try writePack.run()
        packer.removeAll()
        highest = max(highest, Int64(member))
    }

    private func hasPack(_ member: UInt32) throws -> Bool {
        guard Int64(member) <= highest else { return false }
        selectPack.bind(1, Int64(member))
        defer { selectPack.reset() }
        return try selectPack.step()
    }
}
