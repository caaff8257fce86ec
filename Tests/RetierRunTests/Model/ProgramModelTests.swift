import FoundationEssentials
import RetierCore
import RetierTestSupport
import Testing

@testable import ReferenceModel

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

    private static func disagreement(_ world: Chronicle, flaw: Flaw? = nil) -> String? {
        var seen: [String: Int] = [:]
        return disagreement(world, flaw: flaw, &seen)
    }

    /// Who turns out to be a control enters as one although the own id would be drawn as treated, or the other way
    /// round; the runs after that go on.
    @Test(arguments: [("m2", "m4"), ("m4", "m2")])
    func aGroupThatCameWithAnotherMemberIsNoBreach(other: String, kept: String) {
        var world = Chronicle()
        world.members = ["m2", "m4"]
        world.channels = [Chronicle.Channel(id: "app")]
        var playbook = Chronicle.Playbook(id: "p3")
        playbook.silentFor = 30
        playbook.shares = [Chronicle.Shares(from: 0, holdout: 5_000)]
        playbook.steps = [Chronicle.Step(id: "s1", channel: "app")]
        world.playbooks = [playbook]
        world.events = [
            Chronicle.Event(day: 20_000, member: other, kind: .order),
            Chronicle.Event(day: 20_070, member: other, kind: .joins(kept)),
            Chronicle.Event(day: 20_090, member: other, kind: .parts),
            Chronicle.Event(day: 20_091, member: kept, kind: .order),
        ]
        world.runs = [20_035, 20_080, 20_085, 20_125].map { Chronicle.Run(day: $0, isDaily: true) }
        #expect(Self.disagreement(world.forTheProgram) == nil)
    }

    /// What only members who are one bring to light is found too, in a world that people can read.
    ///
    /// The world is sought and shrunk between the right reference and the wrong one, which takes no files.
    @Test(arguments: Flaw.allCases.filter { Flaw.ofMerges.contains($0) })
    func aPlantedMistakeAboutMergesIsFoundAndShrunk(flaw: Flaw) throws {
        func shows(_ world: Chronicle) -> Bool { Reference.story(of: world) != Reference.story(of: world, flaw: flaw) }
        let found = (3_000_000..<3_002_000).lazy.map { Self.world($0) }.first(where: shows)
        let world = try #require(found, "no world shows that \(flaw)")
        let small = world.shrunk { shows($0.forTheProgram) }.forTheProgram
        #expect(small.items <= 14, "\(flaw): \(world.items) items became \(small.items)\n\(small)")
        #expect(Self.disagreement(small) == nil)
        #expect(Self.disagreement(small, flaw: flaw) != nil, "\(small)")
    }

    /// Where the program and the reference first say different things of a run; nil where they agree throughout.
    private static func disagreement(
        _ world: Chronicle, flaw: Flaw? = nil, _ seen: inout [String: Int]
    ) -> String? {
        var reference = Reference(world, flaw: flaw)
        do {
            let program = try ProgramRuns(world)
            for run in world.runs {
                let place = "\(Day(number: Int32(run.day))) \(run.isDaily ? "daily" : "refresh"): "
                let decided = try program.run(run)
                for ruling in decided.values { seen[ruling.reason, default: 0] += 1 }
                reference.come(to: run.day)
                if !world.budgets.isEmpty { reference.values = program.values }
                let expected = reference.rulings(run)
                for key in Set(decided.keys).union(expected.keys).sorted() where decided[key] != expected[key] {
                    return place + "\(key): the program says \(decided[key]?.description ?? "nothing"), "
                        + "expected \(expected[key]?.description ?? "nothing")"
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
