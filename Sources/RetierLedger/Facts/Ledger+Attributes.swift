package import RetierCore

extension Ledger {
    /// Reads some attributes of the members of a table, by name and row; nil where a member has no such attribute.
    ///
    /// One pass over the members a call, however many names; nothing is read for no name.
    package func attributes(named names: [String], for facts: FactTable) throws -> [String: [String?]] {
        guard !names.isEmpty else { return [:] }
        let connection = try ReadConnection(path: path)
        let columns = names.indices.map { "json_extract(attributes, ?\($0 + 1))" }.joined(separator: ", ")
        let statement = try connection.prepare(
            "SELECT key, \(columns) FROM member WHERE attributes IS NOT NULL ORDER BY key")
        for (index, name) in names.enumerated() {
            // A quoted label, so that any attribute name is taken as it is.
            try statement.bind("$.\"\(name)\"", at: Int32(index + 1))
        }
        let roster = MemberRoster(of: facts)
        var values = Array(repeating: [String?](repeating: nil, count: facts.count), count: names.count)
        var position = 0
        while try statement.step() {
            let key = statement.integer(0)
            while position < roster.keysInOrder.count, roster.keysInOrder[position] < key { position += 1 }
            guard position < roster.keysInOrder.count, roster.keysInOrder[position] == key else { continue }
            let row = Int(roster.rowsInOrder[position])
            for index in names.indices where !statement.isNull(Int32(index + 1)) {
                values[index][row] = statement.text(Int32(index + 1))
            }
        }
        try fillIn(&values, named: names, of: facts, connection, columns: columns)
        return Dictionary(uniqueKeysWithValues: zip(names, values))
    }

    /// Where a member who keeps others lacks an attribute, it has that of the first of them who has one.
    private func fillIn(
        _ values: inout [[String?]], named names: [String], of facts: FactTable, _ connection: ReadConnection,
        columns: String
    ) throws {
        guard !facts.mergedKeys.isEmpty else { return }
        let statement = try connection.prepare(
            "SELECT \(columns) FROM member WHERE attributes IS NOT NULL AND key = ?\(names.count + 1)")
        for other in facts.mergedKeys {
            try statement.restart()
            for (index, name) in names.enumerated() { try statement.bind("$.\"\(name)\"", at: Int32(index + 1)) }
            try statement.bind(other.key, at: Int32(names.count + 1))
            guard try statement.step() else { continue }
            for index in names.indices where values[index][other.row] == nil && !statement.isNull(Int32(index)) {
                values[index][other.row] = statement.text(Int32(index))
            }
        }
    }
}
