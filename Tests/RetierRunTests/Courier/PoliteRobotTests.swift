import ChannelSimulators
import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierRun
import Testing

/// Couriers before the strict services with their documented limits, over hours of simulated time: rate windows, half
/// hours, penalties, breakers and wrong secrets, each through the whole of ledger, courier and service.
///
/// Time stands still within a delivery and is set forward to the moment that its summary names: as short as a test can
/// be and as crowded as it can get.
@Suite struct PoliteRobotTests {
    enum Robot: String, CaseIterable, Sendable { case wecom, dingtalk, feishu, slack, wecomApp }

    private struct Scene {
        var bench: CourierBench
        var time: ManualClock
        var play: (SimulatorFaults) -> Void
        var shown: () -> [ShownMessage]
        var read: () -> [SimulatorRequest]
        var violations: () -> [String]
        var stop: () -> Void

        init(
            _ simulator: ChannelSimulator<some ServiceRules>, _ time: ManualClock, kind: Endpoint.Kind,
            secrets: [String: String]
        ) throws {
            bench = try CourierBench()
            self.time = time
            play = { simulator.play($0) }
            shown = { simulator.shown }
            read = { simulator.read }
            violations = { simulator.violations }
            stop = { simulator.stop() }
            bench.clock = { Instant(seconds: time.seconds) }
            bench.options.ownPatienceSeconds = 0
            bench.options.patienceSeconds = 0
            bench.endpoints = [
                Endpoint(
                    id: "crm", kind: kind, concurrency: 2, timeoutSeconds: 5, retrySeconds: [5, 300, 1_800, 7_200])
            ]
            for (name, text) in secrets {
                let path = bench.folder.appending(path: name)
                try Data((text + "\n").utf8).write(to: path)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.path)
            }
        }

