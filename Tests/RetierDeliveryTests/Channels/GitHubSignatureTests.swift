import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

/// Against Debian's `webhook` server (adnanh/webhook), which shares no code with us.
@Suite(.enabled(if: WebhookServer.isPossible, "the program webhook is not installed: apt-get install webhook"))
struct GitHubSignatureTests {
    private func send(secret: String, body: String = #"{"type":"x","名":"王"}"#) throws -> DeliveryOutcome {
        let server = try WebhookServer(secret: "it is a secret")
        defer { server.stop() }
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(.webhook), url: server.url, signing: secret)
        return try #require(
            DeliveryBench.outcome(
                of: try DeliveryBench.send([DeliveryBench.message("msg_1", body: body)], to: endpoint)[0]))
    }

    @Test func aGoodSignatureIsTaken() throws {
        #expect(try send(secret: "it is a secret").verdict == .delivered)
    }

    /// This server says 500 where others say 401: a schedule must end.
    @Test func aBadSignatureIsTriedAgainOnlyAsOftenAsTheScheduleSays() throws {
        let outcome = try send(secret: "another secret")
        #expect(outcome.verdict == .retry && outcome.code == "http-500")
        let schedule = Endpoint(id: "crm", kind: .file(directory: "")).deliveryPolicy.schedule
        #expect(schedule.delaySeconds(failures: 100, messageID: "msg_1") == nil)
    }
}

@Suite struct GitHubHeaderTests {
    /// GitHub's own example (docs.github.com, "Validating webhook deliveries").
    @Test func theHeaderIsTheKnownAnswer() {
        let header = WebhookChannel.githubHeader(
            body: Data("Hello, World!".utf8), secret: SecretText("It's a Secret to Everybody"))
        let digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        #expect(header == "X-Hub-Signature-256: sha256=\(digest)")
    }

    @Test func withoutASecretThereIsNoHeader() throws {
        let receiver = try LoopbackReceiver(secret: DeliveryBench.secret)
        defer { receiver.stop() }
        _ = try DeliveryBench.send(
            [DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(receiver.url))
        #expect(receiver.requests.first?.headers["x-hub-signature-256"] == nil)
        #expect(receiver.requests.count == 1 && receiver.badSignatures == 0)
    }
}

/// The program `webhook` with one hook that runs nothing.
private final class WebhookServer {
    static let isPossible = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["webhook", "-version"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    let url: String
    private let process = Process()
    private let folder: URL

    init(secret: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "retier-hooks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let hooks = folder.appending(path: "hooks.json")
        let rule = """
            {"type":"payload-hmac-sha256","secret":"\(secret)","parameter":\
            {"source":"header","name":"X-Hub-Signature-256"}}
            """
        try Data(#"[{"id":"retier","execute-command":"/bin/true","trigger-rule":{"match":\#(rule)}}]"#.utf8)
            .write(to: hooks)
        // A port that was free a moment ago.
        let receiver = try LoopbackReceiver()
        let port = receiver.port
        receiver.stop()
        url = "http://127.0.0.1:\(port)/hooks/retier"
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["webhook", "-hooks", hooks.path, "-ip", "127.0.0.1", "-port", "\(port)", "-verbose"]
        let log = Pipe()
        process.standardOutput = log
        process.standardError = log
        try process.run()
        var text = ""
        while !text.contains("serving hooks") {
            let data = log.fileHandleForReading.availableData
            try #require(!data.isEmpty, "webhook ended: \(text)")
            text += String(decoding: data, as: UTF8.self)
        }
        try Self.waitForPort(port)
    }

    /// The line comes just before it listens.
    private static func waitForPort(_ port: UInt16) throws {
        let deadline = Date(timeIntervalSinceNow: 10)
        while Date() < deadline {
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let isOpen = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isOpen { return }
            usleep(2_000)
        }
        try #require(Bool(false), "webhook does not listen")
    }

    func stop() {
        // Tests run on threads that block SIGTERM, and what they start inherits that.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }
}
