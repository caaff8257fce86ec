package import GRDB
package import RetierCore

extension Ledger {
    /// The entry cuts of a model as learned last; nil where they have not been learned.
    package func frozenCuts(modelDigest: String) throws -> FrozenCuts? {
        let connection = try ReadConnection(path: path)
        let statement = try connection.prepare(
            """
            SELECT learned_on, entry_score FROM cut
            WHERE model_digest = ?1 AND learned_on = (SELECT max(learned_on) FROM cut WHERE model_digest = ?1)
            ORDER BY entry_score DESC
            """)
        try statement.bind(modelDigest, at: 1)
        var cuts: FrozenCuts?
        while try statement.step() {
            let day = Day(number: Int32(truncatingIfNeeded: statement.integer(0)))
            var found = cuts ?? FrozenCuts(learnedOn: day, modelDigest: modelDigest, entryScores: [])
            found.entryScores.append(Int32(truncatingIfNeeded: statement.integer(1)))
            cuts = found
        }
        return cuts
    }
}

extension FrozenCuts {
    /// Stores the cuts under the run that learned them; cuts of the same model and day stay as they are.
    package func insert(into database: Database, ladder: TierLadder, run: String) throws {
        for (tier, entryScore) in zip(ladder.tiers, entryScores) {
            try database.execute(
                sql: """
                    INSERT INTO cut (learned_on, model_digest, tier, entry_score, run) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [learnedOn.number, modelDigest, tier.id, entryScore, run])
        }
    }
}
