import Glibc
import RetierCore

/// A nameless temporary file of sorted runs; it is gone when the process ends, however it ends.
///
/// `@unchecked Sendable`: `append` runs on one thread at a time and is over before the first `read`, which does not
/// change anything.
final class SpillFile: @unchecked Sendable {
    private let descriptor: Int32
    private(set) var runs: [Range<Int>] = []

    init(directory: String) throws {
        var template = Array((directory + "/.retier-sort-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SpillFile.failure("created in \(directory)") }
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Writes a sorted run: key, length and bytes of each record.
    func append(_ run: SortRun) throws {
        let start = runs.last?.upperBound ?? 0
        var written = start
        var buffer = ByteBuffer(capacity: 1 << 20)
        for index in 0..<run.count {
            let payload = run.payload(at: index)
            buffer.append(littleEndian: Int64(bitPattern: run.key(at: index)))
            buffer.append(bigEndian: UInt32(payload.count))
            buffer.append(payload)
            if buffer.count > 1_000_000 { try flush(&buffer, at: &written) }
        }
        try flush(&buffer, at: &written)
        runs.append(start..<written)
    }

    private func flush(_ buffer: inout ByteBuffer, at offset: inout Int) throws {
        var rest = buffer.bytes
        while !rest.isEmpty {
            let count = pwrite(descriptor, rest.baseAddress, rest.count, offset)
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SpillFile.failure("written")
            }
            offset += count
            rest = Bytes(rebasing: rest[count...])
        }
        buffer.removeAll()
    }

    func read(into room: UnsafeMutableBufferPointer<UInt8>, at offset: Int) throws -> Int {
        while true {
            let count = pread(descriptor, room.baseAddress, room.count, offset)
            if count >= 0 { return count }
            guard errno == EINTR else { throw SpillFile.failure("read") }
        }
    }

    private static func failure(_ what: String) -> RetierError {
        let reason = String(cString: strerror(errno))
        return RetierError(
            .tryLater, "a temporary file for sorting cannot be \(what): \(reason); nothing was loaded",
            hint: "free space beside the ledger (about the size of the imported file, unpacked) and import again")
    }
}
