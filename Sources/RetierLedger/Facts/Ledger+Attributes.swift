package import RetierCore

extension Ledger {
    /// Reads some attributes of the members of a table, by name and row; nil where a member has no such attribute.
    ///
    /// One pass over the members a call, however many names; nothing is read for no name.
    package func attributes(named names: [String], for facts: FactTable) throws -> [String: [String?]] {
        guard !names.isEmpty else { return [:] }
        var values = Array(repeating: [String?](repeating: nil, count: facts.count), count: names.count)
        try forEachAttribute(named: names, of: facts) { row, index, text in
            if values[index][row] == nil { values[index][row] = String(decoding: text, as: UTF8.self) }
        }
        return Dictionary(uniqueKeysWithValues: zip(names, values))
    }

    /// Calls `body` with a member's row, the position of a name, and the bytes of that attribute, which are valid
    /// within the call.
    ///
    /// After all members come those who were merged, with the row of the member who keeps them: where that one lacks
    /// an attribute, the first of them who has one gives it.
    func forEachAttribute(
        named names: [String], of facts: FactTable,
        _ body: (_ row: Int, _ name: Int, _ text: UnsafeBufferPointer<UInt8>) -> Void
    ) throws {
        let connection = try ReadConnection(path: path)
        let columns = names.indices.map { "json_extract(attributes, ?\($0 + 1))" }.joined(separator: ", ")
        func prepare(_ condition: String) throws -> ReadStatement {
            let statement = try connection.prepare(
                "SELECT key, \(columns) FROM member WHERE attributes IS NOT NULL \(condition)")
            // A quoted label, so that any attribute name is taken as it is.
            for (index, name) in names.enumerated() { try statement.bind("$.\"\(name)\"", at: Int32(index + 1)) }
            return statement
        }
        func visit(_ statement: ReadStatement, row: Int) {
            for index in names.indices where !statement.isNull(Int32(index + 1)) {
                body(row, index, statement.utf8(Int32(index + 1)))
            }
        }
        let roster = MemberRoster(of: facts)
        var position = 0
        let all = try prepare("ORDER BY key")
        while try all.step() {
            let key = all.integer(0)
            while position < roster.keysInOrder.count, roster.keysInOrder[position] < key { position += 1 }
            guard position < roster.keysInOrder.count, roster.keysInOrder[position] == key else { continue }
            visit(all, row: Int(roster.rowsInOrder[position]))
        }
        guard !facts.mergedKeys.isEmpty else { return }
        let one = try prepare("AND key = ?\(names.count + 1)")
        for other in facts.mergedKeys {
            try one.restart()
            try one.bind(other.key, at: Int32(names.count + 1))
            if try one.step() { visit(one, row: other.row) }
        }
    }
}
