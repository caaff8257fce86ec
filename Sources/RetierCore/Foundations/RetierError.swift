/// What broke, once, for the operator: thrown anywhere, printed at the command line only.
package struct RetierError: Error, Hashable, Sendable {
    /// The exit codes of the contract.
    package enum Code: Int32, Sendable {
        /// A guard refused.
        case refused = 4
        case usage = 64
        case badData = 65
        /// Locked, or the receiver is down: try later.
        case tryLater = 75
        case badConfiguration = 78
    }

    package var code: Code
    /// What is wrong, which thing, and why; no member data.
    package var message: String
    /// What to do about it.
    package var hint: String
    /// Problems with their places, where there are several.
    package var diagnostics: [Diagnostic]

    package init(_ code: Code, _ message: String, hint: String = "", diagnostics: [Diagnostic] = []) {
        self.code = code
        self.message = message
        self.hint = hint
        self.diagnostics = diagnostics
    }
}

extension RetierError: CustomStringConvertible {
    package var description: String { hint.isEmpty ? message : "\(message); \(hint)" }
}
