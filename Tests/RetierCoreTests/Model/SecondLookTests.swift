import RetierCore
import Testing

@testable import ReferenceModel

/// What budgets refuse and can pay after all: so rare among random brands that it is made by hand.
@Suite struct SecondLookTests {
    private static let today = 20_800

    private static func playbook(_ id: String, tier: String, rank: Int, tags: [String]) -> Chronicle.Playbook {
        var playbook = Chronicle.Playbook(id: id)
        (playbook.tier, playbook.rank) = (tier, rank)
        var step = Chronicle.Step(id: "s1", channel: "app")
        step.tags = tags
        playbook.steps = [step]
        return playbook
    }

    /// First p0 and p2 go to m1, and p2 takes the one action that a budget has, so that p3 of m2 is refused.
    ///
    /// The other budget has nothing for p0; its place goes to p1, which takes that of p2.
    private static var world: Chronicle {
        var world = Chronicle()
        world.members = ["m1", "m2"]
        world.values = ["m1": 500, "m2": 100]
        world.channels = [Chronicle.Channel(id: "app")]
        world.playbooks = [
            playbook("p0", tier: "core", rank: 1, tags: ["t1"]),
            playbook("p1", tier: "core", rank: 2, tags: ["t1", "t2"]),
            playbook("p2", tier: "core", rank: 3, tags: ["t2"]), playbook("p3", tier: "base", rank: 4, tags: []),
        ]
        world.caps = ["t1", "t2"].map { Chronicle.Cap(id: $0, max: 1, window: .days(7), tags: [$0]) }
        world.budgets = [
            Chronicle.Budget(id: "one", isMoney: false, amount: 1, window: .days(1), playbooks: ["p2", "p3"]),
            Chronicle.Budget(id: "none", isMoney: false, amount: 0, window: .days(1), playbooks: ["p0"]),
        ].sorted { $0.id < $1.id }
        world.events = [("m1", "core"), ("m2", "base")].map {
            Chronicle.Event(day: today - 1, member: $0.0, kind: .tier($0.1))
        }
        world.runs = [Chronicle.Run(day: today, isDaily: true)]
        return world
    }

    private static func reasons(_ world: Chronicle) -> [String] {
        var engine = EngineRuns(world)
        return engine.run(world.runs[0]).sorted { $0.key < $1.key }.map { "\($0.key.playbook) \($0.value.reason)" }
    }

    @Test func whoLostToSomebodyWhoWasNotPaidIsPaid() {
        #expect(Self.reasons(Self.world) == ["p0 budget", "p1 selected", "p2 displaced", "p3 selected"])
        #expect(Self.world.disagreement() == nil)
        #expect(Self.world.disagreement(flaw: .nobodyIsLookedAtTwice) != nil)
    }

    /// What gets nothing anyhow, for a cap or for the escalation that is paid, takes nothing by getting nothing.
    @Test func whatIsNotSentEitherWayIsNoHindrance() {
        var world = Self.world
        world.playbooks[3].steps[0].level = 1
        world.playbooks.append(Self.playbook("p4", tier: "base", rank: 1, tags: ["t3"]))
        world.caps.append(Chronicle.Cap(id: "t3", max: 0, window: .days(7), tags: ["t3"]))
        #expect(
            Self.reasons(world) == ["p0 budget", "p1 selected", "p2 displaced", "p3 selected", "p4 open-case"])
        #expect(world.disagreement() == nil)
    }
}
