import Foundation
import RetierCore
import RetierDelivery

/// A file that came with a signature as Standard Webhooks sign a request: the file is the body, and a second file holds
/// the three headers, one a line.
struct SignedFile {
    let path: String
    /// The file with the headers; beside the first one, under its name with `.signature`, unless told otherwise.
    let signaturePath: String

    static let suffix = ".signature"

    init(path: String, signaturePath: String? = nil) {
        self.path = path
        self.signaturePath = signaturePath ?? path + SignedFile.suffix
    }

    /// - Throws: `RetierError` of code `badData` where the signature is missing, cannot be read, or is not that of the
    ///   file by one of the keys.
    func verify(with secret: WebhookSecret) throws {
        let headers = try headers()
        guard let body = FileManager.default.contents(atPath: path) else {
            throw RetierError(.badData, "\(path) cannot be read", hint: "check the name and who may read the file")
        }
        func header(_ name: String) throws -> String {
            guard let value = headers[name], !value.isEmpty else {
                throw problem(
                    "has no line \(name): ...", hint: "it needs webhook-id, webhook-timestamp, webhook-signature")
            }
            return value
        }
        let isValid = WebhookSignature.isValid(
            try header("webhook-signature"), messageID: try header("webhook-id"),
            timestamp: try header("webhook-timestamp"), body: body, secret: secret)
        guard isValid else {
            throw problem(
                "is not the signature of \(path)",
                hint: "have the file sent again; whoever signs needs the secret of imports: acks_secret")
        }
    }

    private func headers() throws -> [String: String] {
        guard let data = FileManager.default.contents(atPath: signaturePath) else {
            throw RetierError(
                .badData, "\(path) is not signed: there is no \(signaturePath); nothing was loaded",
                hint: "write the headers webhook-id, webhook-timestamp and webhook-signature there, or name their file "
                    + "with --signature")
        }
        let pairs = String(decoding: data.prefix(65_536), as: UTF8.self).split(whereSeparator: \.isNewline).map {
            line in
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                sides[0].trimmingCharacters(in: .whitespaces).lowercased(),
                sides.count < 2 ? "" : sides[1].trimmingCharacters(in: .whitespaces)
            )
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private func problem(_ what: String, hint: String) -> RetierError {
        RetierError(.badData, "\(signaturePath):1: this \(what); nothing was loaded", hint: hint)
    }
}

extension Workspace {
    /// Checks the signature of a file of acknowledgements where the programme asks for one.
    func requireSignature(of path: String, signaturePath: String?) throws {
        guard let source = programme.imports.acksSecret else {
            guard let signaturePath else { return }
            throw RetierError(
                .badConfiguration, "\(signaturePath) cannot be checked: retier.yaml names no secret for acks",
                hint: "write imports: {acks_secret: {file: secrets/acks}}")
        }
        let secrets = Secrets(
            brandDirectory: folder.path,
            credentialsDirectory: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
        try SignedFile(path: path, signaturePath: signaturePath).verify(with: try secrets.webhookSecret(from: source))
    }
}
