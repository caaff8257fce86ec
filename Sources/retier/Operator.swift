import Foundation

/// Who gives the command, for the audit trail.
enum Operator {
    /// The login name, and behind `sudo` the name of the person.
    static var name: String {
        let environment = ProcessInfo.processInfo.environment
        let user = environment["USER"] ?? environment["LOGNAME"] ?? "uid \(getuid())"
        guard let person = environment["SUDO_USER"] else { return user }
        return "\(person) as \(user)"
    }
}
