import FoundationEssentials
import RetierCore

/// The files of a brand folder that people write, read once.
struct BrandFiles: Sendable {
    /// One file: its path relative to the brand folder and its text.
    struct File: Sendable {
        var path: String
        var text: String
    }

    static let configurationName = "retier.yaml"

    private(set) var configuration: File?
    private(set) var playbooks: [File] = []
    private(set) var templates: [File] = []
    /// What could not be read, or is missing.
    private(set) var diagnostics: [Diagnostic] = []

    init(directory: URL) {
        configuration = read(BrandFiles.configurationName, in: directory)
        for path in list("playbooks", extensions: ["yaml", "yml"], in: directory) {
            if let file = read(path, in: directory) { playbooks.append(file) }
        }
        for path in list("templates", extensions: ["mustache"], in: directory) {
            if let file = read(path, in: directory) { templates.append(file) }
        }
    }

    private mutating func read(_ path: String, in directory: URL) -> File? {
        let url = directory.appending(path: path)
        guard let data = try? Data(contentsOf: url) else {
            let isThere = FileManager.default.fileExists(atPath: url.path)
            report(
                "unreadable", path, isThere ? "the file cannot be read" : "the file is missing",
                isThere
                    ? "see that it is a file and that you may read it"
                    : "run `retier init` for a new brand folder, or see --brand")
            return nil
        }
        var bytes = data[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            report("unreadable", path, "the file is not UTF-8 text", "save it as UTF-8")
            return nil
        }
        return File(path: path, text: text.contains("\r\n") ? text.replacing("\r\n", with: "\n") : text)
    }

    /// The files below a folder, sorted by path; hidden files are passed over, other kinds of files are reported.
    private mutating func list(_ folder: String, extensions: [String], in directory: URL) -> [String] {
        let root = directory.appending(path: folder)
        let found = try? FileManager.default.subpathsOfDirectory(atPath: root.path)
        guard let found else {
            report("unreadable", folder, "the folder is missing or cannot be read", "make it, or run `retier init`")
            return []
        }
        var paths: [String] = []
        for path in found.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let isHidden = path.split(separator: "/").contains { $0.hasPrefix(".") }
            var isDirectory = false
            _ = FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isDirectory)
            guard !isHidden, !isDirectory else { continue }
            if extensions.contains(where: { path.hasSuffix("." + $0) }) {
                paths.append(folder + "/" + path)
            } else {
                warn(
                    "ignored-file", folder + "/" + path, "the file is not read",
                    "name it *.\(extensions[0]), or move it elsewhere")
            }
        }
        if paths.isEmpty {
            warn("empty-folder", folder, "the folder has no *.\(extensions[0]) file", "copy some from the library")
        }
        return paths
    }

    private mutating func report(_ code: String, _ path: String, _ message: String, _ hint: String) {
        diagnostics.append(Diagnostic(code: code, file: path, message: message, hint: hint))
    }

    private mutating func warn(_ code: String, _ path: String, _ message: String, _ hint: String) {
        diagnostics.append(Diagnostic(.warning, code: code, file: path, message: message, hint: hint))
    }
}
