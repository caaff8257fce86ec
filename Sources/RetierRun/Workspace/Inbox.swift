import Foundation
import RetierCore
import RetierLedger

/// CSV files that wait in the brand folder for the next run: `members*.csv`, `orders*.csv.gz`, ...
///
/// by kind, then by name.
struct Inbox {
    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Identities and members first, so that as little as possible has to wait.
    private static let order: [ImportKind] = [.identities, .members, .orders, .events, .consents, .suppressions, .acks]

    /// Imports all files and moves each to `inbox/done/`.
    ///
    /// A file that fails stays, and stops the run: half the data sends the wrong things.
    func importAll() throws -> [ImportReport] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.folder.inbox.path)) ?? []
        let files = names.filter { name in
            !name.hasPrefix(".") && !name.hasSuffix(".rejected.csv")
                && (name.hasSuffix(".csv") || name.hasSuffix(".csv.gz"))
        }
        for name in files.sorted() where Inbox.kind(of: name) == nil {
            let kinds = Inbox.order.map(\.rawValue).joined(separator: ", ")
            throw RetierError(
                .badData, "inbox/\(name) is of no known kind",
                hint: "begin its name with one of \(kinds), or move it away")
        }
        var reports: [ImportReport] = []
        for kind in Inbox.order {
            for name in files.sorted() where Inbox.kind(of: name) == kind {
                let file = workspace.folder.inbox.appendingPathComponent(name)
                reports.append(try workspace.importFile(kind, at: file.path))
                try moveToDone(file)
                let signature = URL(fileURLWithPath: SignedFile(path: file.path).signaturePath)
                if FileManager.default.fileExists(atPath: signature.path) { try moveToDone(signature) }
            }
        }
        return reports
    }

    private static func kind(of name: String) -> ImportKind? { order.first { name.hasPrefix($0.rawValue) } }

    private func moveToDone(_ file: URL) throws {
        let done = workspace.folder.inbox.appendingPathComponent("done", isDirectory: true)
        try FileManager.default.createDirectory(at: done, withIntermediateDirectories: true)
        var target = done.appendingPathComponent(file.lastPathComponent)
        var number = 1
        while FileManager.default.fileExists(atPath: target.path) {
            number += 1
            target = done.appendingPathComponent("\(number)-\(file.lastPathComponent)")
        }
        try FileManager.default.moveItem(at: file, to: target)
    }
}

extension ImportReport {
    /// The counts and notes in words.
    package var lines: [String] {
        var lines = [
            "\(name): \(read) \(kind.rawValue) read = \(new) new + \(updated) updated + \(unchanged) unchanged"
                + " + \(rejected) rejected"
        ]
        if let rejectsPath { lines.append("  the rejected rows, with reasons: \(rejectsPath)") }
        lines += notes.map { "  " + $0 }
        return lines
    }
}
