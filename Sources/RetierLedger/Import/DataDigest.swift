import GRDB
import GRDBSQLite
import RetierCore

/// What one kind of data holds, whatever order it came in: a row count and the wrapping sums of two row hashes.
struct DataDigest: Hashable {
    var count: Int64 = 0
    var first: UInt64 = 0
    var second: UInt64 = 0

    mutating func add(_ hash: RowHash) {
        count += 1
        first &+= hash.first
        second &+= hash.second
    }

    mutating func remove(_ hash: RowHash) {
        count -= 1
        first &-= hash.first
        second &-= hash.second
    }

    static func load(_ kind: ImportKind, _ database: Database) throws -> DataDigest {
        let row = try Row.fetchOne(
            database, sql: "SELECT count, sum1, sum2 FROM data_digest WHERE kind = ?", arguments: [kind.rawValue])
        guard let row else { return DataDigest() }
        return DataDigest(
            count: row[0], first: UInt64(bitPattern: row[1] as Int64), second: UInt64(bitPattern: row[2] as Int64))
    }

    func store(_ kind: ImportKind, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO data_digest (kind, count, sum1, sum2) VALUES (?, ?, ?, ?)",
            arguments: [kind.rawValue, count, Int64(bitPattern: first), Int64(bitPattern: second)])
    }
}

/// The 128-bit hash of what one row says in texts; the ledger's integer keys never enter it.
typealias RowHash = (first: UInt64, second: UInt64)

/// Hashes rows in their canonical form.
///
/// The owner of an order, event or consent is the id of its member (of the one who is kept, where it is merged) where
/// the ledger knows it, and otherwise the identity that
/// the row came with. When an identity gets its member, the hashes of its rows change with it, so that every order of
/// arrival ends in the same digest.
final class RowHasher {
    private let symbols: SymbolTable
    // Accessed by this class alone, some twenty times a row: the run-time check of exclusive access would cost a tenth
    // of a big import. The same holds wherever the attribute stands in this folder.
    @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 512)
    @exclusivity(unchecked) private var owner = ByteBuffer(capacity: 300)
    @exclusivity(unchecked) private var ownerKey: UInt32 = 0
    /// Who counts for whom: rows of a merged member are owned by the one who is kept.
    var merges: MergeMap
    private let selectMember: RawStatement
    private let selectIdentity: RawStatement

    init(_ connection: SQLiteConnection, _ symbols: SymbolTable) throws {
        self.symbols = symbols
        merges = try MergeMap(connection)
        selectMember = try RawStatement(connection, "SELECT member_id FROM member WHERE key = ?")
        selectIdentity = try RawStatement(connection, "SELECT source, external_id FROM identity WHERE member = ?")
    }

    /// Must be called after the owner of rows has got a member id, or was merged with another.
    func forgetOwner() { ownerKey = 0 }

    func timed(_ kind: ImportKind, _ place: TimedPlace, _ id: Bytes, _ columns: Bytes) throws -> RowHash {
        try start(kind, owner: place.member)
        buffer.append(littleEndian: Int64(place.at))
        append(text: id)
        var cursor = ByteCursor(columns)
        while !cursor.isAtEnd {
            switch TimedColumns.next(&cursor) {
            case .null: buffer.append(0)
            case .number(let number): append(number: number)
            case .text(let text): append(text: text)
            case .symbol(let key): try symbols.withText(of: key) { append(text: $0) }
            }
        }
        return StableHash.pair(of: buffer.bytes)
    }

    /// A row of another kind: texts and numbers in the order of its table's columns.
    func row(_ kind: ImportKind, owner: UInt32? = nil, _ values: [Value]) throws -> RowHash {
        if let owner {
            try start(kind, owner: owner)
        } else {
            buffer.removeAll()
            append(text: kind)
        }
        for value in values {
            switch value {
            case .null: buffer.append(0)
            case .number(let number): append(number: number)
            case .text(let text): append(text: text)
            }
        }
        return StableHash.pair(of: buffer.bytes)
    }

    enum Value {
        case null
        case number(Int64)
        case text(Bytes)
    }

    private func start(_ kind: ImportKind, owner key: UInt32) throws {
        buffer.removeAll()
        append(text: kind)
        if key != ownerKey { try findOwner(key) }
        buffer.append(owner.bytes)
    }

    private func findOwner(_ key: UInt32) throws {
        owner.removeAll()
        selectMember.bind(1, merges.isEmpty ? Int64(key) : merges.root(of: Int64(key)))
        defer { selectMember.reset() }
        if try selectMember.step(), !selectMember.isNull(0) {
            owner.append(1)
            owner.append(selectMember.text(0))
            owner.append(0)
        } else {
            selectIdentity.bind(1, Int64(key))
            defer { selectIdentity.reset() }
            owner.append(2)
            if try selectIdentity.step() {
                owner.append(selectIdentity.text(0))
                owner.append(0)
                owner.append(selectIdentity.text(1))
            }
            owner.append(0)
        }
        ownerKey = key
    }

    private func append(text kind: ImportKind) {
        buffer.append(kind.rawValue)
        buffer.append(0)
    }

    private func append(number: Int64) {
        buffer.append(1)
        buffer.append(littleEndian: number)
    }

    private func append(text: Bytes) {
        buffer.append(2)
        buffer.append(varint: UInt64(text.count))
        buffer.append(text)
    }
}
