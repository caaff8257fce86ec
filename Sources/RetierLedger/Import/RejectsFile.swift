import Glibc
import RetierCore

/// The file beside an import that lists its rejected rows: line number, code and reason in front of the row as it was.
///
/// It can be corrected and imported as it is, since the three columns in front are ignored. It is written under a
/// temporary name and takes its own only when the import has come to an end.
final class RejectsFile {
    /// The columns in front of the file's own.
    static let columns = ["line", "code", "reason"]

    let path: String
    private let partialPath: String
    private let header: [UInt8]
    private var file: UnsafeMutablePointer<FILE>?
    private(set) var count = 0

    init(importPath: String, header: Bytes) {
        path = importPath + ".rejected.csv"
        partialPath = path + ".partial"
        self.header = Array(header)
    }

    deinit { discard() }

    func add(line: Int, problem: RowProblem, row: Bytes) throws {
        if file == nil {
            guard let opened = fopen(partialPath, "w") else { throw unwritable() }
            file = opened
            try write(Array((RejectsFile.columns.joined(separator: ",") + ",").utf8) + header + [0x0A])
        }
        count += 1
        try write(Array("\(line),\(problem.code.rawValue),\(problem.reason),".utf8))
        try write(row)
        try write([0x0A])
    }

    /// Puts the file in its place, or removes one that an earlier import left where nothing is rejected any more.
    ///
    /// - Returns: the path, or nil where no row was rejected.
    func finish() throws -> String? {
        guard let file else {
            unlink(path)
            return nil
        }
        self.file = nil
        guard fclose(file) == 0, rename(partialPath, path) == 0 else { throw unwritable() }
        return path
    }

    private func discard() {
        guard let file else { return }
        fclose(file)
        unlink(partialPath)
    }

    private func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBufferPointer { try write($0) } }

    private func write(_ bytes: Bytes) throws {
        guard !bytes.isEmpty else { return }
        guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else { throw unwritable() }
    }

    private func unwritable() -> RetierError {
        let reason = String(cString: strerror(errno))
        return RetierError(
            .badConfiguration, "\(path): rejected rows cannot be written: \(reason); nothing was loaded",
            hint: "make the folder of the imported file writable, or import a copy of it")
    }
}
