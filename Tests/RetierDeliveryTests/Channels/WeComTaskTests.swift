import ChannelSimulators
import RetierCore
import RetierDelivery
import Testing

@Suite struct WeComTaskTests {
    private func bench() throws -> WeComBench {
        try WeComBench { $0.contacts = ["wm1": "zhangsan", "wm2": "zhangsan", "wm3": "lisi"] }
    }

    private func refused(_ outcome: DeliveryOutcome) -> [String] {
        outcome.refusals.map { refusal in
            guard case .recipient(let id) = refusal.subject else { return "?" }
            return "\(id) \(refusal.code)"
        }.sorted()
    }

    @Test func aTaskIsSentWhenEverybodyHasConfirmed() throws {
        let bench = try bench()
        let task = try bench.task()
        let message = bench.toCustomers(["wm1", "wm2", "wm3", "stranger"])
        let created = try bench.outcome(message, to: task)
        #expect(created.verdict == .accepted && created.code == "task-created")
        let id = try #require(created.reference)
        #expect(bench.sim.taskIDs == [id] && refused(created) == ["stranger not-a-contact"])
        let question = bench.question(id, about: bench.toCustomers(["wm1", "wm2", "wm3"]))
        #expect(bench.sim.shown.isEmpty, "made is not sent")
        #expect(try bench.outcome(question, to: task).verdict == .accepted)
        bench.sim.confirm(id, by: "zhangsan", failures: ["wm2": .notAFriend])
        let half = try bench.outcome(question, to: task)
        #expect(half.verdict == .accepted && half.note == "1 of 2 members of the staff have confirmed")
        bench.sim.confirm(id, by: "lisi")
        let done = try bench.outcome(question, to: task)
        #expect(done.verdict == .delivered && refused(done) == ["wm2 not-a-friend"])
        #expect(bench.sim.shown.map(\.recipients) == [["wm1"], ["wm3"]] && bench.sim.violations == [])
    }

    @Test func whereNobodyWasReachedTheTaskIsRejected() throws {
        let bench = try bench()
        let task = try bench.task()
        let message = bench.toCustomers(["wm3"])
        let id = try #require(try bench.outcome(message, to: task).reference)
        bench.sim.confirm(id, by: "lisi", failures: ["wm3": .receivedOthers])
        let outcome = try bench.outcome(bench.question(id, about: message), to: task)
        #expect(outcome.verdict == .rejected && outcome.code == "nobody-reached")
        #expect(refused(outcome) == ["wm3 quota-used-up"])
        let strangers = try bench.outcome(bench.toCustomers(["who"]), to: task)
        #expect(strangers.verdict == .rejected && strangers.code == "wecom-41048")
    }

    /// After its last moment nobody can confirm the task any more, so that the last word stays true.
    @Test(arguments: [true, false])
    func whatIsTooLateIsCancelledAndToldAsItIs(someoneConfirmed: Bool) throws {
        let bench = try bench()
        let task = try bench.task()
        let message = bench.toCustomers(["wm1", "wm2", "wm3"])
        let id = try #require(try bench.outcome(message, to: task).reference)
        if someoneConfirmed { bench.sim.confirm(id, by: "zhangsan") }
        let question = bench.question(id, about: message, notAfter: bench.time.seconds + 100)
        bench.time.advance(seconds: 100)
        #expect(try bench.outcome(question, to: task).verdict == .accepted)
        bench.time.advance(seconds: 1)
        let last = try bench.outcome(question, to: task)
        #expect(last.verdict == (someoneConfirmed ? .delivered : .rejected))
        #expect(last.code == (someoneConfirmed ? "confirmed" : "not-confirmed"))
        let silent = someoneConfirmed ? ["wm3"] : ["wm1", "wm2", "wm3"]
        #expect(refused(last) == silent.map { "\($0) not-confirmed" })
        #expect(!bench.sim.confirm(id, by: "lisi"), "it is too late for that")
    }

    /// A member without a result is not called reached.
    @Test func whomWeComDoesNotMentionIsNotCalledReached() throws {
        let bench = try bench()
        let task = try bench.task()
        let id = try #require(try bench.outcome(bench.toCustomers(["wm1"]), to: task).reference)
        bench.sim.confirm(id, by: "zhangsan")
        let done = try bench.outcome(bench.question(id, about: bench.toCustomers(["wm1", "wm9"])), to: task)
        #expect(done.verdict == .delivered && refused(done) == ["wm9 no-result"])
    }

