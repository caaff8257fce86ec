import GRDB
package import RetierCore

extension Ledger {
    /// What came from each source that is watched, as of a day in a zone.
    package func arrivals(
        of sources: [GuardLimits.Source], asOf: Day, zone: ZoneRules
    ) throws -> [GuardMeasures.Arrivals] {
        guard !sources.isEmpty else { return [] }
        return try pool.read { database in
            try sources.map { source in
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT at, read FROM import_file WHERE kind = ? AND name GLOB ?
                        ORDER BY at DESC, id DESC LIMIT ?
                        """,
                    arguments: [source.kind, source.files ?? "*", Guards.usualRuns.upperBound + 1])
                let newest = rows.first.map { zone.day(of: Instant(seconds: $0[0])) }
                return GuardMeasures.Arrivals(
                    source: source, ageDays: newest.map { asOf.days(since: $0) }, rows: rows.map { $0[1] })
            }
        }
    }
}
