import Foundation
import RetierCore
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
}
