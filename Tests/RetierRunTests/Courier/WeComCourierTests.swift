import ChannelSimulators
import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierRun
import Testing

/// Couriers that die between sending and recording, against a strict WeCom.
@Suite struct WeComCourierTests {
    private struct Cut: Error {}

    private func wecom() throws -> WeComAppSimulator {
        var corporation = WeComAppRules.Corporation()
        corporation.contacts = ["wm1": "zhangsan", "wm2": "lisi"]
        return try WeComAppSimulator(rules: WeComAppRules(corporation))
    }

    /// A ledger with three messages for the endpoint `crm`.
    private func bench(_ kind: Endpoint.Kind, _ body: (Int) -> String) throws -> CourierBench {
        let bench = try CourierBench()
        try bench.write(secret: "app-secret\n", mode: 0o600)
        try FileManager.default.createDirectory(
            at: bench.folder.appending(path: "var"), withIntermediateDirectories: true)
        bench.endpoints = [
            Endpoint(
                id: "crm", kind: kind, concurrency: 2, timeoutSeconds: 2, retrySeconds: [0, 0, 0],
                limits: EndpointLimits())
        ]
        try bench.ledger.pool.write { database in
            try database.execute(
                sql: "INSERT INTO run VALUES ('run-1', 'refresh', 'p', 20000, 'digest', ?, 0, 0, 0, 0, 0, '{}', NULL)",
                arguments: [CourierBench.now().seconds])
            for position in 0..<3 {
                try NewMessage(
                    id: "m\(position)", run: "run-1", endpoint: "crm", position: position,
                    part: MessagePart(body: Array(body(position).utf8), actions: 1), dueAt: CourierBench.now(),
                    notAfter: CourierBench.now().adding(seconds: 3_600)
                ).insert(in: database)
            }
            try AuditTrail.appendCommit(ofRun: "run-1", at: CourierBench.now(), in: database)
        }
        return bench
    }

    private func app(_ sim: WeComAppSimulator, window: Int = 14_400) -> Endpoint.Kind {
        .wecomApp(
            WeComAppSettings(
                account: account(sim), agentID: 1_000_002, recipients: .assigned, duplicateCheckSeconds: window))
    }

    private func account(_ sim: WeComAppSimulator) -> WeComAccount {
        WeComAccount(baseURL: sim.origin, corpID: "ww0123456789abcdef", secret: .file("crm.secret"))
    }

    private func toStaff(_ number: Int, window: Int = 14_400) -> String {
        #"{"touser":"lisi","msgtype":"text","agentid":1000002,"text":{"content":"第 \#(number) 条"},"#
            + #""enable_duplicate_check":1,"duplicate_check_interval":\#(window)}"#
    }

    private func crash(_ bench: CourierBench) throws {
        #expect(throws: Cut.self) {
            try bench.courier { $0.afterStep = { if $0 == .collected { throw Cut() } } }.deliver(until: StopFlag())
        }
    }

    @Test func whatWasSentAndNotRecordedIsSentAgainAndShownOnce() throws {
        let sim = try wecom()
        defer { sim.stop() }
        let bench = try bench(app(sim)) { toStaff($0) }
        try crash(bench)
        #expect(sim.shown.count > 0)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.isComplete && summary.delivered == 3)
        #expect(sim.shown.map(\.text).sorted() == (0..<3).map { "第 \($0) 条" })
        // What was under way when the courier died may have been read after its death.
        let sent = sim.read.count { $0.path == WeComAppRules.sendPath }
        #expect(sent > 3 && sim.suppressedDuplicates == sent - 3 && sim.violations == [])
        #expect(sim.read.filter { $0.path == WeComAppRules.tokenPath }.count == 1, "the token outlives its courier")
        #expect(try bench.states() == [.delivered: 3] && Audit(bench.ledger).verify() == [])
    }

    /// Three ambiguous answers in a row: WeCom knows each repeat.
    @Test func ambiguousAttemptsAreRepeatedWithinTheWindow() throws {
        let sim = try wecom()
        defer { sim.stop() }
        let fault = SimulatorFault.reset(acts: true)
        sim.play(.mentioning("第 1 条", [fault, .garbage(acts: true), fault]))
        let bench = try bench(app(sim)) { toStaff($0) }
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.isComplete && summary.delivered == 3)
        #expect(sim.shown.count == 3 && sim.suppressedDuplicates == 3 && sim.violations == [])
    }

    @Test func outsideTheWindowAPersonDecides() throws {
        let sim = try wecom()
        defer { sim.stop() }
        sim.play(.mentioning("第 1 条", [.reset(acts: true)]))
        // Less than the margin that a repeat needs.
        let bench = try bench(app(sim, window: 200)) { toStaff($0, window: 200) }
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 2 && summary.inDoubt == 1 && sim.shown.count == 3)
        #expect(try bench.courier().deliver(until: StopFlag()).inDoubt == 1)
        #expect(sim.shown.count == 3 && sim.suppressedDuplicates == 0)
        #expect(try Audit(bench.ledger).verify() == [])
    }

    @Test func aTaskWhoseCourierDiedIsHeldAndNeverMadeTwice() throws {
        let sim = try wecom()
        defer { sim.stop() }
        let task = Endpoint.Kind.wecomTask(WeComTaskSettings(account: account(sim), identitySource: "wecom"))
        let bench = try bench(task) {
            #"{"chat_type":"single","external_userid":["wm1","wm2"],"text":{"content":"第 \#($0) 条"}}"#
        }
        try crash(bench)
        let made = sim.taskIDs.count
        #expect(made > 0 && sim.shown.isEmpty)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.inDoubt >= made && sim.taskIDs.count <= 3 && sim.violations == [])
        let states = try bench.states()
        #expect(states[.inDoubt, default: 0] + states[.awaiting, default: 0] == 3 && states[.delivered] == nil)
        #expect(try Audit(bench.ledger).verify() == [])
    }
}
