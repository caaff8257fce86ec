import RetierCore
import RetierTestSupport
import Testing

@Suite struct Matching {
    /// Members of a second refresh, of whom something is known in every field that conditions may read; now and then
    /// nobody is ranked in a dimension, and nobody was asked for a fact or for consents.
    private static func columns(_ count: Int, _ generator: inout SeededGenerator) throws -> MemberColumns {
        let members = Samples.drawn(count, &generator)
        let model = TieringModel(
            weights: ScoreWeights(spend: 4, frequency: 3, recency: 2, priceSensitivity: generator.draw(in: 0...1)),
            ladder: Samples.ladder)
        let first = try Tiering.run(facts: Samples.facts(members), previous: nil, model: model, calibration: nil)
        var facts = Samples.facts(
            members.map { member in
                guard generator.draw(in: 0...2) == 0 else { return member }
                var other = Samples.drawn(1, &generator)[0]
                other.id = member.id
                return other
            })
        var predictions = PredictionTable(count: count)
        facts.further = [FactColumn(count: count), generator.draw(in: 0...1) == 0 ? nil : FactColumn(count: count)]
        facts.tags = (0..<count).map { _ in UInt64(generator.draw(in: 0...7)) }
        var consents = ConsentTable.Builder(count: count)
        for row in 0..<count {
            facts.birthday[row] = generator.pick(from: [0, 101, 229, 615, 1_231])
            facts.further[0]?[row] = generator.pick(from: [FactColumn.missing, 0, 7])
            predictions.alive[row] = generator.pick(from: [PredictionTable.missing, 0, 400_000, 1_000_000])
            predictions.value[row] = Int64(generator.draw(in: 0...999_999_999))
            guard generator.draw(in: 0...1) == 0 else { continue }
            consents.add(
                row: row, channel: generator.pick(from: ["sms", "*", "crm"]), purpose: "marketing",
                granted: generator.draw(in: 0...3) > 0, at: Instant(seconds: 1))
        }
        var held = first.standing
        held.tier[0] = StandingTable.noTier
        let outcome = try Tiering.run(
            facts: facts, previous: held, model: model, calibration: first.calibration)
        return MemberColumns(
            facts: facts, outcome: outcome, predictions: predictions,
            attributes: ["city": (0..<count).map { _ in generator.pick(from: [nil, "", "a", "c"]) }],
            consents: generator.draw(in: 0...3) == 0 ? nil : consents.build())
    }

    @Test func rowsAreMatchedAsTheirSnapshotsAre() throws {
        var generator = SeededGenerator(seed: 20_260_302)
        var (matched, unmatched) = (0, 0)
        for round in 0..<40 {
            let count = generator.draw(in: 1...150)
            let columns = try Self.columns(count, &generator)
            let playbooks = (0..<50).map { number in
                var playbook = Playbook.sample("p\(number.padded(to: 2))")
                playbook.condition = ConditionTests.randomTree(&generator, depth: 4)
                return playbook
            }
            let split = generator.draw(in: 0...count)
            let matcher = Matcher(playbooks: playbooks, trigger: .daily)
            let found = [0..<split, split..<count].flatMap { matcher.candidates(rows: $0, of: columns) }
            #expect(found == found.sorted())
            let steps = playbooks[0].steps.indices
            let expected = (0..<count).flatMap { row in
                let member = columns.snapshot(of: row)
                // Nobody was affected by an incident.
                let holding = playbooks.indices.filter {
                    !playbooks[$0].condition.needsIncident && playbooks[$0].condition.holds(for: member)
                }
                return holding.flatMap { position in steps.map { Candidate(row: row, playbook: position, step: $0) } }
            }
            #expect(found == expected, "seed \(generator.seed), round \(round)")
            matched += found.count / steps.count
            unmatched += count * playbooks.count - found.count / steps.count
        }
        // Both must occur often, or the property says nothing.
        #expect(matched > 20_000 && unmatched > 20_000, "\(matched) \(unmatched)")
    }

    @Test func playbooksOfTheOtherTriggerAndUnmetConditionsGiveNothing() throws {
        var generator = SeededGenerator(seed: 1)
        let columns = try Self.columns(5, &generator)
        var never = Playbook.sample("never")
        never.condition = .not(.all([]))
        #expect(Matcher(playbooks: [never], trigger: .daily).candidates(rows: 0..<5, of: columns).isEmpty)
        #expect(Matcher(playbooks: [.sample("a")], trigger: .refresh).playbooks.isEmpty)
        let both = Matcher(playbooks: [.sample("b"), .sample("a")], trigger: .daily)
        #expect(both.playbooks.map(\.id) == ["a", "b"])
        #expect(both.candidates(rows: 1..<3, of: columns).map(\.row) == [1, 1, 2, 2])
    }
}
