import Foundation
import RetierCore
import RetierLoopback
import RetierTestSupport
import Testing

/// A clock that jumps between deliveries and in the middle of one: nothing twice, nothing waits for ever.
@Suite struct ClockJumpTests {
    /// What the probe's clock is off by.
    private final class Offset: Sendable {
        private let folder: TemporaryFolder
        private let file: Int32
        let path: String

        init() throws {
            folder = try TemporaryFolder(inMemory: true)
            path = try folder.write("", to: "offset")
            file = open(path, O_WRONLY | O_CLOEXEC)
            set(0)
        }

        deinit { close(file) }

        /// One write of always the same length into the file that a courier holds open: no look sees half a number.
        func set(_ seconds: Int) {
            let digits = String(abs(seconds))
            let text = (seconds < 0 ? "-" : "0") + String(repeating: "0", count: 15 - digits.count) + digits
            #expect(pwrite(file, text, 16, 0) == 16)
        }
    }

    private static let day = 86_400
    private static let messages = 6

    private func target(holds: Bool, retrySeconds: [Int] = [0, 0]) -> ProbeOrder.Target {
        var target = ProbeOrder.Target(id: "crm", url: "")
        target.holds = holds
        target.retrySeconds = retrySeconds
        return target
    }

    /// One delivery that waits for nothing, with the clock off by some seconds.
    private func deliver(_ scene: CrashScene, _ offset: Offset, at seconds: Int) throws -> ProbeReport {
        offset.set(seconds)
        return try #require(
            try scene.live { order in
                order.clockFile = offset.path
                order.patienceSeconds = 0
            }.report)
    }

    private func states(_ scene: CrashScene) throws -> [String: Int] {
        try scene.facts().messages.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
    }

    @Test(arguments: [true, false], [-400 * day, -day, -30, 30, day, 400 * day])
    func aJumpInTheMiddleOfADelivery(holds: Bool, seconds: Int) throws {
        let offset = try Offset()
        let template = try CrashTemplate(messages: Self.messages, endpoints: ["crm"])
        let jumps = Manner(description: "jumps") { request in
            if request.id.hasSuffix("-2") { offset.set(seconds) }
            return Manner.Reaction(acts: true, behaviour: .ok)
        }
        let scene = try CrashScene(
            template, targets: [target(holds: holds)], manner: jumps, toleranceSeconds: nil)
        let first = try scene.live { $0.clockFile = offset.path }
        #expect(first.report != nil)
        let before = scene.log.entries.values.map(\.acts).reduce(0, +)
        #expect(before >= 3 && (seconds > -3_600 || before < Self.messages), "\(before) arrived")
        offset.set(0)
        try scene.liveToTheEnd { $0.clockFile = offset.path }
        #expect(try scene.breaches(template, holding: holds ? ["crm"] : []) == [])
        // Ahead of the last moment, what had not left is too late; else everything arrives.
        let states = try states(scene)
        let arrived = scene.log.entries.values.filter { $0.acts > 0 }.count
        #expect(states["delivered"] == arrived && states["expired", default: 0] == Self.messages - arrived, "\(states)")
        #expect(seconds >= Self.day || arrived == Self.messages, "\(states)")
    }

    @Test(arguments: [-400 * day, -day, -60])
    func aRetryWaitsUntilTheClockIsRightAgain(seconds: Int) throws {
        let offset = try Offset()
        let template = try CrashTemplate(messages: 2, endpoints: ["crm"])
        let scene = try CrashScene(
            template, targets: [target(holds: false, retrySeconds: [20])], manner: .busy, toleranceSeconds: nil)
        #expect(try deliver(scene, offset, at: 0).retrying == 2)
        #expect(try deliver(scene, offset, at: seconds).retrying == 2)
        #expect(scene.log.entries.values.allSatisfy { $0.reads == 1 }, "a retry came before its time")
        #expect(try deliver(scene, offset, at: 60).delivered == 2)
        #expect(try scene.breaches(template, holding: []) == [])
    }

    /// A time that a wrong clock wrote holds a message up to its last moment, not longer.
    @Test func whatAClockAheadPutOffComesToAnEnd() throws {
        let offset = try Offset()
        let template = try CrashTemplate(messages: 2, endpoints: ["crm"])
        let scene = try CrashScene(
            template, targets: [target(holds: false, retrySeconds: [5])], manner: .busy, toleranceSeconds: nil)
        // The messages' last moment is an hour after their commit.
        #expect(try deliver(scene, offset, at: 3_000).retrying == 2)
        #expect(try deliver(scene, offset, at: 0).retrying == 2)
        #expect(try deliver(scene, offset, at: 3_100).delivered == 2)
        #expect(try scene.breaches(template, holding: []) == [])
    }

    @Test func aCourierThatDiesInTheFutureIsFollowedByOneInThePast() throws {
        let offset = try Offset()
        for holds in [true, false] {
            let template = try CrashTemplate(messages: 3, endpoints: ["crm"])
            let scene = try CrashScene(
                template, targets: [target(holds: holds)], manner: .ok, toleranceSeconds: nil)
            offset.set(3_000)
            #expect(try scene.live(CrashScene.Kill(event: 8)) { $0.clockFile = offset.path }.cameThere)
            offset.set(-Self.day)
            _ = try scene.live { $0.clockFile = offset.path }
            offset.set(0)
            try scene.liveToTheEnd { $0.clockFile = offset.path }
            #expect(try scene.breaches(template, holding: holds ? ["crm"] : []) == [])
        }
    }
}
