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
        let brand = AuditedBrand(&generator)
        let world = SampleWorld(seed: seed, members: 60)
        let bench = try CommandBench()
        try brand.write(to: bench)
        try bench.importWorld(world)
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
        for breach in Breach.allCases {
            let planted = try #require(breach.plant(in: records, limits), "seed \(seed): \(breach)")
            let found = AuditCheck(planted, limits: limits).findings
            #expect(found.contains { $0.rule == breach.rule }, "seed \(seed): \(breach): \(found)")
        }
    }

    /// What somebody may have done to the records, or retier wrong.
    private enum Breach: CaseIterable {
        case repeated, overCap, early, overspent, otherArm, treatedControl

        var rule: AuditCheck.Finding.Rule {
            switch self {
            case .repeated: .twice
            case .overCap: .cap
            case .early: .oncePer
            case .overspent: .budget
            case .otherArm: .arm
            case .treatedControl: .group
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
            case .overspent:
                guard
                    let place = records.firstIndex(where: {
                        $0.mayReach && limits.playbooks[$0.playbook]?.budget != nil
                    })
                else { return nil }
                var records = records
                let amount = limits.playbooks[records[place].playbook]?.budget?.amount ?? 0
                records[place].cells["cost"] = Money(minorUnits: Int64(amount + 1)).text()
                return records
            case .otherArm:
                guard let send = sends.first(where: { !$0["arm"].isEmpty }) else { return nil }
                return records + [copy(send, ["arm": send["arm"] == "a" ? "b" : "a"])]
            case .treatedControl:
                guard let control = records.first(where: { $0["reason"] == "control-group" }) else { return nil }
                return records + [copy(control, ["state": "delivered", "reason": "selected"])]
            }
        }
    }
}
