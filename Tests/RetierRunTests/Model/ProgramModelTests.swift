import FoundationEssentials
import ReferenceModel
import RetierCore
import RetierTestSupport
import Testing

/// The brands that the core's model test plays, through files, plans, commits, deliveries and a real ledger: what it
/// holds and what the audit's CSV says is what the reference predicts, run by run.
///
/// `RETIER_SEED=123 RETIER_WORLDS=1 swift test --filter ProgramModelTests` replays one world.
@Suite struct ProgramModelTests {
    private static let worlds = ProcessInfo.processInfo.environment["RETIER_WORLDS"].flatMap { Int($0) } ?? 32

    @Test func everyVerdictOfEveryRunIsTheReferences() async {
        // The same worlds as those of the core's test.
        let first = SeededGenerator(seed: 1_000_000).seed
        let seeds = (0..<UInt64(Self.worlds)).map { first + $0 }
        let found = await onThreads(seeds, threads: 2) { seed in
            var seen: [String: Int] = [:]
            let words = Self.disagreement(Self.world(seed), &seen)
            return (seen, words.map { (seed, $0) })
        }
        let failures = found.compactMap(\.1)
        if let (seed, _) = failures.first {
            let small = Self.world(seed).shrunk { Self.disagreement($0.forTheProgram) != nil }.forTheProgram
            let words = failures.map { "seed \($0.0): \($0.1)" }.joined(separator: "\n")
            Issue.record("\(words)\nshrunk: \(Self.disagreement(small) ?? "")\n\(small)")
        }
        // A property over worlds in which a rule never fires proves nothing about it.
        let seen = found.reduce(into: [:]) { $0.merge($1.0, uniquingKeysWith: +) }
        let unseen: Set<ReasonCode> = [.noRecipient]
        let missing = ReasonCode.allCases.filter { seen[$0.rawValue] == nil && !unseen.contains($0) }
        #expect(missing == [] || Self.worlds < 32, "\(seen)")
    }

    private static func world(_ seed: UInt64) -> Chronicle {
        var generator = SplitMix64(seed: seed)
        return Chronicle.random(&generator).forTheProgram
    }

    private static func disagreement(_ world: Chronicle) -> String? {
        var seen: [String: Int] = [:]
        return disagreement(world, &seen)
    }

    /// Where the program and the reference first say different things of a run; nil where they agree throughout.
    private static func disagreement(_ world: Chronicle, _ seen: inout [String: Int]) -> String? {
        var reference = Reference(world)
        do {
            let program = try ProgramRuns(world)
            for run in world.runs {
                let place = "\(Day(number: Int32(run.day))) \(run.isDaily ? "daily" : "refresh"): "
                let decided = try program.run(run)
                for ruling in decided.values { seen[ruling.reason, default: 0] += 1 }
                // Budgets' refusals are the program's word, which the reference judges afterwards.
                let refused = decided.filter { $0.value.reason == "budget" }.mapValues(\.until)
                reference.come(to: run.day)
                let expected = reference.rulings(run, refused: refused)
                for key in Set(decided.keys).union(expected.keys).sorted() where decided[key] != expected[key] {
                    return place + "\(key): the program says \(decided[key]?.description ?? "nothing"), "
                        + "expected \(expected[key]?.description ?? "nothing")"
                }
                if let complaint = reference.complaints(run, decided, refused: refused).first {
                    return place + complaint
                }
                reference.commit(expected, of: run)
            }
            if let finding = program.findings.first { return "\(finding)" }
        } catch {
            let details = (error as? RetierError)?.diagnostics.filter { $0.severity == .error } ?? []
            return (["\(error)"] + details.map { "\($0)" }).joined(separator: "\n")
        }
        return nil
    }
}
