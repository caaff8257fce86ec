package import Foundation

/// The places inside a brand folder.
package struct BrandFolder: Sendable {
    package let root: URL

    package init(path: String) { root = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL }

    package var path: String { root.path }
    package var configuration: URL { root.appendingPathComponent("retier.yaml") }
    package var inbox: URL { root.appendingPathComponent("inbox", isDirectory: true) }
    package var state: URL { root.appendingPathComponent("var", isDirectory: true) }
    package var ledger: URL { state.appendingPathComponent("retier.db") }
    package var plans: URL { state.appendingPathComponent("plans", isDirectory: true) }
    package var reports: URL { state.appendingPathComponent("reports", isDirectory: true) }

    /// Makes the folders that runs write to.
    package func prepare() throws {
        for folder in [state, plans, reports] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
    }
}
