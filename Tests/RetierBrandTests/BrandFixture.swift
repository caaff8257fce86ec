import Foundation
import RetierCore
import RetierTestSupport

@testable import RetierBrand

/// Brand folders for tests: a valid one, and cases that replace some of its files.
enum BrandFixture {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// The names of the invalid cases.
    static let invalidCases: [String] =
        ((try? FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: "invalid").path)) ?? []).sorted()

    /// A copy of the valid folder with the files of an invalid case over it.
    static func folder(_ invalidCase: String? = nil) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try copy(root.appending(path: "valid"), to: folder)
        if let invalidCase { try copy(root.appending(path: "invalid/\(invalidCase)"), to: folder) }
        return folder
    }

    static func copy(_ source: URL, to folder: TemporaryFolder, below prefix: String = "") throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: source.path) {
            var isDirectory: ObjCBool = false
            let from = source.appending(path: path).path
            guard FileManager.default.fileExists(atPath: from, isDirectory: &isDirectory), !isDirectory.boolValue else {
                continue
            }
            try folder.write([UInt8](Data(contentsOf: URL(filePath: from))), to: prefix + path)
        }
    }

    /// Knows two zones, so that tests do not depend on the machine's time zone data.
    static func zoneRules(_ name: String) -> ZoneRules? {
        switch name {
        case "UTC": .utc
        case "Asia/Shanghai": ZoneRules(name: name, changes: [], offsets: [28_800])
        default: nil
        }
    }

    static func check(_ folder: TemporaryFolder) -> [Diagnostic] {
        Brand.check(directory: URL(filePath: folder.path), zoneRules: zoneRules)
    }

    static func load(_ folder: TemporaryFolder) throws -> Brand {
        try Brand.load(directory: URL(filePath: folder.path), zoneRules: zoneRules)
    }

    /// A brand folder made by `retier init` from the shipped library.
    static func scaffold() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try BrandScaffold.create(
            at: URL(filePath: folder.path("brand")), library: URL(filePath: Repository.root))
        return folder
    }
}
