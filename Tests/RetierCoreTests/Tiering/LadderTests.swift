import RetierCore
import RetierTestSupport
import Testing

/// Ladders of every kind of entry, run over made-up members.
@Suite struct LadderTests {
    private func ladder(_ entries: [Tier.Entry]) -> TieringModel {
        TieringModel(
            weights: ScoreWeights(spend: 1, frequency: 0, recency: 0, priceSensitivity: 0),
            ladder: TierLadder(
                tiers: entries.enumerated().map {
                    Tier(id: "t\($0.offset)", title: LocalizedText("T\($0.offset)"), entry: $0.element)
                }))
    }

    private func facts(_ totals: [Int64?], days: [Int32] = []) -> FactTable {
        Samples.facts(
            totals.enumerated().map { index, total in
                SampleMember(
                    id: "m\(index.padded(to: 3))", last: total == nil ? nil : 995,
                    days: days.isEmpty ? 1 : days[index], total: total ?? 0)
            })
    }

    private func clause(_ field: Field, _ comparison: Predicate.Comparison, _ number: Int64) -> Condition {
        .clause(
            Clause(
                Predicate(field, comparison, .number(number)), text: "\(field.name) \(comparison.rawValue) \(number)"))
    }

    @Test func moneyInTheWindow() throws {
        let model = ladder([
            .value(of: "m_total", atLeast: 500_000), .value(of: "m_total", atLeast: 100_000), .everyone,
        ])
        let first = try Tiering.run(
            facts: facts([499_999, 500_000, 100_000, 99_999, -5, nil]), previous: nil, model: model, calibration: nil)
        #expect(first.standing.tier == [1, 0, 1, 2, 2, 2])
        // 90 % of 5,000.00 keeps the tier, a fen less does not.
        let second = try Tiering.run(
            facts: facts([1, 450_000, 89_999, 0, 0, 0]), previous: first.standing, model: model,
            calibration: first.calibration)
        #expect(second.standing.tier == [1, 0, 1, 2, 2, 2])
        #expect(second.standing.holds.map(\.rule) == [.confirmation, .keepingLine, .confirmation, nil, nil, nil])
        let slide = try #require(second.transitions.first { $0.row == 1 })
        #expect(
            ReasonText.sentence(for: slide, ladder: model.ladder, language: .english)
                == "spend 4500.00 fell below the entry cut 5000.00 of T0; kept: still at or above the keeping line")
        let third = try Tiering.run(
            facts: facts([1, 449_999, 89_999, 0, 0, 0]), previous: second.standing, model: model,
            calibration: first.calibration)
        let fall = try #require(third.transitions.first { $0.row == 2 })
        #expect(
            ReasonText.sentence(for: fall, ladder: model.ladder, language: .english)
                == "spend 899.99 was below the keeping line 900.00 of T1 2 runs in a row")
    }

    @Test func theStarGroupIsTheTopFifthByPrediction() throws {
        let model = ladder([.topShareBy("clv_13w", 2_000), .score(500_000), .everyone])
        // Millionths of the currency's unit.
        let predictions = [9, 1, 8, 7, 2, 3, 4, 5, 6].map { Int64($0) * 1_000_000 } + [MeasureSource.missing]
        let outcome = try Tiering.run(
            facts: facts((1...10).map { Int64($0) }), previous: nil, model: model, calibration: nil,
            sources: TieringSources(measures: ["clv_13w": predictions]))
        // The best fifth of the nine of whom it is known, rounded up, is two.
        #expect(outcome.calibration.entryCuts == [8_000_000, 500_000, 0])
        #expect(outcome.standing.tier == [0, 2, 0, 2, 2, 1, 1, 1, 1, 1])
        let move = try #require(outcome.transitions.first)
        #expect(
            ReasonText.sentence(for: move, ladder: model.ladder, language: .english)
                == "first tier T0: value predicted for 13 weeks CNY 9.00, entry cut CNY 8.00")
    }

    @Test func aGrowthMapClimbsByTasks() throws {
        // Trial, monthly card, annual card, private coaching: each by what was done, whatever the score.
        let tasks = ["private", "annual", "monthly"].map { name in
            Tier.Entry.rule(
                .clause(Clause(Predicate(.attribute("task"), .equal, .text(name)), text: "attr.task == \(name)")))
        }
        let model = ladder(tasks + [.everyone])
        func run(_ done: [String?], _ previous: TieringOutcome?) throws -> TieringOutcome {
            try Tiering.run(
                facts: facts([nil, 5, 9]), previous: previous?.standing, model: model,
                calibration: previous?.calibration,
                sources: TieringSources(attributes: ["task": done]))
        }
        let first = try run(["monthly", nil, "private"], nil)
        #expect(first.standing.tier == [2, 3, 0])
        #expect(
            ReasonText.sentence(for: first.transitions[0], ladder: model.ladder, language: .english)
                == "first tier T2: its entry rule holds")
        let second = try run(["annual", "monthly", nil], first)
        #expect(second.standing.tier == [1, 2, 0])
        #expect(second.transitions.map(\.kind) == [.promoted, .promoted, .slid])
        let third = try run(["annual", "monthly", nil], second)
        #expect(third.standing.tier == [1, 2, 1])
        #expect(
            ReasonText.sentence(for: third.transitions[0], ladder: model.ladder, language: .english)
                == "the rule of T0 did not hold 2 runs in a row; no further down in one run")
    }

    @Test func aRuleMayCrossFactsAndScores() throws {
        let rule = Condition.all([clause(.frequencyDays, .greaterOrEqual, 3), clause(.score, .greaterOrEqual, 500_000)])
        let outcome = try Tiering.run(
            facts: facts([1, 2, 3, 4], days: [9, 9, 2, 3]), previous: nil, model: ladder([.rule(rule), .everyone]),
            calibration: nil)
        #expect(outcome.standing.tier == [1, 1, 1, 0])
    }

    @Test func seventeenLevels() throws {
        let entries = (1...16).map { Tier.Entry.topShare($0 * 600) } + [.everyone]
        let outcome = try Tiering.run(
            facts: facts((0..<100).map { Int64($0) }), previous: nil, model: ladder(entries), calibration: nil)
        var members = [Int](repeating: 0, count: 17)
        for tier in outcome.standing.tier { members[Int(tier)] += 1 }
        #expect(members == Array(repeating: 6, count: 16) + [4])
        // One tier at a time, from the top to the bottom, each fall confirmed by a second run.
        var standing = outcome.standing
        var tiers: [UInt8] = []
        for _ in 0..<32 {
            let next = try Tiering.run(
                facts: facts((0..<100).map { $0 == 99 ? -1 : Int64($0) }), previous: standing, model: ladder(entries),
                calibration: outcome.calibration)
            standing = next.standing
            tiers.append(standing.tier[99])
        }
        #expect(tiers == (1...32).map { UInt8($0 / 2) })
    }
}
