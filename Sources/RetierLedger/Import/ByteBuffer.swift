/// Bytes that somebody else owns for the moment.
typealias Bytes = UnsafeBufferPointer<UInt8>

/// A growing run of bytes, used again and again without allocating.
struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 256) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// The bytes so far; valid until the next change.
    var bytes: Bytes { Bytes(start: base, count: count) }

    mutating func removeAll() { count = 0 }

    mutating func removeLast() { count -= 1 }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: Bytes) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        if count + bytes.count > capacity { grow(by: bytes.count) }
        (base + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    /// Four bytes, most significant first, so that byte order is number order.
    @inline(__always)
    mutating func append(bigEndian number: UInt32) {
        withUnsafeBytes(of: number.bigEndian) { append($0.assumingMemoryBound(to: UInt8.self)) }
    }

    /// Eight bytes, least significant first.
    @inline(__always)
    mutating func append(littleEndian number: Int64) {
        withUnsafeBytes(of: number.littleEndian) { append($0.assumingMemoryBound(to: UInt8.self)) }
    }

    /// Seven bits a byte, least significant first, the top bit set on all but the last.
    @inline(__always)
    mutating func append(varint number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers of either sign take few bytes.
    @inline(__always)
    mutating func append(zigzag number: Int64) {
        append(varint: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    private mutating func grow(by extra: Int) {
        let wanted = max(capacity * 2, count + extra)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = wanted
    }
}

/// Reads back what a `ByteBuffer` wrote, front to back.
struct ByteCursor {
    private(set) var rest: Bytes

    init(_ bytes: Bytes) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    @inline(__always)
    mutating func byte() -> UInt8 {
        let first = rest[0]
        rest = Bytes(rebasing: rest[1...])
        return first
    }

    @inline(__always)
    mutating func bytes(_ count: Int) -> Bytes {
        let taken = Bytes(rebasing: rest[..<count])
        rest = Bytes(rebasing: rest[count...])
        return taken
    }

    @inline(__always)
    mutating func bigEndian() -> UInt32 {
        UInt32(bigEndian: UnsafeRawBufferPointer(bytes(4)).loadUnaligned(as: UInt32.self))
    }

    @inline(__always)
    mutating func littleEndian() -> Int64 {
        Int64(littleEndian: UnsafeRawBufferPointer(bytes(8)).loadUnaligned(as: Int64.self))
    }

    @inline(__always)
    mutating func varint() -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            number |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    /// The bytes up to the next zero byte, which is skipped.
    @inline(__always)
    mutating func zeroTerminated() -> Bytes {
        var end = 0
        while rest[end] != 0 { end += 1 }
        let taken = Bytes(rebasing: rest[..<end])
        rest = Bytes(rebasing: rest[(end + 1)...])
        return taken
    }
}
