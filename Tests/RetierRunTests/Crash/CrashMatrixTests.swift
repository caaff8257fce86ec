import Foundation
import RetierTestSupport
import Testing

/// Real processes, killed with SIGKILL at every step of the courier and at every event of the network.
@Suite struct CrashMatrixTests {
    /// `RETIER_CRASHES=large` takes three messages and lets a second crash follow each first one.
    private static let isLarge = ProcessInfo.processInfo.environment["RETIER_CRASHES"] == "large"

    /// `RETIER_CRASH='hold/hangs 3:7'` plays one scene alone: the world, then step and event, as failures name them.
    private static let wanted = ProcessInfo.processInfo.environment["RETIER_CRASH"]

    /// How the endpoint treats doubt and how its receiver behaves.
    struct World: Sendable, CustomStringConvertible {
        enum Policy: String, Sendable { case resend, hold, file }

        var policy: Policy
        var manner: Manner
        var messages: Int

        var description: String { "\(policy.rawValue)/\(manner)" }

        /// Those that wait for a timeout come first, so that the others use the processors meanwhile.
        static let all =
            Manner.all.flatMap { manner in
                [Policy.resend, .hold].map { World(policy: $0, manner: manner, messages: manner.isShort ? 2 : 1) }
            } + [World(policy: .file, manner: .ok, messages: 2)]
    }

    @Test func everyStepAndEveryEventOfASmallWorld() async throws {
        let templates = try [1, 2, 3].map { try CrashTemplate(messages: $0, endpoints: ["crm"]) }
        let walks = await onThreads(World.all) { world in
            CrashWalk(world, templates[(Self.isLarge ? 3 : world.messages) - 1], seconds: Self.seconds).whole(
                Self.wanted)
        }
        let breaches = walks.flatMap(\.breaches)
        if !breaches.isEmpty {
            Issue.record("\(breaches.count) breaches:\n\(breaches.prefix(20).joined(separator: "\n"))")
        }
        // Far fewer would mean that the kills came nowhere.
        let scenes = walks.map(\.scenes).reduce(0, +)
        #expect(scenes > 400 || Self.wanted != nil, "only \(scenes) scenes")
    }

    /// What befalls the life after the first death.
    private static let seconds: [CrashScene.Kill] =
        isLarge
        ? [CrashScene.Kill()] + (1...8).map { CrashScene.Kill(step: $0) } + (1...5).map { CrashScene.Kill(event: $0) }
        : [CrashScene.Kill()]
}

/// All the scenes of one world.
private struct CrashWalk: Sendable {
    private(set) var scenes = 0
    private(set) var breaches: [String] = []
    private let world: CrashMatrixTests.World
    private let template: CrashTemplate
    private let seconds: [CrashScene.Kill]

    /// Accepted, read, acted, answering, answered.
    private static let eventsOfARequest = 5

    init(_ world: CrashMatrixTests.World, _ template: CrashTemplate, seconds: [CrashScene.Kill]) {
        self.world = world
        self.template = template
        self.seconds = seconds
    }

    /// The walk; where one scene is wanted, that alone.
    func whole(_ wanted: String?) -> CrashWalk {
        var walk = self
        guard let wanted else {
            walk.go()
            return walk
        }
        let parts = wanted.split(separator: " ")
        if let name = parts.first, let kill = parts.last.flatMap({ CrashScene.Kill(String($0)) }),
            name == world.description
        {
            _ = walk.come(to: kill)
        }
        return walk
    }

    /// Row by row: the network comes to event n of an undisturbed courier; the courier is dead at step k at once; it
    /// stands still at step k while the network comes to event n.
    private mutating func go() {
        var event = 1
        while come(to: CrashScene.Kill(event: event)) != nil { event += 1 }
        var step = 1
        while let life = come(to: CrashScene.Kill(step: step)) {
            // What the network did before the step belongs to the rows above; the request in flight may have run ahead.
            event = max(1, life.events - Self.eventsOfARequest)
            while come(to: CrashScene.Kill(step: step, event: event)) != nil { event += 1 }
            step += 1
        }
    }

    /// Plays a scene; nil where the kill came nowhere.
    private mutating func come(to kill: CrashScene.Kill) -> CrashScene.Life? {
        var first: CrashScene.Life?
        for second in seconds {
            scenes += 1
            do {
                let (life, broken) = try play(kill, second)
                first = life
                breaches += broken.map { "\($0); \(place(kill, second))" }
            } catch {
                breaches.append("\(error); \(place(kill, second))")
            }
            guard first?.cameThere == true else { return nil }
        }
        return first
    }

    private func place(_ kill: CrashScene.Kill, _ second: CrashScene.Kill) -> String {
        let large = seconds.count > 1 ? "RETIER_CRASHES=large " : ""
        return "then \(second); replay: \(large)RETIER_CRASH='\(world) \(kill)' swift test --filter CrashMatrixTests"
    }

    private func play(
        _ kill: CrashScene.Kill, _ second: CrashScene.Kill
    ) throws -> (life: CrashScene.Life, breaches: [String]) {
        var target = ProbeOrder.Target(id: "crm", url: world.policy == .file ? nil : "")
        target.holds = world.policy == .hold
        target.retrySeconds = [0, 0]
        let scene = try CrashScene(template, targets: [target], manner: world.manner)
        let life = try scene.live(kill)
        if !life.isLast {
            let next = try scene.live(second)
            if !next.isLast { try scene.liveToTheEnd() }
        }
        return (
            life,
            try scene.breaches(
                template, holding: world.policy == .hold ? ["crm"] : [], files: world.policy == .file ? ["crm"] : [])
        )
    }
}
