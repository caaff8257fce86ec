import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import RetierTestSupport
import Testing

/// Debian's `webhook` server (adnanh/webhook) checks the GitHub-style signature of what retier sends.
@Suite(.enabled(if: WebhookServer.isInstalled, "no /usr/bin/webhook: apt install webhook"))
struct WebhookServerTests {
    private static let secret = "It's a Secret to Everybody"

    private func send(secret: String, body: String) throws -> (outcome: DeliveryOutcome?, acted: [String]) {
        let server = try WebhookServer(secret: Self.secret)
        defer { server.stop() }
        let endpoint = try WebhookChannel.endpoint(
            ChannelBench.settings(.webhook), url: server.url,
            secret: WebhookSecret(text: DeliveryBench.secret, name: "test"), githubSecret: SecretText(secret))
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1", body: body)], to: endpoint)
        return (DeliveryBench.outcome(of: results[0]), server.acted)
    }

    @Test func whatRetierSignsTheServerActsOn() throws {
        let (outcome, acted) = try send(secret: Self.secret, body: #"{"data":{"名":"王"},"type":"a"}"#)
        #expect(outcome?.verdict == .delivered)
        #expect(acted == [#"{"data":{"名":"王"},"type":"a"}"#])
    }

    /// It answers 500 and not 401, so a status of 500 must not be tried for ever.
    @Test func aWrongSecretIsAnsweredFiveHundredAndNothingHappens() throws {
        let (outcome, acted) = try send(secret: "another", body: #"{"type":"a"}"#)
        #expect(outcome?.verdict == .retry && outcome?.httpStatus == 500 && acted.isEmpty)
    }
}

/// The server with one hook that writes each payload down.
private final class WebhookServer {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/webhook")

    let url: String
    private let folder: TemporaryFolder
    private let process = Process()

    init(secret: String) throws {
        folder = try TemporaryFolder()
        let script = try folder.write("#!/bin/sh\nprintf '%s\\n' \"$1\" >> acted\n", to: "act")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
        let signature: [String: Any] = [
            "type": "payload-hmac-sha256", "secret": secret,
            "parameter": ["source": "header", "name": "X-Hub-Signature-256"],
        ]
        let hook: [String: Any] = [
            "id": "actions", "execute-command": script, "command-working-directory": folder.path,
            "include-command-output-in-response": true,
            "pass-arguments-to-command": [["source": "entire-payload"]], "trigger-rule": ["match": signature],
        ]
        let hooks = try folder.write(
            Array(try JSONSerialization.data(withJSONObject: [hook])), to: "hooks.json")
        // A port that was free a moment ago: the server cannot choose one itself and say which.
        let receiver = try LoopbackReceiver()
        receiver.stop()
        url = "http://127.0.0.1:\(receiver.port)/hooks/actions"
        process.executableURL = URL(filePath: "/usr/bin/webhook")
        process.arguments = ["-hooks", hooks, "-ip", "127.0.0.1", "-port", "\(receiver.port)", "-verbose"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        var text = ""
        while !text.contains("serving hooks") {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "the server ended: \(text)")
            text += String(decoding: data, as: UTF8.self)
        }
        // Whatever it writes later must not fill the pipe.
        output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    /// Payloads that the hook was started with, in order.
    var acted: [String] {
        let text = (try? String(contentsOfFile: folder.path("acted"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    func stop() {
        // Tests run on threads that block SIGTERM, and what they start inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
