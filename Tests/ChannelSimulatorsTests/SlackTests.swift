import ChannelSimulators
import Foundation
import Testing

@Suite struct SlackTests {
    private let time = ManualClock()
    private let path = "/services/T0/B0/secret"
    private let sim: SlackSimulator

    init() throws {
        sim = try SlackSimulator(rules: SlackRules(hooks: [path: .init(burst: 3)]), clock: time.clock)
    }

    private func send(_ body: String) -> RawClient.Answer? {
        time.advance(seconds: 10)
        return sim.post(sim.url(path: path), body)
    }

    @Test func okIsPlainText() {
        defer { sim.stop() }
        let answer = send(#"{"text":"hello <!channel> &amp; <https://example.com|x>"}"#)
        #expect(answer?.status == 200 && answer?.text == "ok")
        #expect(answer?.headers["content-type"]?.hasPrefix("text/plain") == true && sim.violations.isEmpty)
        #expect(send(#"{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*hi*"}}]}"#)?.text == "ok")
        #expect(sim.shown.map(\.kind) == ["text", "blocks"])
    }

    @Test(arguments: [
        ("{", 400, "invalid_payload"), ("[]", 400, "invalid_payload"), ("{}", 400, "no_text"),
        (#"{"text":""}"#, 400, "no_text"), (#"{"blocks":[]}"#, 400, "invalid_blocks"), (#"{"text":5}"#, 400, "no_text"),
    ])
    func whatIsWrongIsNamedInAWord(body: String, status: Int, word: String) {
        defer { sim.stop() }
        let answer = send(body)
        #expect(answer?.status == status && answer?.text == word && sim.shown.isEmpty)
    }

    @Test func whatIsGoneSaysSo() {
        defer { sim.stop() }
        #expect(sim.post("/services/T0/B0/other", #"{"text":"a"}"#)?.status == 404)
        for (status, word) in [(410, "channel_is_archived"), (403, "action_prohibited"), (404, "no_service")] {
            sim.stopHook(path: path, status: status, word: word)
            let answer = send(#"{"text":"a"}"#)
            #expect(answer?.status == status && answer?.text == word)
        }
        sim.restartHook(path: path)
        #expect(send(#"{"text":"a"}"#)?.status == 200)
    }

    @Test func aShortBurstAndThenOneASecond() {
        defer { sim.stop() }
        func now() -> RawClient.Answer? { sim.post(sim.url(path: path), #"{"text":"a"}"#) }
        for _ in 0..<3 { #expect(now()?.status == 200) }
        let answer = now()
        #expect(answer?.status == 429 && answer?.headers["retry-after"] == "1" && sim.violations.isEmpty)
        time.advance(milliseconds: 400)
        #expect(now()?.status == 429 && sim.violations.count == 1)
        time.advance(milliseconds: 1_000)
        #expect(now()?.status == 200 && now()?.status == 429)
        time.advance(seconds: 60)
        for _ in 0..<3 { #expect(now()?.status == 200) }
        #expect(now()?.status == 429 && sim.shown.count == 7 && sim.violations.count == 1)
    }

    @Test(arguments: ["a & b", "a < b", "<script>"])
    func whatIsNotEscapedIsAViolation(text: String) {
        defer { sim.stop() }
        #expect(send(json(["text": text]))?.status == 200 && sim.violations.count == 1)
    }
}
