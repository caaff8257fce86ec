import Glibc

/// A compact map from texts to ledger keys: open addressing over one byte arena, about forty bytes an entry.
struct KeyIndex: ~Copyable {
    /// Upper half of the text's hash above, where its entry starts in the arena plus one below; 0 where free.
    private var slots: UnsafeMutableBufferPointer<UInt64>
    /// Entries: key, length and bytes.
    private var arena = ByteBuffer(capacity: 4096)
    private(set) var count = 0

    init() {
        slots = KeyIndex.emptySlots(1024)
    }

    deinit { slots.deallocate() }

    /// The key of a text, or nil.
    func key(of text: Bytes) -> UInt32? {
        let hash = KeyIndex.hash(text)
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[position]
            if slot == 0 { return nil }
            if slot >> 32 == hash >> 32 {
                let entry = entry(at: Int(slot & 0xffff_ffff) - 1)
                if entry.text.isEqual(to: text) { return entry.key }
            }
            position = (position + 1) & mask
        }
    }

    /// Adds a text that is not in the map yet; returns where its entry is.
    @discardableResult
    mutating func insert(_ text: Bytes, key: UInt32) -> Int {
        if (count + 1) * 2 > slots.count { grow() }
        let offset = arena.count
        precondition(offset < UInt32.max, "ids of all members together take less than four gigabytes")
        arena.append(bigEndian: key)
        arena.append(bigEndian: UInt32(text.count))
        arena.append(text)
        count += 1
        place(offset: offset, hash: KeyIndex.hash(text))
        return offset
    }

    @inline(__always)
    func entry(at offset: Int) -> (key: UInt32, text: Bytes) {
        var cursor = ByteCursor(Bytes(rebasing: arena.bytes[offset...]))
        let key = cursor.bigEndian()
        let length = Int(cursor.bigEndian())
        return (key, cursor.bytes(length))
    }

    private func place(offset: Int, hash: UInt64) {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position] != 0 { position = (position + 1) & mask }
        slots[position] = (hash >> 32) << 32 | UInt64(offset + 1)
    }

    private mutating func grow() {
        let capacity = slots.count * 2
        slots.deallocate()
        slots = KeyIndex.emptySlots(capacity)
        var offset = 0
        while offset < arena.count {
            let text = entry(at: offset).text
            place(offset: offset, hash: KeyIndex.hash(text))
            offset += 8 + text.count
        }
    }

    /// Large tables ask for huge pages: with small ones, each look-up among a million misses the page tables as well.
    private static func emptySlots(_ capacity: Int) -> UnsafeMutableBufferPointer<UInt64> {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * 8, alignment: 2 << 20)
        if bytes.count >= 4 << 20 { madvise(bytes.baseAddress, bytes.count, Int32(MADV_HUGEPAGE)) }
        let slots = bytes.bindMemory(to: UInt64.self)
        slots.initialize(repeating: 0)
        return slots
    }

    /// Multiplies eight bytes at a time and folds the product; for memory only, never stored.
    @inline(__always)
    private static func hash(_ text: Bytes) -> UInt64 {
        var hash = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset < text.count {
            var word: UInt64 = 0
            if offset + 8 <= text.count, let base = UnsafeRawPointer(text.baseAddress) {
                word = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            } else {
                for index in offset..<text.count { word = word << 8 | UInt64(text[index]) }
            }
            let product = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            hash = product.high ^ product.low
            offset += 8
        }
        let product = hash.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}

extension Bytes {
    @inline(__always)
    func isEqual(to other: Bytes) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}
