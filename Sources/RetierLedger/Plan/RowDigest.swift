import Crypto
import RetierCore

/// SHA-256 over rows: each value as one type byte (`N`, `I`, `T`) and, but for `N`, eight little-endian bytes: the
/// number, or the
/// length of the UTF-8 text that follows.
///
/// The buffer keeps the texts of the current row where they are, so that a statement may bind them without another
/// copy.
final class RowDigest {
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0
    private var hashed = 0
    private var hash = SHA256()

    init() { buffer = .allocate(byteCount: 1 << 18, alignment: 8) }

    deinit { buffer.deallocate() }

    /// Ends the rows before; pointers into them are no longer valid.
    @inline(__always)
    func beginRow() {
        if used > buffer.count / 2 {
            flush()
            used = 0
            hashed = 0
        }
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
            hash.update(bufferPointer: bytes)
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
        return Hexadecimal.text(of: hash.finalize())
    }

    /// A text that does not fit leaves the end of the buffer free, which is more than the numbers of the rows of one
    /// statement need.
    private static let reserve = 8_192

    private func makeRoom(_ count: Int) {
        precondition(used + count <= buffer.count, "a statement has few columns")
    }

    private func flush() {
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[hashed..<used]))
        hashed = used
    }
}
