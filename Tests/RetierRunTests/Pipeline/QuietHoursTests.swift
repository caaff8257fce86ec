import Foundation
import Logging
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun
import RetierTestSupport
import Synchronization
import Testing

/// Quiet hours from the plan to the receiver: members in several zones, a clock that the test moves, and what the
/// receiver saw when.
@Suite struct QuietHoursTests {
    private static let playbook = """
        playbook: hello
        title: Hello
        version: 1
        on: daily
        priority: base
        when: days_since_order >= 1
        once_per: P90D
        steps:
          - {id: offer, do: coupon, via: crm}
          - {id: note, do: task, via: crm, quiet_hours: ignore}

        """
    private static let nights = "nights: {hours: 21:00-09:00, channels: [crm]}"

    /// A moment that moves when the test says so, and what the receiver got until then.
    private final class World: Sendable {
        private let state: Mutex<(now: Instant, seen: [String])>
        let refuses = Mutex(false)

        init(_ now: Instant) { state = Mutex((now, [])) }

        var now: Instant { state.withLock { $0.now } }
        var seen: [String] { state.withLock { $0.seen.sorted() } }
        func move(to now: Instant) { state.withLock { $0 = (now, []) } }
        func saw(_ request: LoopbackRequest) {
            let body = (try? JSONSerialization.jsonObject(with: request.body) as? [String: Any]) ?? [:]
            let actions = (body["data"] as? [String: Any])?["actions"] as? [[String: Any]] ?? []
            state.withLock { state in
                state.seen += actions.map { "\($0["member_id"] ?? "") \($0["step"] ?? "")" }
            }
        }
    }

    private struct Scene {
        var bench: CommandBench
        var world: World
        var receiver: LoopbackReceiver
        var runs: Runs
        var workspace: Workspace

        /// Moves the clock to a moment of UTC, delivers, and tells what the receiver saw.
        func deliver(at text: String) throws -> [String] {
            world.move(to: try QuietHoursTests.moment(text))
            _ = try runs.deliver()
            return world.seen
        }
    }

    private static func moment(_ text: String) throws -> Instant {
        let day = try #require(Day(iso: text.prefix(10)))
        let parts = text.dropFirst(11).split(separator: ":").compactMap { Int64($0) }
        return Instant(utcMidnightOf: day).adding(seconds: parts[0] * 3_600 + parts[1] * 60)
    }

    /// The clock stands at a moment of UTC, at which the actions are to leave as well.
    private func scene(_ windows: String = nights, at text: String, options: String = "") throws -> Scene {
        let world = World(try Self.moment(text))
        let receiver = try LoopbackReceiver(
            secret: CourierBench.secret, toleranceSeconds: nil, clock: { world.now.seconds },
            script: LoopbackReceiver.Script(onRequest: { request in
                world.saw(request)
                return world.refuses.withLock { $0 } ? .answer(status: 503) : .ok
            }))
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.useWebhook(receiver.url, options: "batch: 100, timeout: 2s" + options, secret: CourierBench.secret)
        try bench.edit(
            "retier.yaml", "\nguards:",
            """

            quiet:
              windows:
                \(windows)
              regions: {US-CA: America/Los_Angeles}
              leaves_at: \(try ZoneRules(systemNamed: "Asia/Shanghai").minute(of: world.now).suffix(5))
            guards:
            """)
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        try bench.write(Self.playbook, to: "playbooks/hello.yaml")
        let members = [
            "cn,2026-01-01,Asia/Shanghai,", "us,2026-01-01,America/New_York,", "bad,2026-01-01,Mars/Olympus,",
            "short,2026-01-01,CST,US-CA", "none,2026-01-01,,",
        ]
        let ids = members.map { $0.prefix { $0 != "," } }
        for (kind, text) in [
            ("members", "member_id,joined_at,timezone,country\n" + members.joined(separator: "\n")),
            (
                "orders",
                "order_id,member_id,ordered_at,amount\n"
                    + ids.map { "o-\($0),\($0),2026-09-10,10.00" }.joined(separator: "\n")
            ),
            (
                "consents",
                "member_id,channel,purpose,granted,at\n"
                    + ids.map { "\($0),crm,marketing,true,2026-01-01" }.joined(separator: "\n")
            ),
        ] {
            try bench.must(["import", kind, try bench.folder.write(text + "\n", to: "data/\(kind).csv")])
        }
        let workspace = try Workspace.open(BrandFolder(path: bench.brand), clock: Clock { world.now })
        return Scene(
            bench: bench, world: world, receiver: receiver, runs: Runs(workspace, log: Logger(label: "test")),
            workspace: workspace)
    }

