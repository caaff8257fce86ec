import Foundation
import RetierCore
import RetierDelivery
import Testing

/// Against Python's TLS server with a certificate made on the spot.
@Suite(.enabled(if: TLSServer.isPossible, "needs python3 and openssl"))
struct TLSTests {
    @Test func anUntrustedCertificateIsRefusedBeforeAnythingIsSent() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook("https://127.0.0.1:\(server.port)/"))
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect(outcome.verdict == .rejected && outcome.code == "certificate" && !outcome.leftUs)
    }

    @Test func aPrivateAuthorityIsTrustedWhenItsFileIsGiven() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let endpoint = try DeliveryBench.webhook("https://127.0.0.1:\(server.port)/", caFile: server.certificate)
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)
        #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
    }

    @Test func aCertificateForAnotherNameIsRefused() throws {
        let server = try TLSServer()
        defer { server.stop() }
        let endpoint = try DeliveryBench.webhook("https://localhost:\(server.port)/", caFile: server.certificate)
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)
        #expect(DeliveryBench.outcome(of: results[0])?.code == "certificate")
    }
}

private final class TLSServer {
    static let isPossible = run("openssl", ["version"]) == 0 && run("python3", ["-c", "import ssl"]) == 0

    let port: Int
    let certificate: String
    private let process = Process()
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "retier-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path
        let key = folder.appending(path: "key.pem").path
        let made = Self.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=retier test", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ])
        try #require(made == 0)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import http.server, ssl, sys
            class H(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    self.rfile.read(int(self.headers["Content-Length"])); self.send_response(200); self.end_headers()
                def log_message(self, *a): pass
            s = http.server.HTTPServer(("127.0.0.1", 0), H)
            c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(sys.argv[1], sys.argv[2])
            s.socket = c.wrap_socket(s.socket, server_side=True)
            print(s.server_port, flush=True); s.serve_forever()
            """, certificate, key,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty)
            line += String(decoding: data, as: UTF8.self)
        }
        port = try #require(Int(line.trimmingCharacters(in: .newlines)))
    }

    func stop() {
        // Tests run on threads that block SIGTERM, and what they start inherits that.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func run(_ program: String, _ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
