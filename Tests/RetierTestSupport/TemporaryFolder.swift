import Foundation

/// A folder of a test's own, removed with everything in it when the value goes away.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// Makes the folder; one in memory makes `fsync` cheap, which tells nothing to a process that is killed.
    package init(inMemory: Bool = false) throws {
        let shared = URL(fileURLWithPath: "/dev/shm", isDirectory: true)
        let isShared = inMemory && access(shared.path, W_OK) == 0
        let base = isShared ? shared : FileManager.default.temporaryDirectory
        let url = base.appendingPathComponent("retier-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file or folder inside.
    package func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file, making the folders on the way, and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a file of bytes, making the folders on the way, and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    /// The text of a file inside.
    package func read(_ name: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: path(name)), encoding: .utf8)
    }

    /// Whether a file or folder of this name is inside.
    package func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// The relative paths of all files inside, sorted.
    package func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}
