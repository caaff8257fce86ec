import Foundation
import RetierBrand
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@testable import RetierRun

/// The promise of design.md section 6: the same data gives the same plan, byte for byte, whatever the order in which it
/// came and the number of threads.
@Suite struct PlanDeterminism {
    /// Rows of a seeded brand: enough for several blocks of texts.
    private struct Rows {
        var members: [String] = []
        var orders: [String] = []
        var consents: [String] = []

        init(seed: UInt64) {
            var source = SplitMix64(seed: seed)
            let first = Day(iso: "2024-08-01") ?? Day(number: 0)
            for number in 0..<15_000 {
                // Lengths differ, so that the order of bytes is not that of numbers.
                let id = "M\(number * 7_919 % 15_000)"
                let joined = first.adding(days: source.draw(in: 0...300))
                members.append("\(id),\(joined)")
                for order in 0..<source.draw(in: 0...5) {
                    let day = joined.adding(days: source.draw(in: 0...430))
                    guard day <= first.adding(days: 730) else { continue }
                    orders.append("O\(number)-\(order),\(id),\(day)T08:00:00Z,\(source.draw(in: 1...900)).50")
                }
                guard number % 10 > 0 else { continue }
                for channel in ["sms", "wecom", "email"] {
                    let granted = source.draw(in: 0...9) > 0
                    consents.append("\(id),\(channel),marketing,\(granted),\(joined)T09:00:00Z")
                }
            }
        }
    }

    /// One way in which the data may come.
    private struct Arrival {
        var kinds: [ImportKind]
        /// In how many files each kind comes.
        var files: Int
        var threads: Int
        var seed: UInt64
    }

    private func load(_ rows: Rows, as arrival: Arrival, into workspace: Workspace, _ folder: TemporaryFolder) throws {
        var generator = SeededGenerator(seed: arrival.seed)
        for kind in arrival.kinds {
            let (header, lines) =
                switch kind {
                case .members: ("member_id,joined_at", rows.members)
                case .orders: ("order_id,member_id,ordered_at,amount", rows.orders)
                default: ("member_id,channel,purpose,granted,at", rows.consents)
                }
            let shuffled = arrival.seed == 0 ? lines : generator.shuffled(lines)
            for part in 0..<arrival.files {
                let range = (shuffled.count * part / arrival.files)..<(shuffled.count * (part + 1) / arrival.files)
                let text = ([header] + shuffled[range]).joined(separator: "\n") + "\n"
                let path = try folder.write(text, to: "data/\(kind.rawValue)-\(part).csv")
                #expect(try workspace.importFile(kind, at: path).rejected == 0)
            }
        }
    }

    /// The bytes of two refreshes a month apart and of a daily run, the first of them committed.
    private func plans(_ rows: Rows, as arrival: Arrival) throws -> [Data] {
        let folder = try TemporaryFolder()
        let brand = BrandFolder(path: folder.path("brand"))
        try BrandScaffold.create(at: brand.root, library: URL(fileURLWithPath: Repository.root))
        // The first refresh learns clusters, the others assign members to them.
        let configuration = brand.root.appending(path: "retier.yaml")
        let text = try String(contentsOf: configuration, encoding: .utf8) + "clusters: {count: 4, starts: 2}\n"
        try Data(text.utf8).write(to: configuration)
        let workspace = try Workspace.open(brand, clock: Clock { Instant(seconds: 1_790_000_000) })
        try load(rows, as: arrival, into: workspace, folder)
        let dates: [(Playbook.Trigger, String)] = [
            (.refresh, "2026-06-30"), (.refresh, "2026-07-31"), (.daily, "2026-08-01"),
        ]
        var found: [Data] = []
        for (kind, date) in dates {
            let planner = Planner(workspace, threads: arrival.threads)
            let day = try #require(Day(iso: date))
            let file = try planner.write(kind, asOf: day) { workspace.planPath($0) }.file
            #expect(try file.tally().candidates > (found.isEmpty ? 8_192 : 0), "several blocks, then some")
            found.append(try Data(contentsOf: URL(fileURLWithPath: file.path)))
            guard found.count == 1 else { continue }
            let order = CommitOrder(
                brand: workspace.programme.brand, endpoints: workspace.programme.endpoints,
                currentInputs: workspace.brand.planInputs, now: workspace.clock.now)
            _ = try workspace.ledger.commit(file, order) { draft in
                [MessagePart(body: Array(draft.endpoint.id.utf8), actions: draft.actions.count)]
            }
        }
        return found
    }

    @Test func orderOfRowsFilesAndThreadsNeverShows() throws {
        let rows = Rows(seed: 20_261_121)
        let expected = try plans(
            rows, as: Arrival(kinds: [.members, .orders, .consents], files: 1, threads: 1, seed: 0))
        #expect(expected.count == 3)
        for arrival in [
            Arrival(kinds: [.orders, .consents, .members], files: 3, threads: 2, seed: 1),
            Arrival(kinds: [.consents, .members, .orders], files: 2, threads: 3, seed: 2),
        ] {
            let found = try plans(rows, as: arrival)
            for (position, plan) in found.enumerated() {
                #expect(plan == expected[position], "plan \(position) with seed \(arrival.seed)")
            }
        }
    }
}
