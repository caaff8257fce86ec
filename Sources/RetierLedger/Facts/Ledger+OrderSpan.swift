import GRDB
package import RetierCore

extension Ledger {
    /// The moments of the oldest and the newest order; nil where there is none.
    ///
    /// Reads every order.
    package func orderSpan() throws -> (first: Instant, last: Instant)? {
        try pool.read { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT min(at), max(at) FROM member_order"),
                let first: Int64 = row[0], let last: Int64 = row[1]
            else { return nil }
            return (Instant(seconds: first), Instant(seconds: last))
        }
    }
}
