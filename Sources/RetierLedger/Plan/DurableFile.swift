import Foundation
import RetierCore

/// The system calls that make a written file last.
enum DurableFile {
    /// Gives a plan's header a fixed library version, so that two versions of SQLite write the same bytes, and syncs
    /// the file.
    static func seal(plan path: String) throws {
        let file = open(path, O_RDWR)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        // "SQLITE_VERSION_NUMBER" of the last writer, big-endian at offset 96: for information only. 3.37.0 is the
        // first version that knows strict tables.
        var version = UInt32(3_037_000).bigEndian
        guard pwrite(file, &version, 4, 96) == 4, fsync(file) == 0 else { throw failure("write", path) }
    }

    /// Renames a file, replacing what has the name, and syncs the folder.
    static func move(_ draft: String, to path: String) throws {
        guard rename(draft, path) == 0 else { throw failure("rename", path) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let handle = open(folder, O_RDONLY)
        guard handle >= 0 else { throw failure("open", folder) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw failure("sync", folder) }
    }

    private static func failure(_ verb: String, _ path: String) -> RetierError {
        RetierError(
            .tryLater, "cannot \(verb) \(path): \(String(cString: strerror(errno)))", hint: "check disk and rights")
    }
}
