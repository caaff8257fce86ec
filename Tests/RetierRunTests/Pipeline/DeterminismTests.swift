import Foundation
import RetierTestSupport
import Testing

/// The same data gives the same bytes, in whatever order, files and threads it comes.
@Suite struct DeterminismTests {
    @Test(arguments: [41, 42] as [UInt64])
    func neitherOrderNorFilesNorThreadsShowInAPlan(seed: UInt64) throws {
        let world = SampleWorld(seed: seed, members: 70)
        let plain = try CommandBench.loaded(world)
        let shuffled = try CommandBench()
        try shuffled.liftGuards()
        var generator = SeededGenerator(seed: seed)
        try load(world, into: shuffled, &generator)
        try renamePlaybooks(of: shuffled)
        for (kind, day) in [
            ("refresh", "2026-09-30"), ("daily", "2026-10-01"), ("daily", "2026-10-20"), ("refresh", "2026-10-31"),
            ("daily", "2026-10-31"),
        ] {
            var plans: [Data] = []
            for bench in [plain, shuffled] {
                for threads in 1...3 {
                    let path = bench.folder.path("\(kind)-\(day)-\(threads).plan")
                    try bench.must(["plan", kind, "--as-of", day, "--threads", "\(threads)", "-o", path])
                    plans.append(try Data(contentsOf: URL(fileURLWithPath: path)))
                }
                try bench.must(["apply", bench.folder.path("\(kind)-\(day)-2.plan")])
            }
            #expect(plans.count == 6 && Set(plans).count == 1, "\(kind) \(day), seed \(generator.seed)")
        }
        let runs = try [plain, shuffled].map { try $0.ledger().lines("SELECT id, sends, tally FROM run ORDER BY id") }
        #expect(runs[0].count == 5 && runs[0] == runs[1])
    }

    /// Every sheet in shuffled rows, in three files, the sheets in a drawn order, one file packed.
    private func load(_ world: SampleWorld, into bench: CommandBench, _ generator: inout SeededGenerator) throws {
        for (kind, sheet) in generator.shuffled(world.sheets) {
            let rows = generator.shuffled(sheet.rows)
            for part in 0..<3 {
                let slice = rows[(rows.count * part / 3)..<(rows.count * (part + 1) / 3)]
                let text = SampleWorld.Sheet(header: sheet.header, rows: Array(slice)).text
                var path = try bench.folder.write(text, to: "shuffled/\(kind)-\(part).csv")
                if part == 1 {
                    _ = try runProcess("gzip", ["-f", path])
                    path += ".gz"
                }
                try bench.must(["import", kind, path])
            }
        }
    }

    private func renamePlaybooks(of bench: CommandBench) throws {
        for (position, name) in bench.files("playbooks").enumerated() {
            let target = bench.path("playbooks/\(position % 3)/\(90 - position)-\(name)")
            try FileManager.default.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: bench.path("playbooks/" + name), toPath: target)
        }
    }
}
