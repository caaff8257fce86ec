/// One problem in something a person wrote, with its place and its remedy.
///
/// Collected, never thrown one by one.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Sendable { case error, warning }

    package var severity: Severity
    /// A stable code such as `unknown-key`; never translated.
    package var code: String
    /// The file's path relative to the brand folder.
    package var file: String
    /// One-based; 0 where no single place is to blame.
    package var line: Int
    /// One-based; 0 where no single place is to blame.
    package var column: Int
    /// What is wrong and why.
    package var message: String
    /// What to do about it.
    package var hint: String

    package init(
        _ severity: Severity = .error, code: String, file: String, line: Int = 0, column: Int = 0, message: String,
        hint: String
    ) {
        self.severity = severity
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:col: error[code]: what; what to do`.
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(max(column, 1))" : file
        return "\(place): \(severity.rawValue)[\(code)]: \(message); \(hint)"
    }
}

extension Diagnostic: Comparable {
    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        (left.file, left.line, left.column, left.code, left.message)
            < (right.file, right.line, right.column, right.code, right.message)
    }
}
