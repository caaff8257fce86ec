import CRetierZlib
import Glibc
import RetierCore

/// The bytes of a plain or gzip file, front to back.
final class ImportFile {
    let path: String
    /// Size on disk, compressed where the file is.
    let byteCount: Int
    private var handle: gzFile?

    init(path: String) throws {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else {
            let reason = String(cString: strerror(errno))
            throw RetierError(.badData, "\(path): \(reason)", hint: "check the path and its permissions")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw RetierError(.badData, "\(path): is a directory, not a file", hint: "name the CSV file itself")
        }
        byteCount = Int(status.st_size)
        handle = gzopen(path, "rb")
        guard handle != nil else {
            throw RetierError(.badData, "\(path): cannot be opened for reading", hint: "check its permissions")
        }
        gzbuffer(handle, 256 << 10)
    }

    deinit { if handle != nil { gzclose_r(handle) } }

    /// Bytes of the file on disk consumed so far.
    var bytesRead: Int { max(0, Int(gzoffset(handle))) }

    /// Fills as much of `room` as there is; 0 at the end.
    ///
    /// - Throws: `RetierError` where the file cannot be read or its compressed data is broken or cut off.
    func read(into room: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        let count = gzread(handle, room.baseAddress, UInt32(min(room.count, 1 << 30)))
        var code: Int32 = Z_OK
        let message = gzerror(handle, &code)
        if count >= 0, code == Z_OK || code == Z_STREAM_END { return Int(count) }
        if code == Z_BUF_ERROR {
            throw RetierError(
                .badData, "\(path): the gzip data ends too early, so the file is cut off; nothing was loaded",
                hint: "transfer the file again")
        }
        let reason = message.map { String(cString: $0) } ?? "unknown error"
        throw RetierError(
            .badData, "\(path): cannot be read: \(reason); nothing was loaded", hint: "transfer the file again")
    }
}