    /// 22:00 in Shanghai, 09:00 in New York, 06:00 in Los Angeles.
    @Test func everybodyGetsItByTheClockOnTheirWall() throws {
        let scene = try scene(at: "2026-11-20T14:00")
        defer { scene.receiver.stop() }
        let day = try #require(Day(iso: "2026-11-20"))
        #expect(try scene.runs.run(.daily, asOf: day, overrides: [])?.sends == 10)
        let notes = ["bad", "cn", "none", "short", "us"].map { "\($0) note" }
        #expect(try scene.deliver(at: "2026-11-20T14:00") == (notes + ["us offer"]).sorted())
        #expect(try scene.deliver(at: "2026-11-20T16:59") == [])
        #expect(try scene.deliver(at: "2026-11-20T17:00") == ["short offer"])
        #expect(try scene.deliver(at: "2026-11-21T00:59") == [])
        #expect(try scene.deliver(at: "2026-11-21T01:00") == ["bad offer", "cn offer", "none offer"])

        // The plan said so, and people can read it there and in the explanation.
        let plan = scene.bench.path("var/plans/daily-2026-11-20.plan")
        let rows = try scene.bench.must(["show", plan, "--format", "csv"]).output.split(separator: "\n")
        let column = try #require(rows[0].split(separator: ",").firstIndex(of: "send_at"))
        #expect(column == 13)
        let json = try scene.bench.must(["show", plan, "--format", "json"]).output
        #expect(json.components(separatedBy: #""send_at":"2026-11-21T01:00:00Z","cost""#).count == 4)
        #expect(json.components(separatedBy: #""send_at":"2026-11-20T17:00:00Z","cost""#).count == 2)
        let run = try #require(try scene.workspace.ledger.lastRun(kind: .daily))
        let explained = try scene.bench.must(["explain", "short", "--run", run.id]).output
        #expect(
            explained.contains(#""window":"nights","zone":"America/Los_Angeles","zone_of":"region","unread":"member""#))
        try scene.bench.must(["audit", "verify"])
    }

    /// A plan asks about the day's `leaves_at`, never about the hour in which it is made.
    @Test func theClockDoesNotShowInThePlan() throws {
        let scene = try scene(at: "2026-11-20T14:00")
        defer { scene.receiver.stop() }
        let day = try #require(Day(iso: "2026-11-20"))
        let plans = try ["2026-11-20T01:10", "2026-11-20T14:00", "2026-11-21T23:59"].enumerated().map { index, hour in
            scene.world.move(to: try Self.moment(hour))
            let path = scene.bench.path("var/plans/\(index).plan")
            _ = try scene.runs.plan(.daily, asOf: day, to: path, threads: index + 1)
            return try Data(contentsOf: URL(filePath: path))
        }
        #expect(plans[1] == plans[0] && plans[2] == plans[0])
    }

    /// A courier that comes late, or a retry: nothing leaves inside the night, although it was due before.
    @Test func whatIsLateOrTriedAgainKeepsTheNight() throws {
        let scene = try scene(at: "2026-11-20T12:00", options: ", retry: [1h, 1h]")
        defer { scene.receiver.stop() }
        let day = try #require(Day(iso: "2026-11-20"))
        _ = try scene.runs.run(.daily, asOf: day, overrides: [])
        scene.world.refuses.withLock { $0 = true }
        // 20:30 in Shanghai: refused, to be tried again between 21:18 and 21:42.
        let tried = try scene.deliver(at: "2026-11-20T12:30")
        #expect(tried.contains("cn offer") && !tried.contains("us offer"))
        scene.world.refuses.withLock { $0 = false }
        let late = try scene.deliver(at: "2026-11-20T13:45")
        #expect(late.filter { $0.hasSuffix("offer") } == [] && late.contains("cn note"))
        #expect(try scene.deliver(at: "2026-11-21T01:00").filter { $0.hasPrefix("cn") } == ["cn offer"])
        try scene.bench.must(["audit", "verify"])
    }

    @Test func whatIsDroppedEndsWithItsReasonInThePlanAndAfterIt() throws {
        let scene = try scene("nights: {hours: 21:00-09:00, channels: [crm], policy: drop}", at: "2026-11-20T12:00")
        defer { scene.receiver.stop() }
        let day = try #require(Day(iso: "2026-11-20"))
        _ = try scene.runs.run(.daily, asOf: day, overrides: [])
        let database = try scene.bench.ledger()
        // 20:00 in Shanghai, 07:00 in New York, 04:00 in Los Angeles.
        #expect(
            try database.lines(
                """
                SELECT m.member_id, d.reason FROM decision d JOIN member m ON m.key = d.member
                WHERE d.step = 'offer' ORDER BY 1
                """) == ["bad|selected", "cn|selected", "none|selected", "short|quiet-hours", "us|quiet-hours"])
        // The courier comes too late for the rest.
        #expect(try scene.deliver(at: "2026-11-20T14:00").allSatisfy { $0.hasSuffix("note") })
        #expect(
            try database.lines("SELECT state, code FROM message WHERE quiet IS NOT NULL ORDER BY 1")
                == ["expired|quiet-hours"])
    }

    @Test func aHolidayLongerThanTheStepMayWaitLeavesItOut() throws {
        let scene = try scene("feast: {dates: [2026-11-20..2026-11-30], channels: [crm]}", at: "2026-11-20T12:00")
        defer { scene.receiver.stop() }
        let day = try #require(Day(iso: "2026-11-20"))
        #expect(try scene.runs.run(.daily, asOf: day, overrides: [])?.sends == 5)
        let reasons = try scene.bench.ledger().lines("SELECT DISTINCT reason FROM decision WHERE step = 'offer'")
        #expect(reasons == ["quiet-hours"])
    }
}
