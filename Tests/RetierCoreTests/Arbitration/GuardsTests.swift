import RetierCore
import Testing

@Suite struct GuardRefusals {
    private static let till = GuardLimits.Source(id: "till", kind: "orders", maxAgeDays: 2, maxFall: 5_000)
    private static let limits = GuardLimits(
        maxDataAgeDays: 7, maxRowFall: 1_000, sources: [till],
        amounts: [
            .actions: .init(most: 1_000, share: 5_000, growth: 30_000, drift: 10_000),
            .reach: .init(most: 800, share: 4_000, growth: 30_000, drift: 10_000),
            .demotions: .init(most: 600, share: 3_000, growth: 10_000, drift: 10_000),
            .cost: .init(most: 100_000, growth: 10_000, drift: 10_000),
        ])

    /// Each measure exactly at its limit, but for growth, which the last run allows, and drift.
    private static let atTheLimit = GuardMeasures(
        dataAgeDays: 7, rowCounts: [.init(table: "orders", now: 900, before: 1_000)],
        arrivals: [.init(source: till, ageDays: 2, rows: [50, 100, 90, 110])], members: 2_000,
        amounts: PlanAmounts(actions: 1_000, reach: 800, demotions: 600, cost: Money(minorUnits: 100_000)),
        earlier: Array(
            repeating: PlanAmounts(actions: 500, reach: 400, demotions: 300, cost: Money(minorUnits: 50_000)), count: 3
        ))

    private func findings(_ change: (inout GuardMeasures) -> Void) -> [GuardFinding] {
        var measures = Self.atTheLimit
        change(&measures)
        return Guards(limits: Self.limits, currency: Currency(code: "CNY")).findings(measures)
    }

