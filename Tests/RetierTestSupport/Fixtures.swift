import Foundation

/// Files of `Tests/Fixtures`, found beside this source file.
package enum Fixtures {
    package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    package static func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

    /// The text of a fixture; a `.gz` file is unpacked with `gzip`.
    package static func text(_ path: String) throws -> String {
        guard path.hasSuffix(".gz") else { return try String(contentsOf: url(path), encoding: .utf8) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", url(path).path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return String(decoding: data, as: UTF8.self)
    }

    /// The rows of a CSV fixture without quoted fields, each by column name.
    package static func rows(_ path: String) throws -> [[String: String]] {
        var lines = try text(path).split(whereSeparator: \.isNewline)
        let columns = lines.removeFirst().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return lines.map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(columns, cells))
        }
    }
}
