import Foundation
import RetierCore
import RetierDelivery
import Testing

@Suite struct WebhookSigningTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    /// The vector in the test suites of the Standard Webhooks libraries.
    @Test func theSignatureIsTheKnownAnswer() throws {
        let signature = WebhookSignature.signature(
            messageID: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: Data(#"{"test": 2432232314}"#.utf8),
            at: Instant(seconds: 1_614_265_330), secret: try WebhookSecret(text: Self.secret, name: "test"))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func aRotatedSecretSignsWithEveryLine() throws {
        let other = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
        let both = try WebhookSecret(text: "\n \(Self.secret) \r\n\(other)\n", name: "test")
        func sign(_ secret: WebhookSecret) -> String {
            WebhookSignature.signature(messageID: "m", body: Data(), at: Instant(seconds: 1), secret: secret)
        }
        let single = try [Self.secret, other].map { sign(try WebhookSecret(text: $0, name: "test")) }
        #expect(sign(both) == single.joined(separator: " "))
    }

    @Test(arguments: [
        ("", "is empty"), ("  \n", "is empty"), ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_"),
        ("whsec_PLANTED!!", "not base64"), ("whsec_UExBTlRFRA==", "7 bytes"),
        ("whsec_" + Data(repeating: 65, count: 65).base64EncodedString(), "65 bytes"),
        (secret + "\nwhsec_UExBTlRFRA==", "line 2"),
    ])
    func aBadSecretIsNamedButNeverShown(text: String, part: String) {
        let error = #expect(throws: RetierError.self) { try WebhookSecret(text: text, name: "crm-secret") }
        #expect(error?.description.contains(part) == true)
        #expect(error?.description.contains("crm-secret") == true)
        #expect(error?.description.contains("PLANTED") == false && error?.description.contains("UExB") == false)
        #expect(error?.code == .badConfiguration)
    }

    @Test func printingASecretShowsNothing() throws {
        let secret = try WebhookSecret(text: Self.secret, name: "test")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(text.contains("redacted") && !text.contains("MfKQ"))
        }
    }

    @Test(arguments: [
        ("msg_1-A", true), ("", false), ("a.b", false), ("a b", false), ("a\r\nX: y", false), ("ä", false),
    ])
    func onlyPlainIDsCanBeHeaders(id: String, isAllowed: Bool) {
        #expect(WebhookSignature.canCarry(messageID: id) == isAllowed)
    }

    /// An independent verifier: PyPI's `standardwebhooks`, where python3 has it.
    static let hasVerifier = python("import standardwebhooks").status == 0

    @Test(.enabled(if: hasVerifier, "python3 has no standardwebhooks package: pip install standardwebhooks"))
    func thePublishedPythonLibraryAcceptsTheSignature() throws {
        let now = Instant(seconds: Int64(time(nil)))
        let body = #"{"type":"actions.created","data":{"名":"王"}}"#
        let secret = try WebhookSecret(
            text: "whsec_" + Data(repeating: 9, count: 24).base64EncodedString() + "\n" + Self.secret, name: "test")
        let lines = WebhookSignature.headers(messageID: "msg_1", body: Data(body.utf8), at: now, secret: secret)
        let headers = try JSONSerialization.data(
            withJSONObject: Dictionary(
                uniqueKeysWithValues: lines.map { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    return (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
                }))
        let script = """
            import json, sys
            from standardwebhooks.webhooks import Webhook
            Webhook(sys.argv[1]).verify(sys.argv[3].encode(), json.loads(sys.argv[2]))
            """
        // While a secret is rotated the receiver may know the old one, the new one or both.
        for known in [Self.secret, "whsec_" + Data(repeating: 9, count: 24).base64EncodedString()] {
            let good = Self.python(script, known, String(decoding: headers, as: UTF8.self), body)
            #expect(good.status == 0, "\(good.errors)")
        }
        let stranger = "whsec_" + Data(repeating: 8, count: 24).base64EncodedString()
        #expect(Self.python(script, stranger, String(decoding: headers, as: UTF8.self), body).status != 0)
        let bad = Self.python(script, Self.secret, String(decoding: headers, as: UTF8.self), body + " ")
        #expect(bad.status != 0 && bad.errors.contains("WebhookVerificationError"))
    }

    private static func python(_ script: String, _ arguments: String...) -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let errors = Pipe()
        process.standardError = errors
        guard (try? process.run()) != nil else { return (-1, "python3 does not start") }
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
