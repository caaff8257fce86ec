import GRDB
import GRDBSQLite
import RetierCore

/// Which members count for which other one: the merges that are not undone, by the ledger's keys.
struct MergeMap: Sendable {
    private(set) var keptOf: [Int64: Int64] = [:]
    /// Who was merged into a member directly.
    private var othersOf: [Int64: Set<Int64>] = [:]

    init() {}

    private static let sql = "SELECT other, kept FROM member_merge WHERE undone_at IS NULL"

    init(_ connection: ReadConnection) throws {
        let statement = try connection.prepare(MergeMap.sql)
        while try statement.step() { link(statement.integer(0), to: statement.integer(1)) }
    }

    init(_ connection: SQLiteConnection) throws {
        let statement = try RawStatement(connection, MergeMap.sql)
        while try statement.step() { link(statement.number(0), to: statement.number(1)) }
    }

    var isEmpty: Bool { keptOf.isEmpty }

    /// The member for whom a member's rows count: itself, or the one it was merged into, however often.
    func root(of key: Int64) -> Int64 {
        var root = key
        while let kept = keptOf[root] { root = kept }
        return root
    }

    /// A member and all who were merged into it, directly or not; itself first, the others in order of their keys.
    func group(of root: Int64) -> [Int64] {
        var found: [Int64] = []
        var open = [root]
        while let next = open.popLast() {
            let others = othersOf[next] ?? []
            found += others
            open += others
        }
        return [root] + found.sorted()
    }

    /// The merged members of each member who keeps some, in order of their keys.
    var othersByRoot: [Int64: [Int64]] {
        var groups: [Int64: [Int64]] = [:]
        for other in keptOf.keys.sorted() { groups[root(of: other), default: []].append(other) }
        return groups
    }

    mutating func link(_ other: Int64, to kept: Int64) {
        keptOf[other] = kept
        othersOf[kept, default: []].insert(other)
    }

    mutating func unlink(_ other: Int64) {
        guard let kept = keptOf.removeValue(forKey: other) else { return }
        othersOf[kept]?.remove(other)
    }
}
