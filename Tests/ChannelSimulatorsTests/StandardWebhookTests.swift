@testable import ChannelSimulators
import Foundation
import Testing

@Suite struct StandardWebhookTests {
    private static let first = "whsec_" + Data(repeating: 1, count: 32).base64EncodedString()
    private static let second = "whsec_" + Data(repeating: 2, count: 32).base64EncodedString()
    private let time = ManualClock()
    private static let body = #"{"type":"actions.created","data":[{"action_id":"A-1"},{"action_id":"A-2"}]}"#

    private func simulator(
        hubSecret: String? = nil, verdict: (@Sendable (String) -> StandardWebhookRules.ActionVerdict)? = nil
    ) throws -> StandardWebhookSimulator {
        try StandardWebhookSimulator(
            rules: StandardWebhookRules(secrets: [Self.first], hubSecret: hubSecret, verdict: verdict),
            clock: time.clock)
    }

    private func signature(_ id: String, _ timestamp: String, _ body: String, secret: String = Self.first) -> String {
        SimulatorSignature.standardWebhook(
            key: StandardWebhookRules.keys(of: [secret])[0], id: id, timestamp: timestamp, body: Data(body.utf8))
    }

    private func headers(
        _ id: String = "msg_1", at timestamp: String? = nil, _ body: String = Self.body, signature: String? = nil
    ) -> [String] {
        let timestamp = timestamp ?? "\(time.seconds)"
        return [
            "Content-Type: application/json", "webhook-id: \(id)", "webhook-timestamp: \(timestamp)",
            "webhook-signature: \(signature ?? self.signature(id, timestamp, body))",
        ]
    }

    @Test func anIDIsTakenOnceHoweverOftenItComes() throws {
        let sim = try simulator()
        defer { sim.stop() }
        for _ in 0..<3 {
            #expect(sim.post(sim.url, Self.body, headers: headers())?.status == 204)
            time.advance(seconds: 400)
        }
        #expect(sim.shown.map(\.id) == ["msg_1"] && sim.actionIDs == ["A-1", "A-2"])
        #expect(sim.deliveries == ["msg_1": 3] && sim.read.count == 3 && sim.violations.isEmpty)
        #expect(sim.post(sim.url, "{}", headers: headers("msg_1", "{}"))?.status == 204)
        #expect(sim.shown.count == 1 && sim.violations.count == 1 && sim.violations[0].contains("another body"))
    }

    @Test func singleActionsCanBeRefused() throws {
        let sim = try simulator { $0 == "A-2" ? .refused(code: "no-consent") : .accepted }
        defer { sim.stop() }
        let answers = (0..<2).map { _ in sim.post(sim.url, Self.body, headers: headers())?.text }
        let wanted =
            #"{"results":[{"action_id":"A-1","status":"accepted"},{"action_id":"A-2","status":"refused","#
            + #""code":"no-consent"}]}"#
        #expect(answers == [wanted, wanted] && sim.shown.count == 1)
    }

    @Test func aTimestampMayBeFiveMinutesOff() throws {
        let sim = try simulator()
        defer { sim.stop() }
        for (offset, status) in [(-300, 204), (300, 204), (-301, 400), (301, 400)] as [(Int64, Int)] {
            let answer = sim.post(sim.url, Self.body, headers: headers("msg_\(offset)", at: "\(time.seconds + offset)"))
            #expect(answer?.status == status, "\(offset)")
        }
        #expect(sim.shown.count == 2 && sim.violations.isEmpty)
    }

    @Test func headersAreReadToTheLetter() throws {
        let sim = try simulator()
        defer { sim.stop() }
        let now = "\(time.seconds)"
        let good = signature("msg_1", now, Self.body)
        let bad: [[String]] = [
            headers("msg.1"), headers(""), headers("msg 1"), headers("é"), headers(at: now + ".0"),
            headers(at: "0" + now),
            headers(at: ""), headers(signature: ""), headers(signature: good + "  " + good),
            headers(signature: String(good.dropFirst(3))), headers(signature: "v1;" + good.dropFirst(3)),
            headers(signature: "v1,%%%"), headers() + ["webhook-id: msg_1"],
        ]
        for lines in bad {
            #expect(sim.post(sim.url, Self.body, headers: lines)?.status == 400, "\(lines)")
        }
        #expect(sim.shown.isEmpty && sim.violations.count == bad.count)
    }

    @Test func onlyAMatchingSignatureIsTaken() throws {
        let sim = try simulator()
        defer { sim.stop() }
        let now = "\(time.seconds)"
        let old = signature("msg_1", now, Self.body)
        let new = signature("msg_1", now, Self.body, secret: Self.second)
        func status(_ signature: String) -> Int? {
            sim.post(sim.url, Self.body, headers: headers(signature: signature))?.status
        }
        #expect(status(new) == 401 && status(old.replacing("v1,", with: "v1a,")) == 401)
        #expect(status(signature("msg_2", now, Self.body)) == 401 && status(signature("msg_1", now, "{}")) == 401)
        #expect(sim.shown.isEmpty)
        #expect(status("\(new) \(old)") == 204)
        sim.rotate(secrets: [Self.second])
        #expect(status(old) == 401 && status("\(new) \(old)") == 204)
        sim.rotate(secrets: [Self.first, Self.second])
        #expect(status(old) == 204 && status(new) == 204 && sim.shown.count == 1)
    }

    @Test func methodTypePathAndBodyAreChecked() throws {
        let sim = try simulator()
        defer { sim.stop() }
        #expect(sim.get(sim.url)?.status == 405)
        #expect(sim.post("/other", Self.body, headers: headers())?.status == 404)
        #expect(sim.post(sim.url, Self.body, headers: Array(headers().dropFirst()))?.status == 415)
        #expect(sim.post(sim.url, "{", headers: headers("msg_1", "{"))?.status == 400)
        sim.stopHook(status: 410)
        #expect(sim.post(sim.url, Self.body, headers: headers())?.status == 410)
        sim.stopHook(status: nil)
        #expect(sim.post(sim.url, Self.body, headers: headers())?.status == 204)
    }

    /// The known answer of GitHub's documentation: secret, body and signature are printed there.
    @Test func theHubSignatureIsCheckedWhereAskedFor() throws {
        let sim = try simulator(hubSecret: "It's a Secret to Everybody")
        defer { sim.stop() }
        let body = #""Hello, World!""#
        let hub = "X-Hub-Signature-256: sha256="
        #expect(sim.post(sim.url, body, headers: headers("a", body))?.status == 401)
        #expect(sim.post(sim.url, body, headers: headers("a", body) + [hub + "00"])?.status == 401)
        #expect(
            SimulatorSignature.hub(secret: "It's a Secret to Everybody", body: Data("Hello, World!".utf8))
                == "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
        let right = SimulatorSignature.hub(secret: "It's a Secret to Everybody", body: Data(body.utf8))
        #expect(sim.post(sim.url, body, headers: headers("a", body) + ["X-Hub-Signature-256: \(right)"])?.status == 204)
    }
}
