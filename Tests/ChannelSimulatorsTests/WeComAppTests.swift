import ChannelSimulators
import Foundation
import Testing

/// Tokens and messages to staff.
@Suite struct WeComAppTests {
    private let time = ManualClock()
    private let sim: WeComAppSimulator
    private static let tokenQuery = "\(WeComAppRules.tokenPath)?corpid=ww0123456789abcdef&corpsecret=app-secret"

    init() throws { sim = try WeComAppSimulator(rules: WeComAppRules(), clock: time.clock) }

    private func token() throws -> String { try #require(sim.get(Self.tokenQuery)?.json["access_token"] as? String) }

    private func send(_ fields: [String: Any], token: String) -> RawClient.Answer? {
        let message: [String: Any] = [
            "touser": "zhangsan", "msgtype": "text", "agentid": 1_000_002, "text": ["content": "hi"], "safe": 0,
        ]
        return sim.post("\(WeComAppRules.sendPath)?access_token=\(token)", json(message.merging(fields) { $1 }))
    }

    @Test func theTokenIsTheSameUntilItExpires() throws {
        defer { sim.stop() }
        let answer = try #require(sim.get(Self.tokenQuery))
        #expect(answer.code == 0 && answer.json["expires_in"] as? Int == 7_200)
        let token = try token()
        #expect(answer.json["access_token"] as? String == token && token.utf8.count <= 512)
        time.advance(seconds: 7_199)
        #expect(try self.token() == token && send([:], token: token)?.code == 0)
        time.advance(seconds: 1)
        #expect(send([:], token: token)?.code == 42001)
        let next = try self.token()
        #expect(next != token && send([:], token: next)?.code == 0 && sim.tokensMade == 2)
    }

    @Test func aRevokedMissingOrForeignTokenIsRefused() throws {
        defer { sim.stop() }
        let token = try token()
        sim.revokeToken()
        #expect(send([:], token: token)?.code == 40014 && send([:], token: "x")?.code == 40014)
        #expect(send([:], token: "")?.code == 41001 && sim.shown.isEmpty)
        #expect(send([:], token: try self.token())?.code == 0)
    }

    @Test func credentialsAreChecked() {
        defer { sim.stop() }
        let path = WeComAppRules.tokenPath
        #expect(sim.get("\(path)?corpid=x&corpsecret=app-secret")?.code == 40013)
        #expect(sim.get("\(path)?corpid=ww0123456789abcdef&corpsecret=x")?.code == 40001)
        #expect(sim.get("\(path)?corpsecret=app-secret")?.code == 41002)
        #expect(sim.get("\(path)?corpid=ww0123456789abcdef")?.code == 41004)
        #expect(sim.post(Self.tokenQuery, "")?.code == 43001)
    }

    @Test func askingForTokensTooOftenIsThrottled() throws {
        defer { sim.stop() }
        for _ in 0..<10 { _ = try token() }
        #expect(sim.get(Self.tokenQuery)?.code == 45009)
        time.advance(seconds: 60)
        #expect(sim.get(Self.tokenQuery)?.code == 0 && sim.tokensMade == 1)
    }

    @Test func anIdenticalBodyIsShownOnceWithinTheInterval() throws {
        defer { sim.stop() }
        let token = try token()
        let check: [String: Any] = ["enable_duplicate_check": 1, "duplicate_check_interval": 600]
        #expect(send(check, token: token)?.code == 0 && send(check, token: token)?.code == 0)
        #expect(sim.shown.count == 1 && sim.suppressedDuplicates == 1)
        #expect(send(check.merging(["touser": "lisi"]) { $1 }, token: token)?.code == 0 && sim.shown.count == 2)
        time.advance(seconds: 600)
        #expect(send(check, token: token)?.code == 0 && sim.shown.count == 3)
        for _ in 0..<2 { #expect(send([:], token: token)?.code == 0) }
        #expect(sim.shown.count == 5 && sim.violations.isEmpty)
    }

    @Test func someInvalidReceiversAreNamedAndAllAreRefused() throws {
        defer { sim.stop() }
        let token = try token()
        let answer = try #require(send(["touser": "zhangsan|WangWu|LiSi|x"], token: token))
        #expect(answer.code == 0 && answer.json["invaliduser"] as? String == "wangwu|x")
        #expect(sim.shown.first?.recipients == ["zhangsan", "lisi"])
        #expect(
            send(["touser": "wangwu"], token: token)?.code == 81013 && send(["touser": ""], token: token)?.code == 81013
        )
        #expect(send(["touser": "@all"], token: token)?.code == 0 && sim.shown[1].recipients == ["lisi", "zhangsan"])
        #expect(send(["touser": "", "toparty": "1"], token: token)?.code == 0)
        let many = Array(repeating: "zhangsan", count: 1_001).joined(separator: "|")
        #expect(send(["touser": many], token: token)?.code == 40058)
    }

    @Test(
        arguments: [
            (["msgtype": "news"], 40008), (["text": ["content": ""]], 44004), (["agentid": 5], 40056),
            (["agentid": [1]], 40058), (["touser": ["zhangsan"]], 40058),
            (["msgtype": "markdown", "markdown": ["content": String(repeating: "a", count: 2_049)]], 45002),
        ] as [([String: any Sendable], Int)])
    func whatIsWrongIsRefused(fields: [String: any Sendable], code: Int) throws {
        defer { sim.stop() }
        #expect(send(fields, token: try token())?.code == code && sim.shown.isEmpty)
    }

    @Test func longTextsAreCutWithoutAWord() throws {
        defer { sim.stop() }
        let token = try token()
        #expect(send(["text": ["content": String(repeating: "a", count: 2_048)]], token: token)?.code == 0)
        #expect(sim.violations.isEmpty)
        #expect(send(["text": ["content": String(repeating: "金", count: 683)]], token: token)?.code == 0)
        #expect(sim.shown[1].text.hasSuffix("金\u{FFFD}") && sim.violations.count == 1)
    }

    @Test func aNumberWrittenAsTextWorksWithAWarning() throws {
        defer { sim.stop() }
        let answer = try #require(send(["agentid": "1000002"], token: try token()))
        #expect(answer.code == 0 && answer.message == "ok. Warning: wrong json format. ")
        #expect(sim.shown.count == 1 && sim.violations.count == 1)
    }

    @Test func theSurplusForOneMemberIsDroppedWithoutAWord() throws {
        defer { sim.stop() }
        let token = try token()
        for number in 0..<31 { #expect(send(["text": ["content": "\(number)"]], token: token)?.code == 0) }
        #expect(sim.shown.count == 31 && sim.shown[30].recipients.isEmpty && sim.violations.count == 1)
        time.advance(seconds: 60)
        #expect(send([:], token: token)?.code == 0 && sim.shown[31].recipients == ["zhangsan"])
    }
}
