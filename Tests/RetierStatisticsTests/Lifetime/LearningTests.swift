import Foundation
import RetierCore
import RetierStatistics
import RetierTestSupport
import Testing

/// Learning and predicting from the orders of real data, read here without a ledger.
@Suite struct LearningTests {
    private static func day(_ text: String) throws -> Day { try #require(Day(iso: text)) }

    /// The back-test of the brand's own data is what an independent count of the orders comes to.
    @Test(arguments: [
        (folder: "cdnow/sample", suffix: ".csv", day: "1998-03-31"),
        (folder: "online-retail-2010", suffix: ".csv.gz", day: "2010-11-30"),
    ])
    func backTestCountsWhatCame(folder: String, suffix: String, day: String) throws {
        let orders = try OrderBook(folder, suffix)
        let asOf = try #require(Day(iso: day))
        let learned = orders.learned(asOf: asOf)
        let test = try #require(learned.report.backTest)
        let start = asOf.adding(days: -91)
        #expect(test.asOf == start)
        #expect(test.members == orders.days.values.count { ($0.first ?? asOf) <= start })
        let known = orders.days.values.filter { ($0.first ?? asOf) <= start }
        #expect(test.actual == known.reduce(0) { $0 + $1.count { $0 > start && $0 <= asOf } })
        let naive = known.map { $0.count { $0 > start.adding(days: -91) && $0 <= start } }
        #expect(test.naive.total == naive.reduce(0, +) * 1_000_000)
        let errors = zip(known, naive).reduce(0) { sum, member in
            sum + abs(member.1 - member.0.count { $0 > start && $0 <= asOf })
        }
        #expect(abs(Double(test.naive.meanError) - Double(errors) / Double(known.count) * 1e6) < 1)
        #expect(test.deciles.map(\.members).reduce(0, +) == test.members)
        #expect(test.deciles.map(\.actual).reduce(0, +) == test.actual)
        #expect(abs(test.deciles.map(\.predicted).reduce(0, +) - test.model.total) <= 10)
        #expect(zip(test.deciles, test.deciles.dropFirst()).allSatisfy { $0.predicted <= $1.predicted + 5 })
    }

    /// What an independent program made of the cohort: BG/NBD at 1997-09-30 predicts 6,370 purchase days of 23,570
    /// members with a mean error of .359, the naive forecast .346, and 7,364 came.
    @Test func backTestOfTheWholeCohort() throws {
        let orders = try OrderBook("cdnow", ".csv.gz")
        let test = try #require(orders.learned(asOf: try Self.day("1997-12-30")).report.backTest)
        #expect(test.asOf == Day(iso: "1997-09-30") && test.members == 23_570 && test.actual == 7_364)
        #expect(abs(test.model.total - 6_369_502_094 / 1_000 * 1_000) < 1_000_000)
        #expect(abs(test.model.meanError - 359_125) < 100)
        #expect(abs(test.naive.meanError - 346_000) < 500)
        #expect(abs(test.model.rankCorrelation - 634_280) <= 2 && abs(test.naive.rankCorrelation - 508_359) <= 2)
        #expect(!test.isLost)
    }

    /// On the days of the references the model keeps its place, so that the columns are those of BG/NBD.
    @Test(arguments: [
        (folder: "cdnow/sample", suffix: ".csv", days: ["1997-09-30", "1998-03-31", "1998-06-30"]),
        (folder: "cdnow", suffix: ".csv.gz", days: ["1997-09-30", "1998-03-31"]),
        (folder: "online-retail-2010", suffix: ".csv.gz", days: ["2010-08-31", "2010-11-30"]),
    ])
    func theModelIsUsedOnRealData(folder: String, suffix: String, days: [String]) throws {
        let orders = try OrderBook(folder, suffix)
        for day in days {
            let learned = orders.learned(asOf: try Self.day(day))
            #expect(learned.method == .bgNBD, "\(day): \(learned.report)")
            #expect(learned.values != nil && learned.churn != nil)
        }
    }

    @Test func tooLittleDataFitsNothingAndSaysWhy() throws {
        let orders = try OrderBook("cdnow/sample", ".csv")
        let early = orders.learned(asOf: try Self.day("1997-02-28"))
        #expect(early.method == .naive && early.purchases == nil && early.report.backTest == nil)
        #expect(early.report.findings.contains(.tooShortPast))
        let day = try #require(Day(iso: "1997-09-30"))
        let strict = orders.learned(asOf: day, LifetimeSettings(leastMembers: 2_358, leastRepeaters: 947))
        #expect(strict.report.findings == [.tooFewMembers, .tooFewRepeaters, .tooFewValues])
        let enough = orders.learned(asOf: day, LifetimeSettings(leastMembers: 2_357, leastRepeaters: 946))
        #expect(enough.method == .bgNBD && enough.values != nil)
    }

    @Test func flatLikelihoodsAreSaid() throws {
        let orders = try OrderBook("online-retail-2010", ".csv.gz")
        let learned = orders.learned(asOf: try Self.day("2010-11-30"))
        #expect(learned.report.findings.contains(.notIdentified) && learned.report.condition > 1e5)
        let cdnow = try OrderBook("cdnow/sample", ".csv").learned(asOf: try Self.day("1998-03-31"))
        #expect(!cdnow.report.findings.contains(.notIdentified))
    }

    /// `auto` takes values and purchases from BG/NBD and the risk from MBG/NBD: who bought once is never sure to stay.
    @Test func riskOfOneTimeBuyersComesFromTheModifiedModel() throws {
        let orders = try OrderBook("cdnow/sample", ".csv")
        let facts = orders.facts(asOf: try Self.day("1997-09-30"))
        func table(_ model: LifetimeSettings.Model) -> PredictionTable {
            let learned = LearnedLifetime.learned(
                from: facts, decimals: 2, settings: LifetimeSettings(model: model), workers: .single)
            return .predicting(facts, by: learned, decimals: 2, workers: .single)
        }
        let once = (0..<facts.count).filter { facts.purchaseDays[$0] == 1 }
        let (auto, plain, modified) = (table(.auto), table(.bgNBD), table(.mbgNBD))
        #expect(once.allSatisfy { auto.alive[$0] == 1_000_000 && (500_000...900_000).contains(auto.churnRisk[$0]) })
        #expect(once.allSatisfy { plain.churnRisk[$0] == PredictionTable.missing })
        #expect(auto.churnRisk == modified.churnRisk && auto.value == plain.value)
        #expect(zip(modified.churnRisk, modified.alive).allSatisfy { $0 + $1 == 1_000_000 })
    }

    /// The naive method repeats the last 13 weeks, and values stay what they were.
    @Test func theNaiveMethodRepeatsTheLastWeeks() throws {
        let orders = try OrderBook("cdnow/sample", ".csv")
        let facts = orders.facts(asOf: try Self.day("1997-09-30"))
        let strict = LifetimeSettings(leastMembers: 1_000_000, leastRepeaters: 1_000_000)
        let learned = LearnedLifetime.learned(from: facts, decimals: 2, settings: strict, workers: .single)
        let table = PredictionTable.predicting(facts, by: learned, decimals: 2, workers: .single)
        #expect(table.alive.allSatisfy { $0 == PredictionTable.missing })
        let recent = orders.days.sorted { $0.key < $1.key }.map {
            $0.value.count { $0 > facts.asOf.adding(days: -91) && $0 <= facts.asOf }
        }
        #expect(table.purchases == recent.map { Int64($0) * 1_000_000_000 })
        for row in 0..<facts.count where facts.repeatTotal[row] > 0 {
            let mean = Double(facts.repeatTotal[row]) / Double(facts.purchaseDays[row] - 1) * 10_000
            #expect(abs(Double(table.averageValue[row]) - mean) <= 0.5)
            #expect(abs(Double(table.value[row]) - Double(recent[row]) * mean) <= 2)
        }
    }

    @Test func aMemberWithoutAPurchaseHasNoPrediction() {
        let facts = FactTable(asOf: Day(number: 0), memberIDs: PackedStrings(["a"]), keys: [1])
        let learned = LearnedLifetime(
            method: .bgNBD, purchases: .init(r: 1, alpha: 1, a: 1, b: 1), values: .init(p: 1, q: 2, v: 1),
            report: LifetimeReport(members: 0, repeaters: 0, oldestDays: 0))
        let table = PredictionTable.predicting(facts, by: learned, decimals: 2, workers: .single)
        for column in [table.alive, table.churnRisk, table.purchases, table.averageValue, table.value] {
            #expect(column == [PredictionTable.missing])
        }
    }
}

/// Purchases of a data set by member, for tests that need no ledger.
struct OrderBook {
    /// Distinct purchase days of each member, ascending, and the amounts of each day in minor units.
    private(set) var days: [String: [Day]] = [:]
    private var amounts: [String: [Day: Int64]] = [:]

