import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import Testing

@Suite struct RobotSignatureTests {
    /// Known answers, confirmed with an independent client.
    @Test func dingTalksSignatureIsTheKnownAnswer() throws {
        let signature = DingTalkChannel.signature(
            milliseconds: 1_760_000_000_000, secret: SecretText("SECtest0123456789"))
        #expect(signature == "2FVbk7H8R/lD+GbLr/DOM4i4iU+6FQrmvIjvN5BBQ7o=")
        let target = try HTTPTarget(endpoint: "x", url: "https://oapi.dingtalk.com/robot/send?a=1", allowPrivate: [])
        #expect(
            target.url(adding: [("sign", signature)])
                == "https://oapi.dingtalk.com/robot/send?a=1"
                + "&sign=2FVbk7H8R%2FlD%2BGbLr%2FDOM4i4iU%2B6FQrmvIjvN5BBQ7o%3D"
        )
    }

    @Test(arguments: [
        ("feishu-test-secret", Int64(1_599_360_473), "7Gq8ROqhtzskcbk2fAPXpWnrRaTUDD2iIHvbmt3/cuo="),
        ("demo", 1_760_000_000, "uAzjbHVLSc3q+1R+Lj52Y1okG3d+esiDeq/X9wjyTU4="),
    ])
    func feishusSignatureIsTheKnownAnswer(secret: String, seconds: Int64, signature: String) {
        #expect(FeishuChannel.signature(seconds: seconds, secret: SecretText(secret)) == signature)
    }

    @Test(arguments: [
        (#"{"msg_type":"text"}"#, #"{"timestamp":"7","sign":"SIGN","msg_type":"text"}"#),
        (" {\n \"a\" : 1}\n", " {\"timestamp\":\"7\",\"sign\":\"SIGN\",\n \"a\" : 1}\n"),
        ("{}", #"{"timestamp":"7","sign":"SIGN"}"#), ("{ }", #"{"timestamp":"7","sign":"SIGN" }"#),
    ])
    func feishusSignatureGoesIntoThePayload(payload: String, expected: String) throws {
        let secret = SecretText("demo")
        let signed = try #require(FeishuChannel.signed(Data(payload.utf8), at: Instant(seconds: 7), secret: secret))
        let sign = FeishuChannel.signature(seconds: 7, secret: secret)
        #expect(String(decoding: signed, as: UTF8.self) == expected.replacing("SIGN", with: sign))
        #expect((try? JSONSerialization.jsonObject(with: signed)) is [String: Any])
    }

    @Test func feishusSignatureAddsNoMoreThanItSays() throws {
        let payload = Data(#"{"a":1}"#.utf8)
        let signed = try #require(
            FeishuChannel.signed(payload, at: Instant(seconds: 99_999_999_999), secret: SecretText("x")))
        #expect(signed.count - payload.count == 80 && RobotService.feishuSignatureBytes >= 80)
    }

    @Test(arguments: ["", "  ", "[]", "x", "{", "\"{}\""])
    func whatIsNotAnObjectIsNotSigned(payload: String) {
        #expect(FeishuChannel.signed(Data(payload.utf8), at: Instant(seconds: 7), secret: SecretText("x")) == nil)
    }

    /// The signature is made at the moment of each attempt: an hour-old one would be refused.
    @Test(arguments: [ChannelBench.Service.dingtalk, .feishu, .webhook])
    func eachAttemptIsSignedAnew(service: ChannelBench.Service) throws {
        let time = ManualClock()
        let simulated = try SimulatedService(service, clock: time.clock)
        defer { simulated.stop() }
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(service), url: simulated.url, signing: simulated.signing)
        for id in ["msg_1", "msg_2", "msg_3"] {
            let results = try DeliveryBench.send(
                [DeliveryBench.message(id, body: ChannelBench.payload(service))], to: endpoint,
                clock: { Instant(seconds: time.seconds) })
            #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
            time.advance(seconds: 4_000)
        }
        #expect(simulated.shown().count == 3 && simulated.violations() == [])
    }

    @Test(arguments: [ChannelBench.Service.dingtalk, .feishu])
    func aWrongClockAndAWrongSecretAreNamed(service: ChannelBench.Service) throws {
        let time = ManualClock()
        let simulated = try SimulatedService(service, clock: time.clock)
        defer { simulated.stop() }
        let message = DeliveryBench.message("msg_1", body: ChannelBench.payload(service))
        let late = try DeliveryBench.send(
            [message],
            to: ChannelBench.endpoint(
                ChannelBench.settings(service), url: simulated.url, signing: simulated.signing),
            clock: { Instant(seconds: time.seconds - 7_200) })
        let wrong = try DeliveryBench.send(
            [message],
            to: ChannelBench.endpoint(ChannelBench.settings(service), url: simulated.url, signing: "SECother"),
            clock: { Instant(seconds: time.seconds) })
        for outcome in [late, wrong].map({ DeliveryBench.outcome(of: $0[0]) }) {
            #expect(outcome?.verdict == .gone)
            #expect(outcome?.note?.contains("clock") == true)
        }
        #expect(simulated.shown().isEmpty)
    }

    @Test(arguments: [ChannelBench.Service.dingtalk, .feishu])
    func aRobotWithoutASecretGetsNoSignature(service: ChannelBench.Service) throws {
        let simulated = try SimulatedService(service, isSigned: false)
        defer { simulated.stop() }
        let endpoint = try ChannelBench.endpoint(ChannelBench.settings(service), url: simulated.url)
        let message = DeliveryBench.message("msg_1", body: ChannelBench.payload(service))
        let results = try DeliveryBench.send([message], to: endpoint)
        #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
        #expect(simulated.violations() == [])
        #expect(simulated.shown().first?.body == message.body)
    }

    @Test(arguments: [
        (ChannelBench.Service.wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?PLANTED"),
        (.wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="),
        (.wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/upload_media?key=PLANTED"),
        (.wecom, "PLANTED"), (.wecom, "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=PLANTED"),
        (.dingtalk, "https://oapi.dingtalk.com/robot/send?token=PLANTED"),
        (.dingtalk, "https://oapi.dingtalk.com/robot/send?access_token=PLANTED&timestamp=1&sign=PLANTED"),
        (.feishu, "https://open.feishu.cn/PLANTED"), (.feishu, "https://open.feishu.cn/open-apis/bot/v2/hook/"),
        (.slack, "https://hooks.slack.com/"), (.slack, "https://PLANTED:PLANTED@hooks.slack.com/services/x"),
    ])
    func anAddressOfAnotherKindIsRefusedAndNotShown(service: ChannelBench.Service, url: String) {
        let error = #expect(throws: RetierError.self) {
            try ChannelBench.endpoint(ChannelBench.settings(service), url: url)
        }
        #expect(error?.code == .badConfiguration)
        #expect(error?.description.contains("crm") == true && error?.description.contains("PLANTED") == false)
    }

    /// A second of patience at first, a minute when it did not help; the next message is given back meanwhile.
    @Test func feishuIsGivenASecondAndThenAMinute() throws {
        let time = ManualClock()
        let simulated = try SimulatedService(.feishu, clock: time.clock)
        defer { simulated.stop() }
        simulated.play(.always(.refuse(code: 11_232, message: "frequency limited psm[x]")))
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(.feishu), url: simulated.url, signing: simulated.signing)
        var holds: [Int?] = []
        for wait in [0, 2, 61, 400] {
            time.advance(seconds: Int64(wait))
            let results = try DeliveryBench.send(
                ["msg_1", "msg_2"].map { DeliveryBench.message($0, body: ChannelBench.payload(.feishu)) },
                to: endpoint, clock: { Instant(seconds: time.seconds) })
            holds += results.map { DeliveryBench.outcome(of: $0)?.holdSeconds }
        }
        #expect(holds == [2, nil, 61, nil, 61, nil, 2, nil])
    }
}
