import Foundation
import RetierCore
import RetierLoopback
import RetierTestSupport
import Testing

/// Larger worlds by seeds: several endpoints at once, a faulty receiver, one death after another.
@Suite struct ManyDeathsTests {
    /// `RETIER_SEED=123` plays one seed alone; `RETIER_CRASHES=large` plays many more.
    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["RETIER_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return Array(1...(environment["RETIER_CRASHES"] == "large" ? 400 : 24))
    }()

    @Test func deathUponDeathKeepsEveryPromise() async throws {
        let template = try CrashTemplate(messages: 8, endpoints: ["crm", "robot", "files"])
        let results = await onThreads(Self.seeds) { seed in
            do { return try play(seed, template).map { "seed \(seed): \($0); \(replay(seed))" } } catch {
                return ["seed \(seed): \(error); \(replay(seed))"]
            }
        }
        let breaches = results.flatMap { $0 }
        if !breaches.isEmpty {
            Issue.record("\(breaches.count) breaches:\n\(breaches.prefix(20).joined(separator: "\n"))")
        }
    }

    private func replay(_ seed: UInt64) -> String {
        "replay: RETIER_SEED=\(seed) swift test --filter ManyDeathsTests"
    }

    /// The seed fixes the deaths and the receiver's manners; the time in between is the machine's.
    private func play(_ seed: UInt64, _ template: CrashTemplate) throws -> [String] {
        var source = SplitMix64(seed: seed)
        var crm = ProbeOrder.Target(id: "crm", url: "")
        crm.concurrency = source.draw(in: 1...4)
        var robot = ProbeOrder.Target(id: "robot", url: "")
        robot.holds = true
        robot.concurrency = source.draw(in: 1...3)
        let files = ProbeOrder.Target(id: "files", url: nil)
        let targets = [crm, robot, files].map { target in
            var target = target
            target.retrySeconds = Array(repeating: 0, count: 12)
            return target
        }
        let scene = try CrashScene(template, targets: targets, manner: .moods(seed: seed))
        let (ahead, group) = (source.draw(in: 0...5), source.draw(in: 1...4))
        func change(_ order: inout ProbeOrder) {
            order.claimAhead = ahead
            order.groupSize = group
            order.groupMilliseconds = 20
        }
        for _ in 0..<source.draw(in: 2...6) {
            let steps = source.draw(in: 1...20)
            let events = source.draw(in: 1...40)
            let kills = [
                CrashScene.Kill(step: steps), CrashScene.Kill(event: events),
                CrashScene.Kill(step: steps, event: events),
            ]
            _ = try scene.live(source.pick(from: kills), change: change)
        }
        try scene.liveToTheEnd(change: change)
        return try scene.breaches(template, holding: ["robot"], files: ["files"])
    }
}

extension Manner {
    /// A receiver that treats each request as a seed says.
    fileprivate static func moods(seed: UInt64) -> Manner {
        Manner(description: "moods") { request in
            switch StableHash.of("mood", String(seed), request.id, String(request.delivery)) % 48 {
            case 0...3: Reaction(acts: false, behaviour: .answer(status: 503))
            case 4...6: Reaction(acts: false, behaviour: .reset)
            case 7...9: Reaction(acts: true, behaviour: .reset)
            case 10...11: Reaction(acts: true, behaviour: .close)
            case 12...13: Reaction(acts: false, behaviour: .answer(status: 425))
            case 14: Reaction(acts: true, behaviour: .answer(status: 504))
            case 15: Reaction(acts: false, behaviour: .answer(status: 422))
            case 16: Reaction(acts: true, behaviour: .hang)
            case 17: Reaction(acts: true, behaviour: .garbage)
            case 18...24: Reaction(acts: true, behaviour: .delay(milliseconds: 15, then: .ok))
            default: Reaction(acts: true, behaviour: .ok)
            }
        }
    }
}
