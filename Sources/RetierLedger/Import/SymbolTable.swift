import GRDB
import GRDBSQLite
import RetierCore

/// Texts that repeat in millions of rows, stored once.
///
/// The first so many stay in memory; where a brand has more (a coupon code of its own for every order), the rest is
/// looked up in the ledger each time.
final class SymbolTable {
    private let limit: Int
    @exclusivity(unchecked) private var index = KeyIndex()
    /// Where in `index` the text of each key is; -1 where it is not in memory.
    @exclusivity(unchecked) private var entries: [Int] = []
    private var nextKey: UInt32
    private let select: RawStatement
    private let selectText: RawStatement
    private let insert: RawStatement

    init(_ connection: SQLiteConnection, limit: Int) throws {
        self.limit = limit
        select = try RawStatement(connection, "SELECT key FROM symbol WHERE text = ?")
        selectText = try RawStatement(connection, "SELECT text FROM symbol WHERE key = ?")
        insert = try RawStatement(connection, "INSERT INTO symbol (key, text) VALUES (?, ?)")
        let largest = try RawStatement(connection, "SELECT ifnull(max(key), 0) FROM symbol")
        _ = try largest.step()
        nextKey = UInt32(largest.number(0)) + 1
        largest.reset()
    }

    /// The key of a text, which is added where it is new.
    func key(of text: Bytes) throws -> UInt32 {
        if let key = index.key(of: text) { return key }
        select.bind(1, text)
        defer { select.reset() }
        if try select.step() {
            let key = UInt32(select.number(0))
            remember(text, key)
            return key
        }
        let key = nextKey
        nextKey += 1
        insert.bind(1, Int64(key))
        insert.bind(2, text)
        try insert.run()
        remember(text, key)
        return key
    }

    /// Gives `body` the text of a key.
    func withText<Result>(of key: UInt32, _ body: (Bytes) -> Result) throws -> Result {
        if Int(key) < entries.count, entries[Int(key)] >= 0 { return body(index.entry(at: entries[Int(key)]).text) }
        selectText.bind(1, Int64(key))
        defer { selectText.reset() }
        guard try selectText.step() else { return body(Bytes(start: nil, count: 0)) }
        remember(selectText.text(0), key)
        return body(selectText.text(0))
    }

    private func remember(_ text: Bytes, _ key: UInt32) {
        guard index.count < limit, Int(key) < limit * 8 else { return }
        while entries.count <= Int(key) { entries.append(-1) }
        if entries[Int(key)] < 0 { entries[Int(key)] = index.insert(text, key: key) }
    }
}
