import AuditChecker
import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// A year of a random brand through the real program and ledger, judged by who reads nothing but the audit's CSV file.
@Suite struct AuditCheckTests {
    /// Monthly refreshes and a daily run every six days, over a year that ends with the data.
    private func year(_ seed: UInt64) throws -> (records: [AuditRecord], limits: AuditLimits) {
        var generator = SeededGenerator(seed: seed)
        var brand = AuditedBrand(&generator)
        let world = SampleWorld(seed: seed, members: 60)
        let bench = try CommandBench()
        try brand.write(to: bench)
        try bench.importWorld(world)
        try bench.load("members", brand.members(of: world))
        let first = world.lastDay.adding(days: -364)
        for number in 0..<365 {
            let day = first.adding(days: number)
            var kinds: [String] = []
            if day.components.day == 1 { kinds.append("refresh") }
            if number % 6 == 0 { kinds.append("daily") }
            for kind in kinds {
                let plan = bench.path("var/plans/year.plan")
                try bench.must(["plan", kind, "--as-of", day.description, "-o", plan])
                try bench.must(["apply", plan])
            }
        }
        try bench.must(["audit", "verify"])
        return (AuditRecord.all(in: try bench.must(["audit", "--format", "csv"]).output), brand.limits)
    }

    @Test(arguments: [901, 902])
    func aYearKeepsAllItsLimitsAndPlantedBreachesAreFound(seed: UInt64) throws {
        let (records, limits) = try year(seed)
        let place: Comment = "seed \(seed)"
        #expect(AuditCheck(records, limits: limits).findings == [], place)
        // A year in which nothing is scarce proves nothing.
        let reasons = Set(records.map { $0["reason"] })
        #expect(
            reasons.isSuperset(of: ["selected", "displaced", "frequency-cap", "once-per", "control-group", "budget"]),
            "seed \(seed): \(reasons.sorted())")
        var planted = 0
        for budget in limits.budgets {
            guard let records = overspent(budget, records, limits) else { continue }
            planted += 1
            let found = AuditCheck(records, limits: limits).findings
            #expect(found.contains { $0.rule == .budget && $0.subject == budget.id }, "\(budget.id): \(found)")
        }
        #expect(planted >= 4, place)
        for breach in Breach.allCases {
            let planted = try #require(breach.plant(in: records, limits), "seed \(seed): \(breach)")
            let found = AuditCheck(planted, limits: limits).findings
            #expect(found.contains { $0.rule == breach.rule }, "seed \(seed): \(breach): \(found)")
        }
    }

    /// The records with one send more of each amount than a budget has; nil where it counts no send.
    private func overspent(
        _ budget: AuditLimits.Budget, _ records: [AuditRecord], _ limits: AuditLimits
    ) -> [AuditRecord]? {
        let check = AuditCheck(records, limits: limits)
        guard let send = records.first(where: { $0.mayReach && $0.cost > 0 && check.isIn($0, budget) }) else {
            return nil
        }
        let count =
            switch budget.limit {
            case .cost(let most): most / send.cost + 1
            case .actions(let most): most + 1
            }
        return records
            + (0..<count).map { number in
                AuditRecord(cells: send.cells.merging(["action_id": "act_\(number)"]) { $1 })
            }
    }

    /// What somebody may have done to the records, or retier wrong.
    private enum Breach: CaseIterable {
        case repeated, overCap, early, disturbed, otherWindows, otherArm, treatedControl, twoEscalations

        var rule: AuditCheck.Finding.Rule {
            switch self {
            case .repeated: .twice
            case .overCap: .cap
            case .early: .oncePer
            case .disturbed, .otherWindows: .quiet
            case .otherArm: .arm
            case .treatedControl: .group
            case .twoEscalations: .escalation
            }
        }

        /// The records with one breach, of the smallest kind; nil where they have no place for it.
        func plant(in records: [AuditRecord], _ limits: AuditLimits) -> [AuditRecord]? {
            func copy(_ record: AuditRecord, _ changes: [String: String]) -> AuditRecord {
                AuditRecord(cells: record.cells.merging(["action_id": "act_planted"]) { $1 }.merging(changes) { $1 })
            }
            let sends = records.filter(\.mayReach)
            switch self {
            case .repeated: return records.first.map { records + [$0] }
            case .overCap:
                guard let cap = limits.caps.first(where: { $0.id == "week" }),
                    let full = sends.first(where: { send in
                        sends.count { $0.member == send.member && (0..<7).contains(send.day - $0.day) } == cap.max
                    })
                else { return nil }
                return records + [copy(full, [:])]
            case .early:
                guard let entry = sends.first(where: { limits.playbooks[$0.playbook]?.takesUpDeferred == false }),
                    let next = Day(iso: entry["as_of"])?.adding(days: 6)
                else { return nil }
                return records + [copy(entry, ["as_of": next.description])]
            case .disturbed:
                guard let window = limits.quiet.first(where: { $0.id == "later" }), let hours = window.minutes,
                    let send = sends.first(where: { $0["quiet"] == "Asia/Shanghai later" }),
                    let night = Day(iso: send["as_of"])
                else { return nil }
                let moment = Instant(utcMidnightOf: night).adding(seconds: Int64(hours.from + 60 - 480) * 60)
                return records + [copy(send, ["last_attempt_at": moment.description])]
            case .otherWindows:
                guard let send = sends.first(where: { $0["quiet"] == "America/New_York later" }) else { return nil }
                return records + [copy(send, ["quiet": "Asia/Shanghai later"])]
            case .otherArm:
                guard let send = sends.first(where: { !$0["arm"].isEmpty }) else { return nil }
                return records + [copy(send, ["arm": send["arm"] == "a" ? "b" : "a"])]
            case .twoEscalations:
                // The last two playbooks are escalations: a step of one follows the beginning of the other.
                return sends.first.map { send in
                    let steps = [("p6", "s1", "1"), ("p7", "s2", "2")]
                    return records + steps.map { copy(send, ["playbook": $0.0, "step": $0.1, "level": $0.2]) }
                }
            case .treatedControl:
                guard let control = records.first(where: { $0["reason"] == "control-group" }) else { return nil }
                return records + [copy(control, ["state": "delivered", "reason": "selected"])]
            }
        }
    }
}
