import FoundationEssentials
import ReferenceModel
import RetierCore
import RetierTestSupport
import Testing

/// Random brands over years, run by run, against a reference that shares no code with the engine.
///
/// `RETIER_SEED=123 RETIER_WORLDS=1 swift test --filter ArbitrationModelTests` replays one world.
@Suite struct ArbitrationModelTests {
    private static let worlds = ProcessInfo.processInfo.environment["RETIER_WORLDS"].flatMap { Int($0) } ?? 600

    static func world(_ seed: UInt64) -> Chronicle {
        var generator = SplitMix64(seed: seed)
        return Chronicle.random(&generator).withoutMerges
    }

    @Test func everyVerdictOfEveryRunIsTheReferences() {
        let first = SeededGenerator(seed: 1_000_000).seed
        var seen: [String: Int] = [:]
        var runs = 0
        for seed in first..<(first + UInt64(Self.worlds)) {
            let world = Self.world(seed)
            runs += world.runs.count
            guard world.disagreement(seen: &seen) != nil else { continue }
            let small = world.shrunk { $0.disagreement() != nil }
            Issue.record("seed \(seed): \(small.disagreement() ?? "")\n\(small)")
            return
        }
        // A property over worlds in which a rule never fires proves nothing about it.
        let missing = ReasonCode.allCases.filter { seen[$0.rawValue, default: 0] < Self.worlds / 10 }
        #expect(missing == [] || Self.worlds < 100, "\(runs) runs: \(seen)")
    }
}
