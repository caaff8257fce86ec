import Foundation
package import RetierCore
package import RetierDelivery

/// Reads secrets at the moment of sending, from systemd credentials or from files that nobody else may read.
///
/// Neither a secret nor a part of it is ever in an error, a log or an argument.
package struct Secrets: Sendable {
    private let brandDirectory: String
    private let credentialsDirectory: String?

    /// - Parameters:
    ///   - brandDirectory: where relative file names begin.
    ///   - credentialsDirectory: the value of `CREDENTIALS_DIRECTORY`, which systemd sets; nil outside a unit.
    package init(brandDirectory: String, credentialsDirectory: String?) {
        self.brandDirectory = brandDirectory
        self.credentialsDirectory = credentialsDirectory
    }

    /// The signing keys behind a source.
    package func webhookSecret(from source: SecretSource) throws -> WebhookSecret {
        try WebhookSecret(text: text(from: source), name: source.name)
    }

    /// The one line behind a source, without white space around it: an address, a password.
    package func line(from source: SecretSource) throws -> SecretText {
        let line = try text(from: source).trimmingCharacters(in: .whitespacesAndNewlines)
        func problem(_ what: String) -> RetierError {
            RetierError(.badConfiguration, "the secret \(source.name) \(what)", hint: "write it as one line")
        }
        guard !line.isEmpty else { throw problem("is empty") }
        guard !line.contains(where: \.isNewline) else { throw problem("has several lines") }
        guard line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw problem("holds control characters")
        }
        return SecretText(line)
    }

    /// The whole text behind a source.
    private func text(from source: SecretSource) throws -> String {
        switch source {
        case .file(let name):
            let path = name.hasPrefix("/") ? name : brandDirectory + "/" + name
            return try Secrets.read(path, name: name, isCredential: false)
        case .credential(let name):
            guard let directory = credentialsDirectory else {
                throw RetierError(
                    .badConfiguration, "the credential \(name) is not here: CREDENTIALS_DIRECTORY is not set",
                    hint: "start retier by its systemd unit with LoadCredential=\(name):PATH, or use a secret file")
            }
            guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
                throw RetierError(
                    .badConfiguration, "\(name) is not the name of a credential", hint: "use a name without slashes")
            }
            return try Secrets.read(directory + "/" + name, name: name, isCredential: true)
        }
    }

    /// Reads a small file.
    ///
    /// What is checked is the open file, so that it cannot be exchanged in between.
    ///
    /// systemd protects credentials itself (and may show group bits for its access list), so only files are checked
    /// for mode and owner.
    private static func read(_ path: String, name: String, isCredential: Bool) throws -> String {
        func problem(_ what: String, hint: String) -> RetierError {
            RetierError(.badConfiguration, "the secret \(name) \(what)", hint: hint)
        }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw problem(
                "cannot be read: \(String(cString: strerror(errno)))",
                hint: isCredential ? "check LoadCredential= in the unit" : "create it with mode 0600")
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw problem("is not a plain file", hint: "put the secret into a file")
        }
        if !isCredential {
            guard facts.st_uid == geteuid() || facts.st_uid == 0 else {
                throw problem("belongs to another user", hint: "chown it to the user that runs retier")
            }
            guard facts.st_mode & 0o077 == 0 else {
                throw problem("is open to other users", hint: "chmod 600 \(name)")
            }
        }
        guard facts.st_size <= 4_096 else { throw problem("is larger than 4 KiB", hint: "one secret a line") }
        var bytes = [UInt8](repeating: 0, count: 4_097)
        let count = Foundation.read(file, &bytes, bytes.count)
        guard count >= 0, let text = String(bytes: bytes[..<count], encoding: .utf8) else {
            throw problem("is not text", hint: "write the secret as UTF-8 text")
        }
        return text
    }
}

extension SecretSource {
    /// What errors call it.
    fileprivate var name: String {
        switch self {
        case .file(let name), .credential(let name): name
        }
    }
}