    @Test func resultsOfManyPagesAreReadWhole() throws {
        let staff = (0..<401).map { "staff\($0)" }
        let bench = try WeComBench { corporation in
            corporation.staff = Set(staff)
            for number in 0..<1_000 {
                corporation.contacts["wm\(number)"] = number < 600 ? "staff0" : "staff\(number - 599)"
            }
        }
        let task = try bench.task()
        let message = bench.toCustomers((0..<1_000).map { "wm\($0)" })
        let id = try #require(try bench.outcome(message, to: task).reference)
        for member in staff {
            bench.sim.confirm(id, by: member, failures: ["wm599": .notAFriend, "wm999": .notAFriend])
        }
        let done = try bench.outcome(bench.question(id, about: message), to: task)
        #expect(done.verdict == .delivered && refused(done) == ["wm599 not-a-friend", "wm999 not-a-friend"])
        // 401 members have customers: two pages of members, and staff0's customers fill three pages.
        #expect(bench.calls(WeComAppRules.taskPath) == 2 && bench.sim.violations == [])
        #expect(bench.calls(WeComAppRules.resultPath) == 401 + 2)
    }

    /// What goes wrong with a question leaves the task as it is.
    @Test(arguments: [
        (SimulatorFault.reset(acts: true), DeliveryOutcome.Verdict.retry), (.garbage(acts: true), .retry),
        (.refuse(code: 40_058, message: "msgid is invalid"), .retry), (.refuse(code: -1, message: "x"), .retry),
        (.refuse(code: 45_009, message: "x"), .throttled), (.nonsenseBody("{\"errcode\":0}"), .retry),
        (.serverError(status: 500, acts: false), .retry), (.redirect(to: "http://127.0.0.1/x"), .gone),
    ])
    func aQuestionThatFailsDecidesNothing(fault: SimulatorFault, verdict: DeliveryOutcome.Verdict) throws {
        for path in [WeComAppRules.taskPath, WeComAppRules.resultPath] {
            let bench = try bench()
            let task = try bench.task()
            let message = bench.toCustomers(["wm3"])
            let id = try #require(try bench.outcome(message, to: task).reference)
            bench.sim.confirm(id, by: "lisi")
            bench.sim.play(.at([1: fault], path: path))
            let question = bench.question(id, about: message)
            let failed = try bench.outcome(question, to: task)
            #expect(failed.verdict == verdict && failed.refusals.isEmpty, "\(path): \(failed)")
            #expect(try bench.outcome(question, to: task).verdict == .delivered)
        }
    }

    @Test func aTokenThatEndsWithinAQuestionIsRenewedOnce() throws {
        let bench = try bench()
        let task = try bench.task()
        let message = bench.toCustomers(["wm1", "wm3"])
        let id = try #require(try bench.outcome(message, to: task).reference)
        for member in ["zhangsan", "lisi"] { bench.sim.confirm(id, by: member) }
        let stale = SimulatorFault.refuse(code: 42_001, message: "access_token expired")
        bench.sim.play(.at([2: stale], path: WeComAppRules.resultPath))
        #expect(try bench.outcome(bench.question(id, about: message), to: task).verdict == .delivered)
        #expect(bench.calls(WeComAppRules.tokenPath) == 2)
        bench.sim.play(.always(stale, path: WeComAppRules.taskPath))
        #expect(try bench.outcome(bench.question(id, about: message), to: task).verdict == .retry)
        #expect(bench.calls(WeComAppRules.tokenPath) == 3)
    }

    @Test(arguments: [
        SimulatorFault.reset(acts: true), .garbage(acts: true), .nonsenseBody(#"{"errcode":0,"errmsg":"ok"}"#),
        .serverError(status: 502, acts: true),
    ])
    func aTaskOfWhichNobodyKnowsIsInDoubt(fault: SimulatorFault) throws {
        let bench = try bench()
        bench.sim.play(.at([1: fault], path: WeComAppRules.addTaskPath))
        #expect(try bench.outcome(bench.toCustomers(["wm1"]), to: bench.task()).verdict == .ambiguous)
        let settings = WeComTaskSettings(account: WeComAccount(corpID: "c", secret: .file("s")), identitySource: "w")
        #expect(Endpoint.Kind.wecomTask(settings).standardOnDoubt == .hold)
    }

    @Test(arguments: [#"{"chat_type":"single","external_userid":[],"text":{"content":"x"}}"#, "{}", ""])
    func aTaskForNobodyIsNeverMade(body: String) throws {
        let bench = try bench()
        let outcome = try bench.outcome(DeliveryBench.message("t", endpoint: "task", body: body), to: bench.task())
        #expect(outcome == DeliveryOutcome(.rejected, code: "no-recipient", leftUs: false))
        #expect(bench.sim.read.isEmpty)
    }
}
