import Foundation

/// Places that tests read: the checked-out repository and what was built beside the running test.
package enum Repository {
    /// The folder of `Package.swift`.
    package static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// The text of a file of the repository.
    package static func read(_ path: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: root + "/" + path), encoding: .utf8)
    }

    /// The relative paths of all files under a folder of the repository, sorted; none where the folder is missing.
    package static func files(under folder: String) -> [String] {
        let base = root + "/" + folder
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: base)) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: base + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.map { folder + "/" + $0 }.sorted()
    }

    /// The path of a program that was built together with the running test, such as `retier`.
    package static func builtProgram(_ name: String) -> String {
        let bundle = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return bundle.deletingLastPathComponent().appendingPathComponent(name).path
    }
}
