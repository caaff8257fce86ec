import Foundation
package import Testing

/// Expects a text to equal the file `Golden/<name>` beside the calling test.
///
/// `RETIER_RECORD_GOLDEN=1` writes the file anew and fails the test all the same, so that a recording never passes
/// for a comparison: run again without it and review the difference.
///
/// - Parameters:
///   - text: What the program made.
///   - name: The file's name below `Golden`.
///   - testFile: The calling file; leave the default.
///   - location: The calling place; leave the default.
package func expectGolden(
    _ text: String, _ name: String, testFile: String = #filePath, location: SourceLocation = #_sourceLocation
) {
    let folder = URL(fileURLWithPath: testFile).deletingLastPathComponent().appendingPathComponent("Golden")
    let file = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["RETIER_RECORD_GOLDEN"] == "1" {
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? Data(text.utf8).write(to: file)
        Issue.record(
            "recorded Golden/\(name); review it and run again without RETIER_RECORD_GOLDEN", sourceLocation: location)
        return
    }
    guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
        Issue.record("Golden/\(name) is missing; RETIER_RECORD_GOLDEN=1 writes it", sourceLocation: location)
        return
    }
    guard text != expected else { return }
    Issue.record("\(firstDifference(text, expected)) in Golden/\(name)", sourceLocation: location)
}

/// Names the first line in which two texts differ.
package func firstDifference(_ text: String, _ expected: String) -> Comment {
    let made = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(made.count, wanted.count) {
        let left = index < made.count ? String(made[index]) : "(end)"
        let right = index < wanted.count ? String(wanted[index]) : "(end)"
        if left != right { return "line \(index + 1): made \"\(left)\", expected \"\(right)\"" }
    }
    return "the texts differ in line endings only"
}
