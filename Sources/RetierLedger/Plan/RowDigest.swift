import Crypto
import Dispatch
import RetierCore
import Synchronization

/// SHA-256 over rows: each value as one type byte (`N`, `I`, `T`) and, but for `N`, eight little-endian bytes: the
/// number, or the length of the UTF-8 text that follows.
///
/// The buffer keeps the texts of the current row where they are, so that a statement may bind them without another
/// copy. Another thread hashes a full one while the next is filled.
final class RowDigest {
    private static let capacity = 1 << 18
    /// A text that does not fit leaves the end of the buffer free, which is more than the numbers of the rows of one
    /// statement need.
    private static let reserve = 8_192

    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    private var other = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 8)
    private var used = 0
    private var hashed = 0
    private let hashing = Hashing()

    deinit {
        hashing.wait()
        buffer.deallocate()
        other.deallocate()
    }

    /// Ends the rows before; pointers into them are no longer valid.
    @inline(__always)
    func beginRow() {
        if used > RowDigest.capacity / 2 { turn() }
    }

    private func turn() {
        // What the other buffer held is hashed by then.
        hashing.wait()
        hashing.begin(UnsafeRawBufferPointer(rebasing: buffer[hashed..<used]))
        swap(&buffer, &other)
        used = 0
        hashed = 0
    }

    @inline(__always)
    func append(_ value: Int64) {
        makeRoom(9)
        buffer[used] = 0x49
        buffer.storeBytes(of: value.littleEndian, toByteOffset: used + 1, as: Int64.self)
        used += 9
    }

    @inline(__always)
    func appendNull() {
        makeRoom(1)
        buffer[used] = 0x4E
        used += 1
    }

    /// Adds a text; returns where it stays until the next row, or nil where it was too long for the buffer.
    @inline(__always) @discardableResult
    func append(_ bytes: UnsafeRawBufferPointer, tag: UInt8 = 0x54) -> UnsafePointer<CChar>? {
        makeRoom(9)
        buffer[used] = tag
        buffer.storeBytes(of: Int64(bytes.count).littleEndian, toByteOffset: used + 1, as: Int64.self)
        used += 9
        guard used + bytes.count <= buffer.count - RowDigest.reserve else {
            flush()
            hashing.take(bytes)
            return nil
        }
        let place = UnsafeMutableRawBufferPointer(rebasing: buffer[used..<used + bytes.count])
        place.copyMemory(from: bytes)
        used += bytes.count
        return UnsafeRawPointer(place.baseAddress ?? buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
    }

    /// The lower-case hexadecimal digest of everything fed.
    func finish() -> String {
        flush()
        return hashing.finish()
    }

    private func makeRoom(_ count: Int) {
        precondition(used + count <= buffer.count, "a statement has few columns")
    }

    private func flush() {
        hashing.wait()
        hashing.take(UnsafeRawBufferPointer(rebasing: buffer[hashed..<used]))
        hashed = used
    }

    /// The hash of what came so far; at most one piece is in work on another thread.
    private final class Hashing: Sendable {
        private let hash = Mutex(SHA256())
        private let work = DispatchGroup()

        /// Waits until what was begun has been taken.
        func wait() { work.wait() }

        /// Takes some bytes, which stay as they are until `wait` returns, on another thread.
        func begin(_ bytes: UnsafeRawBufferPointer) {
            nonisolated(unsafe) let bytes = bytes
            DispatchQueue.global().async(group: work) { self.take(bytes) }
        }

        func take(_ bytes: UnsafeRawBufferPointer) {
            hash.withLock { $0.update(bufferPointer: bytes) }
        }

        func finish() -> String { Hexadecimal.text(of: hash.withLock { $0.finalize() }) }
    }
}
