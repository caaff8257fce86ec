import RetierCore

/// The members that have facts on a day, in order of member id, and the order of their ledger keys.
struct MemberRoster: Sendable {
    var table: FactTable
    /// Ledger keys ascending and the row of each: the order in which orders and standings are stored.
    let keysInOrder: [Int64]
    let rowsInOrder: [UInt32]

    /// Reads the members.
    ///
    /// Two passes, side by side where there are two connections: the index on `member_id` gives the ids in order
    /// without touching the table, the table gives the rest in order of its key.
    static func read(_ connections: [ReadConnection], asOf: Day, zone: ZoneRules) throws -> MemberRoster {
        let passes: [Pass]
        if connections.count > 1 {
            passes = try inParallel(Array(connections.prefix(2))) { index, connection in
                index == 0 ? .ids(try Identities(connection)) : .details(try Details(connection, zone: zone))
            }
        } else {
            passes = [.ids(try Identities(connections[0])), .details(try Details(connections[0], zone: zone))]
        }
        guard case .ids(let identities) = passes[0], case .details(let details) = passes[1] else {
            throw RetierError(.tryLater, "reading the members gave no result", hint: "try again")
        }
        return MemberRoster(identities, details, merges: try MergeMap(connections[0]), asOf: asOf)
    }

    /// The roster of a table read earlier, to read something else by ledger key.
    init(of table: FactTable) { self.init(of: table, rowsInOrder: MemberRoster.order(of: table.keys)) }

    private init(of table: FactTable, rowsInOrder: [UInt32]) {
        self.table = table
        self.rowsInOrder = rowsInOrder
        keysInOrder = rowsInOrder.map { table.keys[Int($0)] }
    }

    /// Positions of ledger keys in ascending order of the keys.
    private static func order(of keys: [Int64]) -> [UInt32] {
        RadixOrder(keys.map { UInt64(bitPattern: $0) ^ (1 << 63) }).rows
    }

    private enum Pass: Sendable {
        case ids(Identities)
        case details(Details)
    }

    private init(_ identities: Identities, _ details: Details, merges: MergeMap, asOf: Day) {
        let count = identities.keys.count
        var joined = [Int32](repeating: FactTable.noDay, count: count)
        var birthday = [Int16](repeating: 0, count: count)
        let order = MemberRoster.order(of: identities.keys)
        var detail = 0
        for row in order {
            while details.keys[detail] != identities.keys[Int(row)] { detail += 1 }
            joined[Int(row)] = details.joined[detail]
            birthday[Int(row)] = details.birthday[detail]
        }
        let groups = MemberRoster.groups(identities, merges)
        var merged = Set<Int>()
        for group in groups {
            // Whoever is kept has been in the programme since the first of them joined.
            joined[group.row] =
                ([group.row] + group.others).map { joined[$0] }.filter { $0 != FactTable.noDay }.min()
                ?? FactTable.noDay
            birthday[group.row] = ([group.row] + group.others).map { birthday[$0] }.first { $0 != 0 } ?? 0
            merged.formUnion(group.others)
        }
        var census = FactCensus()
        census.waitingMembers = details.keys.count - count
        var rows: [Int] = []
        rows.reserveCapacity(count)
        for row in 0..<count where !merged.contains(row) {
            if joined[row] == FactTable.noDay {
                census.waitingMembers += 1
            } else if joined[row] > asOf.number {
                census.futureMembers += 1
            } else {
                rows.append(row)
            }
        }
        var memberIDs = identities.memberIDs
        if rows.count < count {
            memberIDs = PackedStrings()
            for row in rows { identities.memberIDs.withUTF8(at: row) { memberIDs.append(utf8: $0) } }
        }
        var table = FactTable(asOf: asOf, memberIDs: memberIDs, keys: rows.map { identities.keys[$0] })
        table.joined = rows.map { joined[$0] }
        table.birthday = rows.map { birthday[$0] }
        table.census = census
        if !groups.isEmpty {
            let rowOf = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
            table.mergedKeys = groups.compactMap { group in rowOf[group.row].map { (group, $0) } }.flatMap {
                group, row in
                group.others.map { MergedKey(row: row, key: identities.keys[$0]) }
            }
        }
        self.init(of: table, rowsInOrder: rows.count == count ? order : MemberRoster.order(of: table.keys))
    }

    /// The members who keep others, with the positions of both among the identities, in order of their ids.
    private static func groups(_ identities: Identities, _ merges: MergeMap) -> [(row: Int, others: [Int])] {
        guard !merges.isEmpty else { return [] }
        let othersByRoot = merges.othersByRoot
        let concerned = Set(othersByRoot.keys).union(othersByRoot.values.joined())
        var rowOf: [Int64: Int] = [:]
        for (row, key) in identities.keys.enumerated() where concerned.contains(key) { rowOf[key] = row }
        return othersByRoot.compactMap { root, others in
            rowOf[root].map { (row: $0, others: others.compactMap { rowOf[$0] }.sorted()) }
        }.sorted { $0.row < $1.row }
    }

    /// Member ids in order of their bytes, with their ledger keys.
    private struct Identities: Sendable {
        var memberIDs = PackedStrings()
        var keys: [Int64] = []

        init(_ connection: ReadConnection) throws {
            let statement = try connection.prepare(
                "SELECT member_id, key FROM member WHERE member_id IS NOT NULL ORDER BY member_id")
            while try statement.step() {
                memberIDs.append(utf8: statement.utf8(0))
                keys.append(statement.integer(1))
            }
        }
    }

    /// What else the member table says, in order of its key.
    private struct Details: Sendable {
        var keys: [Int64] = []
        var joined: [Int32] = []
        var birthday: [Int16] = []

        init(_ connection: ReadConnection, zone: ZoneRules) throws {
            var clock = LocalDayClock(zone)
            let statement = try connection.prepare("SELECT key, joined_at, birthday FROM member ORDER BY key")
            while try statement.step() {
                keys.append(statement.integer(0))
                joined.append(statement.isNull(1) ? FactTable.noDay : clock.day(ofSeconds: statement.integer(1)))
                birthday.append(Int16(truncatingIfNeeded: statement.integer(2)))
            }
        }
    }
}
