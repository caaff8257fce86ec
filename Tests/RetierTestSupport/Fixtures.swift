import Foundation

/// Files of `Tests/Fixtures`: public data with independently computed results, see the README there.
package enum Fixtures {
    /// The path of a fixture.
    package static func path(_ name: String) -> String { Repository.root + "/Tests/Fixtures/" + name }

    /// The text of a fixture; a `.gz` file is unpacked with `gzip`.
    package static func text(_ name: String) throws -> String {
        guard name.hasSuffix(".gz") else { return try Repository.read("Tests/Fixtures/" + name) }
        let run = try runProcess("gzip", ["-dc", path(name)])
        guard run.status == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return run.output
    }

    /// The rows of a CSV fixture without quoted fields, each by column name.
    package static func rows(_ name: String) throws -> [[String: String]] {
        var lines = try text(name).split(separator: "\n")
        let columns = lines.removeFirst().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return lines.map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(columns, cells))
        }
    }
}
