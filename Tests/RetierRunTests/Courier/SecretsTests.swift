import Foundation
import RetierCore
import RetierDelivery
import RetierRun
import Testing

@Suite final class SecretsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "retier-secrets-\(UUID().uuidString)")
    private let good = "whsec_" + Data(repeating: 1, count: 32).base64EncodedString()

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
        let path = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func problem(_ source: SecretSource, credentials: String? = nil) -> String {
        let secrets = Secrets(brandDirectory: folder.path, credentialsDirectory: credentials)
        do {
            _ = try secrets.webhookSecret(from: source)
            return ""
        } catch { return "\(error)" }
    }

    @Test(arguments: [0o600, 0o400])
    func aFileOfTheOwnerIsRead(mode: Int) throws {
        try write("s", good, mode: mode)
        #expect(problem(.file("s")) == "")
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660])
    func aFileThatOthersMayReadIsRefused(mode: Int) throws {
        try write("s", good, mode: mode)
        #expect(problem(.file("s")) == "the secret s is open to other users; chmod 600 s")
    }

    @Test func whatIsMissingOrNoFileIsNamed() throws {
        #expect(problem(.file("nowhere")).contains("No such file"))
        #expect(problem(.file(".")).contains("not a plain file"))
        try write("long", String(repeating: "x", count: 5_000))
        #expect(problem(.file("long")).contains("larger than 4 KiB"))
    }

    @Test func aCredentialIsReadFromTheFolderThatSystemdNames() throws {
        try write("crm", good, mode: 0o440)
        #expect(problem(.credential("crm"), credentials: folder.path) == "")
        #expect(problem(.credential("crm")).contains("CREDENTIALS_DIRECTORY is not set"))
        #expect(problem(.credential("../crm"), credentials: folder.path).contains("not the name"))
    }

    @Test func aBadSecretIsNotShown() throws {
        try write("s", "whsec_PLANTED-NOT-BASE64")
        let text = problem(.file("s"))
        #expect(text.contains("not base64") && !text.contains("PLANTED"))
    }

    private func line(_ text: String) throws -> String {
        try write("s", text)
        return try Secrets(brandDirectory: folder.path, credentialsDirectory: nil).line(from: .file("s")).revealed
    }

    @Test(arguments: ["https://x.example/?key=1", " https://x.example/?key=1 \n", "https://x.example/?key=1\r\n\n"])
    func aLineIsReadWithoutTheSpaceAroundIt(text: String) throws {
        #expect(try line(text) == "https://x.example/?key=1")
    }

    @Test(arguments: [
        ("", "is empty"), (" \n\n", "is empty"), ("PLANTED\nPLANTED", "several lines"),
        ("PLANTED\u{7F}", "control characters"), ("PLANTED\tx", "control characters"),
    ])
    func whatIsNoLineIsNamedAndNotShown(text: String, part: String) {
        let error = #expect(throws: RetierError.self) { try line(text) }
        #expect(error?.description.contains(part) == true && error?.description.contains("PLANTED") == false)
    }
}
