import RetierCore
import RetierTestSupport
import Testing

/// Members are tiered in chunks that any thread may take: neither the chunks nor their order may show.
@Suite struct TieringChunkTests {
    @Test func theOrderOfChunksDoesNotShow() throws {
        var generator = SeededGenerator(seed: 11)
        // More than two chunks, the last one short.
        let members = Samples.drawn(35_000, &generator)
        var model = TieringModel(ladder: Samples.ladder)
        model.weights = ScoreWeights(loyalty: 7, potential: 5)
        let sets = (0..<2).map { _ in
            let facts = Samples.facts(
                members.map { member in
                    var changed = member
                    changed.total += Int64(generator.draw(in: -300...300))
                    return changed
                })
            // Both sides of the border of two chunks.
            let overrides = [0, 16_383, 16_384, 34_999].map { TierOverride(row: $0, tier: 1, until: facts.asOf) }
            let further = (0..<facts.count).map { row in
                facts.hasPurchase(row) ? Int64(generator.draw(in: 0...50)) : MeasureSource.missing
            }
            let measures = ["clv_13w": further, "cycle_variation": further.reversed(), "full_price_share": further]
            return (facts, TieringSources(measures: measures, overrides: overrides))
        }
        func outcomes(_ workers: Workers) throws -> [TieringOutcome] {
            let first = try Tiering.run(
                facts: sets[0].0, previous: nil, model: model, calibration: nil, sources: sets[0].1, workers: workers)
            return [
                first,
                try Tiering.run(
                    facts: sets[1].0, previous: first.standing, model: model, calibration: first.calibration,
                    sources: sets[1].1, workers: workers),
            ]
        }
        for (one, other) in zip(try outcomes(.single), try outcomes(.backwards)) {
            #expect(one.transitions == other.transitions)
            #expect(one.rawTiers == other.rawTiers)
            #expect(one.standing.tier == other.standing.tier && one.standing.since == other.standing.since)
            #expect(one.standing.holds == other.standing.holds && one.standing.ranks == other.standing.ranks)
            #expect(one.scores.composite == other.scores.composite)
            for row in [0, 16_383, 16_384, 34_999] {
                #expect(one.standing.tier[row] == 1 && one.standing.holds[row].rule == .override, "row \(row)")
            }
            #expect(one.standing.holds.count { $0.rule == .override } == 4)
            // Whoever looks at one member alone finds the same.
            let row = 20_000
            #expect(one.scoring.weights.composite(of: one.scores.ranks(of: row)) == one.scores.composite[row])
        }
    }
}
