import RetierCore
import Testing

@Suite struct GuardRefusals {
    private static let limits = GuardLimits(
        maxDataAgeDays: 7, maxRowFall: 1_000, maxActions: 1_000, maxActionShare: 5_000, maxActionGrowth: 30_000,
        maxDemotionShare: 3_000, maxCost: 100_000)

    /// Each measure exactly at its limit.
    private static let atTheLimit = GuardMeasures(
        dataAgeDays: 7, rowCounts: [.init(table: "orders", now: 900, before: 1_000)], members: 2_000, sends: 1_000,
        sendsBefore: 250, demotions: 600, cost: Money(minorUnits: 100_000))

    private func findings(_ change: (inout GuardMeasures) -> Void) -> [GuardFinding] {
        var measures = Self.atTheLimit
        change(&measures)
        return Guards(limits: Self.limits, currency: Currency(code: "CNY")).findings(measures)
    }

    @Test func aPlanAtEveryLimitPasses() { #expect(findings { _ in }.isEmpty) }

    @Test(arguments: [
        (GuardID.staleData, 8), (.rowFall, 1), (.actionShare, 1), (.actionGrowth, 1), (.demotionShare, 601),
        (.cost, 100_001),
    ])
    func oneStepBeyondALimitRefuses(guardID: GuardID, value: Int) {
        let found = findings { measures in
            switch guardID {
            case .staleData: measures.dataAgeDays = value
            case .rowFall: measures.rowCounts[0].now -= value
            case .actionShare: (measures.members, measures.demotions) = (measures.members - value, 0)
            case .actionGrowth: measures.sendsBefore = 249
            case .demotionShare: measures.demotions = value
            case .cost: measures.cost = Money(minorUnits: Int64(value))
            case .actions: break
            }
        }
        #expect(found.map(\.guardID) == [guardID])
    }

    @Test func tooManyActionsRefuse() {
        #expect(findings { $0.sends = 1_001 }.map(\.guardID).contains(.actions))
    }

    @Test func aLedgerWithoutOrdersIsStale() {
        #expect(findings { $0.dataAgeDays = nil }.map(\.guardID) == [.staleData])
    }

    @Test func firstRunsAndSmallRunsAreNotJudgedByGrowth() {
        #expect(findings { $0.sendsBefore = nil }.isEmpty)
        #expect(findings { ($0.sendsBefore, $0.sends) = (1, 99) }.isEmpty)
        #expect(findings { ($0.sendsBefore, $0.sends) = (1, 100) }.map(\.guardID) == [.actionGrowth])
        // What an earlier refresh deferred is no growth on the day on which it is taken up.
        #expect(findings { ($0.sendsBefore, $0.sends, $0.takenUp) = (1, 500, 401) }.isEmpty)
        #expect(findings { ($0.sendsBefore, $0.sends, $0.takenUp) = (1, 500, 400) }.map(\.guardID) == [.actionGrowth])
    }

    @Test func anOverrideLiftsOnlyTheGuardItNames() {
        let found = findings { ($0.dataAgeDays, $0.demotions) = (30, 2_000) }
        let override = GuardOverride(guardID: .staleData, reason: "till was down", operatorName: "li")
        #expect(Guards.unlifted(found, overrides: [override]).map(\.guardID) == [.demotionShare])
    }

    @Test func theSentenceNamesValueAndLimit() {
        let finding = findings { $0.rowCounts[0].now = 876 }.first
        #expect(finding?.sentence.english == "orders fell from 1000 to 876 rows (12.4 %), the limit is 10 %")
        #expect(finding?.sentence.chinese == "orders 从 1000 行降到 876 行（12.4 %），上限 10 %")
    }
}