        /// Delivers until nothing waits for a time, at the moments that the summaries name.
        func deliver(mostRounds: Int = 200) throws -> DeliverySummary {
            for _ in 0..<mostRounds {
                let summary = try bench.courier().deliver(until: StopFlag())
                guard let next = summary.nextAttemptAt else { return summary }
                time.advance(seconds: max(1, next.seconds - time.seconds))
            }
            Issue.record("no end after \(mostRounds) deliveries")
            return try bench.courier().deliver(until: StopFlag())
        }
    }

    private static let signing = "SEC-signing"

    /// A quarter of an hour and some seconds before a full hour.
    private static func clock() -> ManualClock { ManualClock(seconds: 1_760_000_400 - 1_760_000_400 % 3_600 + 2_690) }

    private func scene(_ robot: Robot, signing: String = signing, goodFor seconds: Int64 = 259_200, _ count: Int) throws
        -> Scene
    {
        let time = Self.clock()
        func settings(signed: Bool = false) -> RobotSettings {
            RobotSettings(address: .file("address"), signing: signed ? .file("signing") : nil)
        }
        let scene: Scene
        switch robot {
        case .wecom:
            let sim = try WeComRobotSimulator(
                rules: WeComRobotRules(keys: ["k"], avoidsFullHours: true), clock: time.clock)
            scene = try Scene(sim, time, kind: .wecomRobot(settings()), secrets: ["address": sim.url(key: "k")])
        case .dingtalk:
            let sim = try DingTalkSimulator(
                rules: DingTalkRules(robots: ["k": .init(secret: Self.signing)]), clock: time.clock)
            scene = try Scene(
                sim, time, kind: .dingtalkRobot(settings(signed: true)),
                secrets: ["address": sim.url(token: "k"), "signing": signing])
        case .feishu:
            let sim = try FeishuSimulator(
                rules: FeishuRules(bots: ["k": .init(secret: Self.signing)], avoidsFullHours: true), clock: time.clock)
            scene = try Scene(
                sim, time, kind: .feishuRobot(settings(signed: true)),
                secrets: ["address": sim.url(token: "k"), "signing": signing])
        case .slack:
            let path = "/services/T0/B0/k"
            let sim = try SlackSimulator(rules: SlackRules(hooks: [path: .init()]), clock: time.clock)
            scene = try Scene(sim, time, kind: .slackRobot(settings()), secrets: ["address": sim.url(path: path)])
        case .wecomApp:
            let sim = try WeComAppSimulator(rules: WeComAppRules(.init()), clock: time.clock)
            let account = WeComAccount(baseURL: sim.origin, corpID: "ww0123456789abcdef", secret: .file("app"))
            scene = try Scene(
                sim, time,
                kind: .wecomApp(
                    WeComAppSettings(account: account, agentID: 1_000_002, recipients: .assigned)),
                secrets: ["app": "app-secret"])
        }
        try scene.bench.commit(count, goodFor: seconds) { Self.payload(robot, $0) }
        return scene
    }

    private static func payload(_ robot: Robot, _ id: String) -> String {
        switch robot {
        case .wecom: #"{"msgtype":"markdown","markdown":{"content":"\#(id)."}}"#
        case .dingtalk: #"{"msgtype":"text","text":{"content":"\#(id)."}}"#
        case .feishu: #"{"msg_type":"text","content":{"text":"\#(id)."}}"#
        case .slack: #"{"text":"\#(id)."}"#
        case .wecomApp:
            #"{"touser":"lisi","msgtype":"text","agentid":1000002,"text":{"content":"\#(id)."},"#
                + #""enable_duplicate_check":1,"duplicate_check_interval":14400}"#
        }
    }

    /// Whether a moment lies within two minutes of a full or half hour.
    private func isCrowded(_ request: SimulatorRequest) -> Bool {
        let second = request.seconds % 1_800
        return second < 120 || second >= 1_680
    }

    /// Everything is shown once, nothing is refused, and nobody is called when it is crowded.
    @Test(arguments: Robot.allCases)
    func aLongListKeepsEveryLimitOfItsService(robot: Robot) throws {
        let count = robot == .feishu ? 700 : robot == .slack ? 60 : 330
        let scene = try scene(robot, count)
        defer { scene.stop() }
        let start = scene.time.seconds
        let summary = try scene.deliver(mostRounds: 400)
        #expect(summary.isComplete && summary.waits.isEmpty)
        #expect(Set(scene.shown().map(\.text)).count == count && scene.shown().count == count)
        #expect(scene.violations() == [])
        #expect(scene.read().allSatisfy { $0.decision == "ok" }, "the service never had to say no")
        if robot != .slack { #expect(!scene.read().contains(where: isCrowded)) }
        // It could not have been faster by more than the seconds that whole-second clocks cost, nor slower.
        let spent = scene.time.seconds - start
        let limits = scene.bench.endpoints[0].effectiveLimits
        let least = limits.rates.map { Int64((count - 1) / $0.max * $0.perSeconds) }.max() ?? 0
        #expect(spent >= least && spent <= 2 * least + 600, "\(spent) s for at least \(least)")
        #expect(try Audit(scene.bench.ledger).verify() == [])
    }

    /// Somebody else uses the same robot: it says so once, and is left alone for as long as it asks.
    @Test(arguments: [Robot.wecom, .dingtalk, .feishu, .slack])
    func aPenaltyIsServedToItsEnd(robot: Robot) throws {
        let scene = try scene(robot, 5)
        defer { scene.stop() }
        let refusal: SimulatorFault =
            switch robot {
            case .wecom, .wecomApp: .refuse(code: 45_009, message: "api freq out of limit")
            case .dingtalk: .refuse(code: 130_101, message: "send too fast, exceed 20 times per minute")
            case .feishu: .refuse(code: 11_232, message: "frequency limited psm[x]")
            case .slack: .tooManyRequests(.seconds(30))
            }
        scene.play(.at([1: refusal, 2: refusal]))
        #expect(try scene.deliver().isComplete)
        let seconds = scene.read().map(\.seconds)
        let penalty: Int64 = [.wecom: 60, .dingtalk: 600, .feishu: 1, .slack: 30][robot] ?? 0
        let later = seconds.filter { $0 > seconds[0] }
        #expect(try #require(later.first) > seconds[0] + penalty, "\(seconds)")
        #expect(Set(scene.shown().map(\.text)).count == 5 && scene.shown().count == 5 && scene.violations() == [])
    }

    /// A service that is down meets one probe at a time, and gets everything once when it is back.
    @Test(arguments: Robot.allCases)
    func theBreakerSendsOneProbeAtATime(robot: Robot) throws {
        let scene = try scene(robot, 40)
        defer { scene.stop() }
        let time = scene.time
        let back = time.seconds + 1_200
        scene.play(SimulatorFaults { _ in time.seconds < back ? .serverError() : nil })
        let summary = try scene.deliver(mostRounds: 400)
        #expect(summary.isComplete && scene.shown().count == 40 && Set(scene.shown().map(\.text)).count == 40)
        let kinds = try scene.bench.ledger.pool.read {
            try String.fetchAll($0, sql: "SELECT kind FROM audit WHERE run = '' ORDER BY number")
        }
        #expect(kinds.first == "endpoint.opened" && kinds.last == "endpoint.closed", "\(kinds)")
        #expect(kinds.contains("endpoint.half_opened"))
        // After the first failures each moment of the outage saw one request.
        let failed = scene.read().filter { $0.seconds < back }.map(\.seconds)
        let head = failed.indices.dropFirst().first { failed[$0] - failed[$0 - 1] >= 30 } ?? failed.count
        let probes = failed[head...]
        #expect(head <= 12 && probes.count >= 3, "\(failed)")
        #expect(zip(probes, probes.dropFirst()).allSatisfy { $1 - $0 >= 30 }, "\(failed)")
        #expect(try Audit(scene.bench.ledger).verify() == [])
    }

    /// A wrong signing secret parks everything behind one refusal; the right one lets it go.
    @Test(arguments: [Robot.dingtalk, .feishu])
    func aWrongSecretParksTheMessages(robot: Robot) throws {
        let scene = try scene(robot, signing: "SEC-wrong", 8)
        defer { scene.stop() }
        var summary = try scene.deliver()
        #expect(scene.read().count <= 2 && summary.rejected == 0 && !summary.isComplete)
        #expect(summary.waits.map(\.wait.reason) == [.disabled] && summary.waits[0].messages == 8)
        #expect(summary.alerts.count == 1 && summary.alerts[0].contains("retier endpoints enable crm"))
        #expect(summary.alerts[0].contains("check the signing secret"))
        try Data((Self.signing + "\n").utf8).write(to: scene.bench.folder.appending(path: "signing"))
        _ = try Outbox(scene.bench.ledger).apply(
            .enable, to: "crm", operatorName: "li", now: Instant(seconds: scene.time.seconds))
        summary = try scene.deliver()
        #expect(summary.isComplete && scene.shown().count == 8 && scene.violations() == [])
    }

    /// What a half hour keeps back too long is expired, not sent late.
    @Test func whatAHalfHourKeepsTooLongExpires() throws {
        let scene = try scene(.wecom, goodFor: 1_000, 1)
        defer { scene.stop() }
        scene.time.advance(seconds: 850)
        let summary = try scene.bench.courier().deliver(until: StopFlag())
        #expect(
            summary.waits.map(\.wait.reason) == [.halfHour]
                && summary.nextAttemptAt?.seconds == scene.time.seconds + 180)
        #expect(try scene.deliver().expired == 1 && scene.read().isEmpty)
    }
}
