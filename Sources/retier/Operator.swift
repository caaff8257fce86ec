import Foundation
import RetierCore

/// Who gives the command, for the audit trail.
enum Operator {
    /// The login name, and behind `sudo` the name of the person.
    static var name: String {
        let environment = ProcessInfo.processInfo.environment
        let user = environment["USER"] ?? environment["LOGNAME"] ?? "uid \(getuid())"
        guard let person = environment["SUDO_USER"] else { return user }
        return "\(person) as \(user)"
    }

    /// A word that is kept in the audit trail says why.
    ///
    /// - Throws: `RetierError` of code `usage` where it is empty.
    static func require(reason: String) throws {
        guard reason.allSatisfy(\.isWhitespace) else { return }
        throw RetierError(.usage, "the reason is empty", hint: "say why")
    }
}
