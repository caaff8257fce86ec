import Foundation
import RetierCore

/// What can be said about the files that endpoints name without opening them: secrets and certificates.
enum NamedFiles {
    /// Warnings only: whoever checks need not be whoever sends.
    static func notes(_ programme: Programme, brandDirectory: String) -> [Diagnostic] {
        var notes: [Diagnostic] = []
        for endpoint in programme.endpoints {
            for case .file(let name) in endpoint.kind.secretSources where !name.isEmpty {
                notes += note(on: name, of: endpoint, brandDirectory: brandDirectory, isSecret: true)
            }
            if let name = endpoint.caFile {
                notes += note(on: name, of: endpoint, brandDirectory: brandDirectory, isSecret: false)
            }
        }
        return Set(notes).sorted()
    }

    private static func note(
        on name: String, of endpoint: Endpoint, brandDirectory: String, isSecret: Bool
    ) -> [Diagnostic] {
        func warning(_ code: String, _ message: String, _ hint: String) -> [Diagnostic] {
            [Diagnostic(.warning, code: code, file: name, message: message, hint: hint)]
        }
        let what = isSecret ? "secret" : "certificates"
        var facts = stat()
        guard stat(brandDirectory + "/" + name, &facts) == 0 else {
            return warning(
                "missing-file", "the \(what) of endpoint `\(endpoint.id)` cannot be found; its messages would wait",
                isSecret
                    ? "write the file with mode 0600 before anything is sent" : "write the file, or correct `ca_file`")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            return warning(
                "missing-file", "the \(what) of endpoint `\(endpoint.id)` should be here, and this is no file",
                "name a file")
        }
        guard isSecret, facts.st_mode & 0o077 != 0 else { return [] }
        return warning(
            "open-secret", "the secret of endpoint `\(endpoint.id)` is open to other users; sending refuses it",
            "chmod 600 \(name)")
    }
}

extension Endpoint.Kind {
    /// Everything that is read when sending.
    fileprivate var secretSources: [SecretSource] {
        switch self {
        case .file: []
        case .webhook(_, let secret, let githubSecret): [secret] + (githubSecret.map { [$0] } ?? [])
        case .wecomRobot(let robot), .dingtalkRobot(let robot), .feishuRobot(let robot), .slackRobot(let robot):
            [robot.address] + (robot.signing.map { [$0] } ?? [])
        case .wecomApp(let app): [app.account.secret]
        case .wecomTask(let task): [task.account.secret]
        case .custom(let settings): settings.secretSources
        }
    }
}

extension CustomChannelSettings {
    fileprivate var secretSources: [SecretSource] {
        var sources: [SecretSource] = []
        if case .secret(let source) = address { sources.append(source) }
        for header in headers { if case .secret(let source, _) = header.value { sources.append(source) } }
        return sources
    }
}
