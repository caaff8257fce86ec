import GRDB

extension Ledger {
    /// Whether any order or event has one of these texts for a kind, a status, a category or the like; a cheap way to
    /// learn that there are no such events.
    package func knowsText(among texts: Set<String>) throws -> Bool {
        try pool.read { database in
            try texts.contains { text in
                try Bool.fetchOne(
                    database, sql: "SELECT EXISTS (SELECT 1 FROM symbol WHERE text = ?)", arguments: [text]) == true
            }
        }
    }
}
