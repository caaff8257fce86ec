@testable import ChannelSimulators
import Foundation
import Testing

@Suite struct FeishuTests {
    private let time = ManualClock()
    private let sim: FeishuSimulator

    init() throws {
        sim = try FeishuSimulator(
            rules: FeishuRules(bots: [
                "S": .init(secret: "demo"), "P": .init(), "W": .init(keywords: ["告警"]),
            ]), clock: time.clock)
    }

    private func send(_ body: String, token: String = "P") -> RawClient.Answer? {
        sim.post(sim.url(token: token), body)
    }

    private func text(_ text: String = "hello", _ more: [String: Any] = [:]) -> String {
        json(["msg_type": "text", "content": ["text": text]].merging(more) { $1 })
    }

    @Test func theKnownAnswerOpensTheDoor() {
        defer { sim.stop() }
        let answer = send(
            text("hi", ["timestamp": "1760000000", "sign": "uAzjbHVLSc3q+1R+Lj52Y1okG3d+esiDeq/X9wjyTU4="]), token: "S")
        #expect(answer?.text == #"{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}"#)
        #expect(sim.shown.map(\.text) == ["hi"] && sim.violations.isEmpty)
    }

    @Test func aSignatureIsCheckedToTheLetterAndTheHour() {
        defer { sim.stop() }
        func signed(_ seconds: Int64) -> [String: Any] {
            ["timestamp": "\(seconds)", "sign": SimulatorSignature.feishu(secret: "demo", seconds: "\(seconds)")]
        }
        let now = time.seconds
        let inDingTalksWay = SimulatorSignature.dingTalk(secret: "demo", milliseconds: "\(now)")
        let cases: [([String: Any], Int)] = [
            ([:], 19021), (["timestamp": "\(now)", "sign": "x"], 19021),
            (["timestamp": "\(now)", "sign": inDingTalksWay], 19021), (signed(now * 1_000), 19021),
            (signed(now).merging(["timestamp": now]) { $1 }, 19021),
            (signed(now - 3_600), 0), (signed(now + 3_600), 0), (signed(now - 3_601), 19021),
            (signed(now + 3_601), 19021),
        ]
        for (fields, code) in cases {
            let answer = send(text("a", fields), token: "S")
            #expect(answer?.code == code && answer?.status == 200, "\(fields)")
            time.advance(seconds: 0)
        }
        #expect(sim.shown.count == 2)
        #expect(sim.violations.count == 1 && sim.violations[0].contains("timestamp is no string"))
    }

    @Test func everyTypeThatRetierSendsIsShown() {
        defer { sim.stop() }
        let post =
            #"{"msg_type":"post","content":{"post":{"zh_cn":{"title":"日报","content":[[{"tag":"text","text":"a"},"#
            + #"{"tag":"a","text":"b","href":"https://example.com"},{"tag":"at","user_id":"all"}]]}}}}"#
        let card = #"{"msg_type":"interactive","card":{"elements":[{"tag":"markdown","content":"**金卡**"}]}}"#
        #expect(send(post)?.code == 0 && send(card)?.code == 0)
        #expect(send(text("<at user_id=\"all\">所有人</at> 早"))?.code == 0)
        #expect(sim.shown.map(\.kind) == ["post", "interactive", "text"])
        #expect(sim.shown[0].text.hasPrefix("日报\na\nb") && sim.shown[1].text.contains("**金卡**"))
        #expect(sim.shown[0].recipients == ["all"] && sim.shown[2].recipients == ["all"])
    }

    @Test(arguments: [
        "{", "[]", #"{"content":{"text":"a"}}"#, #"{"msg_type":"text","content":{}}"#,
        #"{"msg_type":"text","text":{"content":"a"}}"#, #"{"msg_type":"audio","content":{"text":"a"}}"#,
        #"{"msg_type":"post","content":{"post":{}}}"#,
        #"{"msg_type":"post","content":{"post":{"zh_cn":{"content":[{"tag":"text","text":"a"}]}}}}"#,
        #"{"msg_type":"post","content":{"post":{"zh_cn":{"content":[[{"tag":"a","text":"a"}]]}}}}"#,
        #"{"msg_type":"interactive","card":{}}"#,
    ])
    func whatIsBuiltWrongIsABadRequest(body: String) {
        defer { sim.stop() }
        let answer = send(body)
        #expect(answer?.status == 400 && answer?.code == 9499 && answer?.message == "Bad Request" && sim.shown.isEmpty)
    }

    @Test func twentyKilobytesAreTheMost() {
        defer { sim.stop() }
        let frame = text("").utf8.count
        #expect(send(text(String(repeating: "a", count: 20_480 - frame)))?.code == 0)
        #expect(send(text(String(repeating: "a", count: 20_481 - frame)))?.code == 9499)
    }

    @Test func fiveASecondAndAHundredAMinute() {
        defer { sim.stop() }
        for _ in 0..<5 { #expect(send(text())?.code == 0) }
        let answer = send(text())
        #expect(
            answer?.code == 11232 && answer?.status == 200
                && answer?.message.hasPrefix("frequency limited psm[") == true)
        time.advance(milliseconds: 500)
        #expect(send(text())?.code == 11232 && sim.violations.count == 1)
        time.advance(milliseconds: 1_000)
        for _ in 0..<19 {
            for _ in 0..<5 { #expect(send(text())?.code == 0) }
            time.advance(seconds: 1)
        }
        #expect(sim.shown.count == 100 && send(text())?.code == 11232)
        time.advance(seconds: 60)
        #expect(send(text())?.code == 0 && sim.violations.count == 1)
    }

    @Test func tokensKeywordsAndAddressesAreChecked() {
        defer { sim.stop() }
        #expect(send(text(), token: "X")?.code == 19001)
        #expect(send(text(), token: "W")?.code == 19024 && send(text("告警 a"), token: "W")?.code == 0)
        sim.setAddressAllowed(false, token: "P")
        #expect(send(text())?.code == 19022)
        sim.setEnabled(false, token: "P")
        #expect(send(text())?.code == 19007)
    }
}
