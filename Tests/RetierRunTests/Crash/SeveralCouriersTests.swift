import Foundation
import RetierLoopback
import RetierTestSupport
import Testing

/// Several processes that want to deliver the same outbox.
@Suite struct SeveralCouriersTests {
    @Test func ofCouriersThatStartTogetherOneDeliversAndTheOthersAreToldToComeBack() throws {
        let template = try CrashTemplate(messages: 30, endpoints: ["crm"])
        var target = ProbeOrder.Target(id: "crm", url: "")
        target.holds = true
        let slow = Manner(description: "slow") { _ in
            Manner.Reaction(acts: true, behaviour: .delay(milliseconds: 100, then: .ok))
        }
        let scene = try CrashScene(template, targets: [target], manner: slow)
        let couriers = try (0..<4).map { _ in try scene.start() }
        let ends = couriers.map { $0.waits(atMostSeconds: 30) }
        #expect(ends.filter { $0?.status == 0 }.count == 1, "\(ends)")
        for (courier, end) in zip(couriers, ends) where end?.status != 0 {
            #expect(end?.status == 75 && courier.errors.contains("another delivery of this brand is under way"))
        }
        #expect(try scene.breaches(template, holding: ["crm"]) == [])
        #expect(scene.log.entries.values.allSatisfy { $0.reads == 1 } && scene.log.entries.count == 30)
    }

    /// The lock dies with its process, however it dies.
    @Test func aCourierTakesOverAtOnceFromOneThatWasKilled() throws {
        let template = try CrashTemplate(messages: 4, endpoints: ["crm"])
        let scene = try CrashScene(template, targets: [ProbeOrder.Target(id: "crm", url: "")], manner: .ok)
        for event in 1...6 { #expect(try scene.live(CrashScene.Kill(event: event)).cameThere) }
        #expect(try scene.live().isLast)
        #expect(try scene.breaches(template, holding: []) == [])
    }
}
