import Foundation
package import FoundationEssentials
package import RetierCore

/// Makes a new brand folder from the shipped library.
package enum BrandScaffold {
    private static let schemaFolder = ".retier"

    /// Writes everything under another name first and moves it, so that a failure leaves nothing half made.
    ///
    /// An empty folder that is there already is filled, not replaced: somebody may be standing in it.
    ///
    /// - Throws: `RetierError` (`badData`) where the folder has something in it already or cannot be written.
    package static func create(at directory: URL, library: URL) throws(RetierError) {
        let files = FileManager.default
        let path = directory.standardizedFileURL.path
        if files.fileExists(atPath: path) {
            guard let content = try? files.contentsOfDirectory(atPath: path) else {
                throw RetierError(
                    .badData, "`\(path)` is not a folder that can be read", hint: "name a new or empty folder")
            }
            guard content.isEmpty else {
                throw RetierError(
                    .badData, "`\(path)` is not empty (it has `\(content.sorted()[0])`)",
                    hint: "name a new or empty folder; retier init never overwrites")
            }
        }
        let temporary = directory.standardizedFileURL.deletingLastPathComponent()
            .appending(path: ".\(directory.standardizedFileURL.lastPathComponent).retier-init")
        do {
            // What an earlier attempt that was killed may have left.
            if files.fileExists(atPath: temporary.path) { try files.removeItem(atPath: temporary.path) }
            try write(to: temporary, library: library)
            if files.fileExists(atPath: path) {
                try fill(path, from: temporary.path)
            } else {
                try files.moveItem(atPath: temporary.path, toPath: path)
            }
        } catch {
            try? files.removeItem(atPath: temporary.path)
            throw RetierError(
                .badData, "the brand folder `\(path)` cannot be written (\(error.localizedDescription))",
                hint: "see that its parent folder exists, is yours, and has room")
        }
    }

    /// Moves everything into an empty folder, the configuration last; a failure takes back what was moved.
    private static func fill(_ path: String, from temporary: String) throws {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: temporary)
            .sorted {
                ($0 == BrandFiles.configurationName ? 1 : 0, $0) < ($1 == BrandFiles.configurationName ? 1 : 0, $1)
            }
        do {
            for name in names { try files.moveItem(atPath: temporary + "/" + name, toPath: path + "/" + name) }
            try files.removeItem(atPath: temporary)
        } catch {
            for name in names { try? files.removeItem(atPath: path + "/" + name) }
            throw error
        }
    }

    private static func write(to root: URL, library: URL) throws {
        let files = FileManager.default
        for folder in ["inbox", "var", schemaFolder] {
            try files.createDirectory(atPath: root.appending(path: folder).path, withIntermediateDirectories: true)
        }
        try copy("templates", from: library, to: root) { text, _ in text }
        try copy("playbooks", from: library, to: root) { text, depth in
            modeline(String(repeating: "../", count: depth) + "\(schemaFolder)/playbook.schema.json") + text
        }
        let texts = [
            "retier.yaml": modeline("\(schemaFolder)/programme.schema.json") + ScaffoldConfiguration.text,
            "\(schemaFolder)/programme.schema.json": BrandSchema.programme,
            "\(schemaFolder)/playbook.schema.json": BrandSchema.playbook,
            ".gitignore": "# What retier writes, what it reads once, and secrets.\nvar/\ninbox/\nsecrets/\n",
        ]
        for (name, text) in texts { try Data(text.utf8).write(to: root.appending(path: name)) }
    }

    /// Copies the regular files below a folder; `change` gets each text and how many folders it lies deep.
    private static func copy(
        _ folder: String, from library: URL, to root: URL, change: (String, Int) -> String
    ) throws {
        let files = FileManager.default
        let source = library.appending(path: folder)
        for path in try files.subpathsOfDirectory(atPath: source.path).sorted() {
            let from = source.appending(path: path)
            let target = root.appending(path: folder).appending(path: path)
            var isDirectory = false
            guard files.fileExists(atPath: from.path, isDirectory: &isDirectory), !isDirectory else { continue }
            guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { continue }
            try files.createDirectory(
                atPath: target.deletingLastPathComponent().path, withIntermediateDirectories: true)
            let text = String(decoding: try Data(contentsOf: from), as: UTF8.self)
            try Data(change(text, path.split(separator: "/").count).utf8).write(to: target)
        }
    }

    /// The comment by which editors find the schema.
    private static func modeline(_ path: String) -> String { "# yaml-language-server: $schema=\(path)\n" }
}
