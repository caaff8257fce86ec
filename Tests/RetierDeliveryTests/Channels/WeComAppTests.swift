import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import Testing

@Suite struct WeComAppTests {
    private let tokenPath = WeComAppRules.tokenPath
    private let sendPath = WeComAppRules.sendPath

    @Test func manyAttemptsAtOnceAskForOneToken() throws {
        let bench = try WeComBench()
        bench.sim.play(.at([1: .delay(milliseconds: 200)], path: tokenPath))
        let messages = (0..<20).map { bench.toStaff("zhangsan", "第 \($0) 条", id: "m\($0)") }
        let outcomes = try bench.outcomes(messages, to: bench.app(concurrency: 8))
        #expect(outcomes.count == 20 && outcomes.allSatisfy { $0.verdict == .delivered && $0.refusals.isEmpty })
        #expect(bench.calls(tokenPath) == 1 && bench.sim.shown.count == 20 && bench.sim.violations == [])
    }

    @Test func aTokenOutlivesItsProcessInAFileOfItsOwner() throws {
        let bench = try WeComBench()
        #expect(try bench.outcome(bench.toStaff("lisi", "一"), to: bench.app()).verdict == .delivered)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: bench.tokenFolder).first)
        let path = bench.tokenFolder + "/" + name
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.tokenFolder).count == 1)
        let file = try FileManager.default.attributesOfItem(atPath: path)
        #expect(file[.posixPermissions] as? Int == 0o600)
        #expect(!name.contains("app-secret") && !name.contains("ww0123456789abcdef"))
        #expect(try bench.outcome(bench.toStaff("lisi", "二"), to: bench.app()).verdict == .delivered)
        #expect(bench.calls(tokenPath) == 1)
        // Renewed before WeCom says so, and not over and over in its last minutes.
        bench.time.advance(seconds: 6_950)
        for number in 0..<3 {
            #expect(try bench.outcome(bench.toStaff("lisi", "三\(number)"), to: bench.app()).verdict == .delivered)
        }
        #expect(bench.calls(tokenPath) == 2)
        bench.time.advance(seconds: 7_200)
        #expect(try bench.outcome(bench.toStaff("lisi", "四"), to: bench.app()).verdict == .delivered)
        #expect(bench.sim.tokensMade == 2 && bench.sim.violations == [])
        #expect(bench.sim.read.allSatisfy { $0.decision == "ok" }, "WeCom never had to refuse a token")
        // Neither another application's, nor what others may read or have damaged, is used.
        let before = bench.calls(tokenPath)
        #expect(try bench.outcome(bench.toStaff("lisi", "五"), to: bench.app(secret: "other")).verdict == .gone)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(try bench.outcome(bench.toStaff("lisi", "六"), to: bench.app()).verdict == .delivered)
        try Data("{\"token\":\"x\"".utf8).write(to: URL(filePath: path))
        #expect(try bench.outcome(bench.toStaff("lisi", "七"), to: bench.app()).verdict == .delivered)
        #expect(bench.calls(tokenPath) == before + 3)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func aTokenThatIsRevokedEarlyIsRenewedOnce() throws {
        let bench = try WeComBench()
        let app = try bench.app(concurrency: 4)
        #expect(try bench.outcome(bench.toStaff("lisi", "一"), to: app).verdict == .delivered)
        bench.sim.revokeToken()
        let messages = (0..<4).map { bench.toStaff("lisi", "二 \($0)", id: "m\($0)") }
        #expect(try bench.outcomes(messages, to: app).map(\.verdict) == Array(repeating: .delivered, count: 4))
        #expect(bench.sim.tokensMade == 2 && bench.sim.shown.count == 5 && bench.sim.violations == [])
        #expect(bench.calls(tokenPath) == 2)
    }

    @Test(arguments: [40_014, 42_001, 41_001])
    func aTokenThatIsNeverTakenCostsTwoTriesAnAttempt(code: Int) throws {
        let bench = try WeComBench()
        bench.sim.play(.always(.refuse(code: code, message: "invalid access_token"), path: sendPath))
        let outcome = try bench.outcome(bench.toStaff("lisi", "一"), to: bench.app())
        #expect(outcome.verdict == .retry && outcome.code == "wecom-\(code)")
        #expect(bench.calls(sendPath) == 2 && bench.calls(tokenPath) == 2)
    }

    /// No token, no message: nothing of that is ambiguous, and attempts that waited share the failure.
    @Test(arguments: [
        (SimulatorFault.refuse(code: 40_001, message: "x"), DeliveryOutcome.Verdict.gone),
        (.refuse(code: 40_013, message: "x"), .gone), (.refuse(code: 40_125, message: "x"), .gone),
        (.refuse(code: 60_020, message: "x"), .gone), (.refuse(code: 45_009, message: "x"), .throttled),
        (.refuse(code: -1, message: "x"), .retry), (.refuse(code: 99_999, message: "x"), .retry),
        (.reset(acts: true), .retry), (.garbage(acts: true), .retry), (.nonsenseBody("{\"errcode\":0}"), .retry),
        (.serverError(status: 504, acts: true), .retry), (.cutAnswer(bodyBytes: 20), .retry),
    ])
    func withoutATokenNothingIsSent(fault: SimulatorFault, verdict: DeliveryOutcome.Verdict) throws {
        let bench = try WeComBench()
        bench.sim.play(.always(fault, path: tokenPath))
        let messages = (0..<3).map { bench.toStaff("lisi", "\($0)", id: "m\($0)") }
        let outcomes = try bench.outcomes(messages, to: bench.app(concurrency: 3))
        #expect(outcomes.map(\.verdict) == [verdict, verdict, verdict], "\(outcomes)")
        #expect(outcomes.allSatisfy { !$0.leftUs && $0.code.hasPrefix("token-") })
        #expect(verdict != .throttled || outcomes.allSatisfy { $0.holdSeconds == 61 })
        #expect(bench.calls(sendPath) == 0 && bench.calls(tokenPath) == 1)
    }

    @Test(arguments: [
        (-1, DeliveryOutcome.Verdict.retry), (6_000, .retry), (45_033, .retry), (45_009, .throttled),
        (45_011, .throttled), (40_013, .gone), (40_125, .gone), (60_020, .gone), (40_056, .gone), (48_002, .gone),
        (301_002, .gone), (81_013, .rejected), (60_111, .rejected), (44_004, .rejected), (40_058, .rejected),
        (99_999, .ambiguous), (1, .ambiguous),
    ])
    func theVerdictIsInTheCode(code: Int, verdict: DeliveryOutcome.Verdict) throws {
        let bench = try WeComBench()
        bench.sim.play(.always(.refuse(code: code, message: "ok"), path: sendPath))
        let outcome = try bench.outcome(bench.toStaff("lisi", "一"), to: bench.app())
        #expect(outcome.verdict == verdict && outcome.code == "wecom-\(code)" && outcome.httpStatus == 200)
        #expect(bench.calls(sendPath) == 1 && bench.sim.shown.isEmpty)
        #expect(verdict != .throttled || outcome.holdSeconds == 61)
    }

    @Test func whomItDidNotReachIsRefusedOneByOne() throws {
        let bench = try WeComBench()
        let outcome = try bench.outcome(bench.toStaff("zhangsan|Nobody|LiSi|x-y", "一"), to: bench.app())
        #expect(outcome.verdict == .delivered)
        #expect(
            outcome.refusals == [
                ActionRefusal(.recipient("nobody"), code: "invalid-user"),
                ActionRefusal(.recipient("x-y"), code: "invalid-user"),
            ])
        #expect(bench.sim.shown.map(\.recipients) == [["zhangsan", "lisi"]])
        let nobody = try bench.outcome(bench.toStaff("nobody", "一"), to: bench.app())
        #expect(nobody.verdict == .rejected && nobody.code == "wecom-81013" && nobody.refusals.isEmpty)
    }

    /// The repeat is byte-identical, so that WeCom shows it once for as long as it remembers.
    @Test(arguments: [
        SimulatorFault.reset(acts: true), .close(acts: true), .garbage(acts: true), .cutAnswer(bodyBytes: 10),
        .serverError(status: 502, acts: true),
    ])
    func anAmbiguousMessageThatIsSentAgainIsShownOnce(fault: SimulatorFault) throws {
        let bench = try WeComBench()
        bench.sim.play(.at([1: fault], path: sendPath))
        let message = bench.toStaff("lisi", "一")
        let app = try bench.app()
        #expect(try bench.outcome(message, to: app).verdict == .ambiguous)
        bench.time.advance(seconds: 14_000)
        #expect(try bench.outcome(message, to: app).verdict == .delivered)
        #expect(bench.sim.shown.count == 1 && bench.sim.suppressedDuplicates == 1 && bench.sim.violations == [])
    }

    @Test(arguments: [
        #"{"msgtype":"text","agentid":1000002,"text":{"content":"x"}}"#, #"{"touser":""}"#, "{}", "[]", "",
    ])
    func aMessageToNobodyIsNeverSent(body: String) throws {
        let bench = try WeComBench()
        let outcome = try bench.outcome(DeliveryBench.message("m", endpoint: "app", body: body), to: bench.app())
        #expect(outcome == DeliveryOutcome(.rejected, code: "no-recipient", leftUs: false))
        #expect(bench.sim.read.isEmpty)
    }

    @Test func secretsAndTokensAreNowhereInWords() throws {
        let bench = try WeComBench()
        let app = try bench.app(secret: "app-secret")
        let outcome = try bench.outcome(bench.toStaff("lisi", "一"), to: app)
        bench.sim.play(.always(.refuse(code: 45_009, message: "token-1 app-secret"), path: sendPath))
        let refused = try bench.outcome(bench.toStaff("lisi", "二"), to: app)
        var words = ""
        dump(app, to: &words)
        dump(WeComTokens(directory: bench.tokenFolder), to: &words)
        words += "\(outcome) \(refused) \(app)"
        #expect(!words.contains("app-secret") && !words.contains("token-1"))
    }
}
