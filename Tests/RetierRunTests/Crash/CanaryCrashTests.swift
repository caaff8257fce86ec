import Foundation
import RetierTestSupport
import Testing

/// Couriers that die around a canary: the rest leaves after the sample or not at all, and nothing twice.
@Suite struct CanaryCrashTests {
    /// One message of the sample and two that are withheld; every step of the courier, and every event of the network.
    @Test(arguments: ["resend", "file", "hold"])
    func everyStepAndEveryEvent(policy: String) throws {
        let template = try CrashTemplate(messages: 3, endpoints: ["crm"], sample: 1)
        var breaches: [String] = []
        var scenes = 0
        let kills: [(Int) -> CrashScene.Kill] = [{ CrashScene.Kill(step: $0) }, { CrashScene.Kill(event: $0) }]
        for make in kills {
            for number in 1... {
                scenes += 1
                let (cameThere, broken) = try play(make(number), policy, template)
                breaches += broken.map { "\($0); \(policy) \(make(number))" }
                if !cameThere { break }
            }
        }
        #expect(breaches == [])
        #expect(scenes > 10)
    }

    private func play(
        _ kill: CrashScene.Kill, _ policy: String, _ template: CrashTemplate
    ) throws -> (cameThere: Bool, breaches: [String]) {
        var target = ProbeOrder.Target(id: "crm", url: policy == "file" ? nil : "")
        target.holds = policy == "hold"
        target.retrySeconds = [0, 0]
        let scene = try CrashScene(template, targets: [target], manner: .ok)
        let life = try scene.live(kill)
        if !life.isLast { try scene.liveToTheEnd() }
        let facts = try scene.facts()
        let sample = try #require(facts.messages.first { $0.id.hasSuffix("-0") })
        guard sample.state == "in_doubt" else {
            let breaches = try scene.breaches(
                template, holding: target.holds ? ["crm"] : [], files: policy == "file" ? ["crm"] : [])
            return (life.cameThere, breaches)
        }
        // Of a sample in doubt nobody can say that it did well: the rest has not left.
        let rest = facts.messages.filter { $0.id != sample.id }
        let left = rest.filter { $0.state != "withheld" || scene.log.entries[$0.id] != nil }.map(\.id)
        return (life.cameThere, facts.auditProblems + left.map { "\($0) left although the sample is in doubt" })
    }
}
