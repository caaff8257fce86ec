@testable import ChannelSimulators
import Foundation
import Testing

@Suite struct DingTalkTests {
    private let time = ManualClock()
    private let sim: DingTalkSimulator
    private static let text = #"{"msgtype":"text","text":{"content":"金卡 hello"}}"#

    init() throws {
        sim = try DingTalkSimulator(
            rules: DingTalkRules(robots: [
                "S": .init(secret: "SECtest0123456789"), "P": .init(), "W": .init(keywords: ["告警", "金卡"]),
            ]), clock: time.clock)
    }

    private func send(
        _ body: String = Self.text, token: String = "P", query: String = "",
        headers: [String] = ["Content-Type: application/json"]
    ) -> RawClient.Answer? {
        sim.post(sim.url(token: token) + query, body, headers: headers)
    }

    private func signed(_ milliseconds: Int64) -> String {
        let sign = SimulatorSignature.dingTalk(secret: "SECtest0123456789", milliseconds: "\(milliseconds)")
        let escaped = sign.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
        return "&timestamp=\(milliseconds)&sign=\(escaped)"
    }

    @Test func theKnownAnswerOpensTheDoor() {
        defer { sim.stop() }
        let query = "&timestamp=1760000000000&sign=2FVbk7H8R%2FlD%2BGbLr%2FDOM4i4iU%2B6FQrmvIjvN5BBQ7o%3D"
        let answer = send(token: "S", query: query)
        #expect(answer?.text == #"{"errcode":0,"errmsg":"ok"}"# && answer?.status == 200)
        #expect(sim.shown.map(\.text) == ["金卡 hello"] && sim.violations.isEmpty)
    }

    @Test func aSignatureIsCheckedToTheLetterAndTheHour() {
        defer { sim.stop() }
        let now = time.milliseconds
        let hour: Int64 = 3_600_000
        let raw = "&timestamp=1760000000000&sign=2FVbk7H8R/lD+GbLr/DOM4i4iU+6FQrmvIjvN5BBQ7o="
        let cases: [(String, Int, String)] = [
            ("", 310000, "invalid timestamp"), ("&sign=x", 310000, "invalid timestamp"),
            ("&timestamp=\(now)", 310000, "sign not match"), ("&timestamp=\(now)&sign=x", 310000, "sign not match"),
            (raw, 310000, "sign not match"), (signed(now / 1_000), 310000, "invalid timestamp"),
            (signed(now - hour), 0, "ok"), (signed(now + hour), 0, "ok"),
            (signed(now - hour - 1), 310000, "invalid timestamp"),
            (signed(now + hour + 1), 310000, "invalid timestamp"),
            (signed(now) + signed(now), 310000, "invalid timestamp"),
        ]
        for (query, code, message) in cases {
            let answer = send(token: "S", query: query)
            #expect(answer?.code == code && answer?.message == message && answer?.status == 200, "\(query)")
        }
        #expect(sim.shown.count == 2)
        #expect(sim.violations.count == 2, "timestamp and sign were written twice")
    }

    @Test func theFourthMeaningOfOneCode() {
        defer { sim.stop() }
        #expect(
            send(#"{"msgtype":"text","text":{"content":"hello"}}"#, token: "W")?.message == "keywords not in content")
        #expect(send(token: "W")?.code == 0)
        sim.setAddressAllowed(false, token: "P")
        let answer = send()
        #expect(answer?.code == 310000 && answer?.message == "ip 127.0.0.1 not in whitelist")
    }

    @Test(arguments: [
        ("{", 40035), (#"{"text":{"content":"a"}}"#, 40035), (#"{"msgtype":"file","file":{}}"#, 400105),
        (#"{"msgtype":"text"}"#, 40035), (#"{"msgtype":"text","text":{"content":""}}"#, 40035),
        (#"{"msgtype":"markdown","markdown":{"text":"a"}}"#, 40035),
        (#"{"msgtype":"feedCard","feedCard":{"links":[]}}"#, 40035),
    ])
    func whatIsWrongIsRefused(body: String, code: Int) {
        defer { sim.stop() }
        #expect(send(body)?.code == code && sim.shown.isEmpty)
    }

    @Test func tokensMethodsAndHeadersAreChecked() {
        defer { sim.stop() }
        #expect(send(token: "X")?.code == 300005 && send(token: "X")?.message == "token is not exist")
        #expect(send(token: "")?.code == 40035 && sim.get(sim.url(token: "P"))?.code == 43002)
        #expect(send(headers: [])?.code == 43004 && send(headers: ["Content-Type: text/plain"])?.code == 43004)
        for code in [400102, 400013, 90030] {
            sim.stopRobot(token: "P", code: code)
            #expect(send()?.code == code)
        }
        sim.restartRobot(token: "P")
        #expect(send()?.code == 0)
    }

    @Test func twentyThousandBytesAreTheMost() {
        defer { sim.stop() }
        let frame = json(["msgtype": "text", "text": ["content": ""]]).utf8.count
        func body(_ count: Int) -> String {
            json(["msgtype": "text", "text": ["content": String(repeating: "a", count: count - frame)]])
        }
        #expect(send(body(20_000))?.code == 0 && send(body(20_001))?.code == 460101)
    }

    @Test func theTwentyFirstMessageCostsTenMinutes() {
        defer { sim.stop() }
        for _ in 0..<20 { #expect(send()?.code == 0) }
        #expect(send()?.code == 130101 && sim.violations.isEmpty)
        #expect(send(token: "W")?.code == 0, "the other robot is free")
        time.advance(seconds: 61)
        let answer = send()
        #expect(answer?.code == 130101 && answer?.message == "send too fast, exceed 20 times per minute")
        #expect(sim.violations.count == 1 && sim.violations[0].contains("539 s"))
        time.advance(seconds: 600 - 62)
        #expect(send()?.code == 130101)
        time.advance(seconds: 1)
        #expect(send()?.code == 0 && sim.shown.count == 22)
    }

    @Test func mentionsNeedTheTextToo() {
        defer { sim.stop() }
        func body(_ text: String) -> String {
            json([
                "msgtype": "text", "text": ["content": text], "at": ["atMobiles": ["13800000000"], "isAtAll": false],
            ])
        }
        #expect(send(body("看 @13800000000"))?.code == 0 && sim.violations.isEmpty)
        #expect(send(body("看"))?.code == 0 && sim.violations.count == 1)
        #expect(sim.shown.map(\.recipients) == [["13800000000"], ["13800000000"]])
    }
}
