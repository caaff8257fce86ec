import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Rate budgets live in the ledger: a courier that is killed again and again cannot burst.
@Suite struct RateCrashTests {
    private static let max = 3
    private static let seconds = 3

    @Test(arguments: [true, false])
    func aCrashLoopSendsNoFasterThanTheBudget(holds: Bool) throws {
        let template = try CrashTemplate(messages: 9, endpoints: ["crm"])
        var target = ProbeOrder.Target(id: "crm", url: "")
        target.holds = holds
        target.concurrency = 2
        target.rateMax = Self.max
        target.ratePerSeconds = Self.seconds
        let scene = try CrashScene(template, targets: [target], manner: .ok)
        var lives = 0
        // A death at every third event: most lives die with a request under way.
        while try !scene.live(CrashScene.Kill(event: 3 + lives % 6)).isLast { lives += 1 }
        #expect(lives > 3, "\(lives) deaths")
        #expect(try scene.breaches(template, holding: holds ? ["crm"] : []) == [])
        // The ledger's seconds are whole ones: the receiver's clock sees a window that is a second shorter.
        let times = scene.log.readTimes
        for (place, first) in times.enumerated() {
            let within = times[place...].prefix { $0 - first < .seconds(Self.seconds - 1) }.count
            #expect(within <= Self.max, "\(within) requests within \(Self.seconds - 1) s")
        }
    }
}