    init(_ folder: String, _ suffix: String) throws {
        for row in try Fixtures.rows("\(folder)/orders\(suffix)") {
            let amount = try #require(Money(text: row["amount"] ?? "")).minorUnits
            guard amount >= 0 else { continue }
            let day = try #require(Day(iso: String((row["ordered_at"] ?? "").prefix(10))))
            amounts[row["member_id"] ?? "", default: [:]][day, default: 0] += amount
        }
        days = amounts.mapValues { $0.keys.sorted() }
    }

    /// Facts as of a day, of members with a purchase by then.
    func facts(asOf: Day) -> FactTable {
        let members = days.filter { ($0.value.first ?? asOf) <= asOf }.keys.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        let numbers = Dictionary(uniqueKeysWithValues: zip(days.keys.sorted(), Int64(1)...))
        var table = FactTable(asOf: asOf, memberIDs: PackedStrings(members), keys: members.map { numbers[$0] ?? 0 })
        for (row, member) in members.enumerated() {
            let known = (days[member] ?? []).filter { $0 <= asOf }
            guard let first = known.first, let last = known.last else { continue }
            let past = known.filter { $0 <= asOf.adding(days: -91) }
            table.pastLastPurchase[row] = past.last?.number ?? FactTable.noDay
            table.pastDays[row] = Int32(past.count)
            table.earlierDays[row] = Int32(past.count { $0 <= asOf.adding(days: -182) })
            table.firstPurchase[row] = first.number
            table.lastPurchase[row] = last.number
            table.purchaseDays[row] = Int32(known.count)
            table.repeatTotal[row] = known.dropFirst().reduce(0) { $0 + (amounts[member]?[$1] ?? 0) }
        }
        return table
    }

    func learned(asOf: Day, _ settings: LifetimeSettings = LifetimeSettings()) -> LearnedLifetime {
        .learned(from: facts(asOf: asOf), decimals: 2, settings: settings, workers: .single)
    }
}
