import RetierCore

/// The problems found in one file so far.
struct Findings: Sendable {
    var file: String
    private(set) var all: [Diagnostic] = []

    init(file: String) { self.file = file }

    mutating func add(_ code: String, at place: (line: Int, column: Int) = (0, 0), message: String, hint: String) {
        all.append(
            Diagnostic(code: code, file: file, line: place.line, column: place.column, message: message, hint: hint))
    }

    mutating func add(_ code: String, at node: YAMLNode?, message: String, hint: String) {
        add(code, at: (node?.line ?? 0, node?.column ?? 0), message: message, hint: hint)
    }

    mutating func warn(_ code: String, at place: (line: Int, column: Int) = (0, 0), message: String, hint: String) {
        add(code, at: place, message: message, hint: hint)
        all[all.count - 1].severity = .warning
    }

    mutating func warn(_ code: String, at node: YAMLNode?, message: String, hint: String) {
        warn(code, at: (node?.line ?? 0, node?.column ?? 0), message: message, hint: hint)
    }

    /// Takes over what was found elsewhere in the same file.
    mutating func append(_ diagnostics: [Diagnostic]) { all += diagnostics }
}
