@testable import ChannelSimulators
import Foundation
import Testing

/// Signatures against published answers and against Python.
@Suite struct SignatureTests {
    private static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test func dingTalkGivesTheKnownAnswer() {
        #expect(
            SimulatorSignature.dingTalk(secret: "SECtest0123456789", milliseconds: "1760000000000")
                == "2FVbk7H8R/lD+GbLr/DOM4i4iU+6FQrmvIjvN5BBQ7o=")
    }

    @Test func feishuGivesTheKnownAnswers() {
        #expect(
            SimulatorSignature.feishu(secret: "feishu-test-secret", seconds: "1599360473")
                == "7Gq8ROqhtzskcbk2fAPXpWnrRaTUDD2iIHvbmt3/cuo=")
        #expect(
            SimulatorSignature.feishu(secret: "demo", seconds: "1760000000")
                == "uAzjbHVLSc3q+1R+Lj52Y1okG3d+esiDeq/X9wjyTU4=")
    }

    /// The vector in the test suites of the Standard Webhooks libraries.
    @Test func standardWebhooksGivesTheKnownAnswer() throws {
        let key = try #require(StandardWebhookRules.keys(of: [Self.webhookSecret]).first)
        #expect(
            SimulatorSignature.standardWebhook(
                key: key, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330",
                body: Data(#"{"test": 2432232314}"#.utf8)) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    /// PyPI's package signs, the simulator judges.
    @Test(.enabled(if: Python.has("standardwebhooks"), "python3 has no standardwebhooks package"))
    func thePublishedPythonLibrarySignsWhatTheReceiverTakes() throws {
        let sim = try StandardWebhookSimulator(rules: StandardWebhookRules(secrets: [Self.webhookSecret]))
        defer { sim.stop() }
        let script = """
            import sys, datetime, urllib.request
            from standardwebhooks.webhooks import Webhook
            body, now = sys.argv[3], datetime.datetime.now(datetime.timezone.utc)
            headers = {"Content-Type": "application/json", "webhook-id": "msg_1",
                       "webhook-timestamp": str(int(now.timestamp())),
                       "webhook-signature": Webhook(sys.argv[1]).sign("msg_1", now, body)}
            sent = body + sys.argv[4]
            try: print(urllib.request.urlopen(urllib.request.Request(sys.argv[2], sent.encode(), headers)).status)
            except urllib.error.HTTPError as e: print(e.code)
            """
        let body = #"{"type":"actions.created","data":{"action_id":"A-1","名":"王"}}"#
        #expect(Python.run(script, Self.webhookSecret, sim.url, body, "") == "204")
        #expect(Python.run(script, Self.webhookSecret, sim.url, body, " ") == "401")
        #expect(sim.actionIDs == ["A-1"] && sim.violations.isEmpty)
    }

    /// Python's own `hmac`, as the documents of both services show it.
    @Test(.enabled(if: Python.has("hmac"), "no python3"))
    func whatPythonSignsTheRobotsTake() throws {
        let dingTalk = try DingTalkSimulator(rules: DingTalkRules(robots: ["T": .init(secret: "SECabc")]))
        defer { dingTalk.stop() }
        let feishu = try FeishuSimulator(rules: FeishuRules(bots: ["T": .init(secret: "demo")]))
        defer { feishu.stop() }
        let script = """
            import sys, time, hmac, hashlib, base64, json, urllib.parse, urllib.request
            def post(url, body):
                data = json.dumps(body).encode()
                request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
                return urllib.request.urlopen(request).read().decode()
            ms = str(round(time.time() * 1000))
            code = hmac.new(b"SECabc", (ms + "\\nSECabc").encode(), hashlib.sha256).digest()
            sign = urllib.parse.quote_plus(base64.b64encode(code))
            print(post(sys.argv[1] + "&timestamp=" + ms + "&sign=" + sign,
                       {"msgtype": "text", "text": {"content": "hi"}}))
            s = str(int(time.time()))
            code = hmac.new((s + "\\ndemo").encode(), digestmod=hashlib.sha256).digest()
            print(post(sys.argv[2], {"timestamp": s, "sign": base64.b64encode(code).decode(), "msg_type": "text",
                                     "content": {"text": "hi"}}))
            """
        let lines = Python.run(script, dingTalk.url(token: "T"), feishu.url(token: "T"))
        #expect(lines.contains(#"{"errcode":0,"errmsg":"ok"}"#) && lines.contains(#""StatusMessage":"success""#))
        #expect(dingTalk.shown.count == 1 && feishu.shown.count == 1)
    }
}

/// Runs small scripts where python3 is installed.
enum Python {
    static func has(_ module: String) -> Bool { run("import \(module); print('yes')") == "yes" }

    /// What the script writes, without the last newline; empty where python3 does not start.
    static func run(_ script: String, _ arguments: String...) -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        // A proxy of the environment has no business with 127.0.0.1.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "" }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.trimmingCharacters(in: .newlines)
    }
}