    @Test func aPlanAtEveryLimitPasses() { #expect(findings { _ in } == []) }

    /// One step beyond a limit, with the guards that it wakes.
    private static let steps: [(guards: [GuardID], change: @Sendable (inout GuardMeasures) -> Void)] = [
        ([.staleData], { $0.dataAgeDays = 8 }),
        ([.rowFall], { $0.rowCounts[0].now = 899 }),
        ([.staleSource], { $0.arrivals[0].ageDays = 3 }),
        ([.staleSource], { $0.arrivals[0].ageDays = nil }),
        ([.sourceFall], { $0.arrivals[0].rows[0] = 49 }),
        ([.actions], { ($0.amounts.actions, $0.members, $0.own.actions) = (1_001, 2_002, 1_000) }),
        ([.actionShare], { ($0.members, $0.amounts.reach, $0.amounts.demotions) = (1_999, 700, 500) }),
        ([.actionGrowth], { $0.earlier[0].actions = 249 }),
        ([.actionDrift], { $0.own.actions = 1_001 }),
        ([.reach], { ($0.amounts.reach, $0.members) = (801, 2_003) }),
        ([.reachShare], { ($0.members, $0.amounts.actions, $0.amounts.demotions) = (1_999, 900, 500) }),
        ([.reachGrowth], { $0.earlier[0].reach = 199 }),
        ([.reachDrift], { $0.own.reach = 801 }),
        ([.demotions], { ($0.amounts.demotions, $0.members) = (601, 2_004) }),
        ([.demotionShare], { ($0.members, $0.amounts.actions, $0.amounts.reach) = (1_999, 900, 700) }),
        ([.demotionGrowth], { $0.earlier[0].demotions = 299 }),
        ([.demotionDrift], { ($0.earlier[0].demotions, $0.own.demotions) = (301, 601) }),
        ([.cost], { $0.amounts.cost = Money(minorUnits: 100_001) }),
        ([.costGrowth], { $0.earlier[0].cost = Money(minorUnits: 49_999) }),
        ([.costDrift], { ($0.earlier[0].cost.minorUnits, $0.own.cost.minorUnits) = (50_001, 100_001) }),
    ]

    @Test(arguments: steps.indices)
    func oneStepBeyondALimitRefuses(index: Int) {
        let step = Self.steps[index]
        #expect(findings(step.change).map(\.guardID) == step.guards)
    }

    @Test func everyGuardHasAStep() {
        #expect(Set(Self.steps.flatMap(\.guards)) == Set(GuardID.allCases))
    }

    @Test func everyGuardIsOffWithoutLimits() {
        let none = GuardLimits(maxDataAgeDays: nil, maxRowFall: nil, amounts: [:])
        let wild = GuardMeasures(
            dataAgeDays: nil, rowCounts: [.init(table: "orders", now: 0, before: 9)], members: 1,
            amounts: PlanAmounts(
                actions: 1_000_000, reach: 1_000_000, demotions: 1_000_000, cost: Money(minorUnits: .max)),
            earlier: Array(repeating: PlanAmounts(actions: 100, reach: 1, demotions: 1), count: 6))
        #expect(Guards(limits: none, currency: Currency(code: "CNY")).findings(wild).isEmpty)
    }

    @Test func aLedgerWithoutOrdersIsStale() {
        #expect(findings { $0.dataAgeDays = nil }.map(\.guardID) == [.staleData])
    }

    @Test func firstRunsAndSmallRunsAreNotJudgedByGrowth() {
        let one = PlanAmounts(actions: 1)
        #expect(findings { $0.earlier = [] }.isEmpty)
        #expect(findings { ($0.earlier, $0.own.actions) = ([one], 99) }.isEmpty)
        #expect(findings { ($0.earlier, $0.own.actions) = ([one], 100) }.map(\.guardID) == [.actionGrowth])
        // What an earlier refresh deferred is no growth on the day on which it is taken up: `own` is without it.
        #expect(findings { ($0.earlier, $0.amounts.actions, $0.own.actions) = ([one], 500, 99) }.isEmpty)
    }

    @Test func aPlanDriftsUpAndDownFromTheMedianOfEnoughRuns() {
        func drift(_ actions: Int, _ earlier: [Int], limit: Int = 5_000) -> [GuardID] {
            let measures = GuardMeasures(
                dataAgeDays: 0, members: 10_000, amounts: PlanAmounts(actions: actions),
                earlier: earlier.map { PlanAmounts(actions: $0) })
            let limits = GuardLimits(amounts: [.actions: .init(drift: limit)])
            return Guards(limits: limits, currency: Currency(code: "CNY")).findings(measures).map(\.guardID)
        }
        #expect(drift(9_000, [200, 200]) == [], "two runs do not tell what is usual")
        #expect(drift(301, [200, 100, 900]) == [.actionDrift] && drift(300, [200, 100, 900]) == [])
        #expect(drift(99, [200, 100, 900]) == [.actionDrift] && drift(100, [200, 100, 900]) == [])
        #expect(drift(300, [900, 900, 200, 200, 200, 200, 900, 900, 900]) == [], "only the last six count")
        #expect(drift(0, [90, 90, 90]) == [], "small runs are not judged")
        #expect(drift(0, [100, 100, 100]) == [.actionDrift], "a run that sends nothing any more is")
        // A creep of a fifth a run: no growth guard sees it, the median does.
        #expect(drift(298, [249, 207, 173, 144, 120, 100], limit: 10_000) == [.actionDrift])
    }

    @Test func moneyOfLargeBrandsDoesNotOverflow() {
        let huge = Money(minorUnits: .max / 2)
        #expect(
            findings {
                $0.amounts.cost = .zero
                $0.own.cost = huge
                $0.earlier[0].cost = Money(minorUnits: 1)
            }.map(\.guardID) == [.costGrowth, .costDrift])
    }

    @Test func anOverrideLiftsOnlyTheGuardItNames() {
        let found = findings { ($0.dataAgeDays, $0.members, $0.amounts.actions, $0.amounts.reach) = (30, 1_500, 1, 1) }
        let override = GuardOverride(guardID: .staleData, reason: "till was down", operatorName: "li")
        #expect(Guards.unlifted(found, overrides: [override]).map(\.guardID) == [.demotionShare])
    }

    @Test func theSentenceNamesValueAndLimit() {
        let fall = findings { $0.rowCounts[0].now = 876 }.first
        #expect(fall?.sentence.english == "orders fell from 1000 to 876 rows (12.4 %), the limit is 10 %")
        #expect(fall?.sentence.chinese == "orders 从 1000 行降到 876 行（12.4 %），上限 10 %")
        let late = findings { $0.arrivals[0].ageDays = 3 }.first
        #expect(late?.sentence.english == "the last file of the source till came 3 days ago, the limit is 2 days")
        let cost = findings { $0.earlier[0].cost = Money(minorUnits: 40_000) }.first
        #expect(
            cost?.sentence.english
                == "the cost is CNY 1000.00 after CNY 400.00 in the last run (150 % more); the limit is 100 % more")
        #expect(cost?.sentence.chinese == "成本 CNY 1000.00，上次为 CNY 400.00（增 150 %），上限 100 %")
    }
}
