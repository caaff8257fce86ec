import RetierCore

/// A compact map from texts to ledger keys: open addressing over one byte arena, about forty bytes an entry.
struct KeyIndex: ~Copyable {
    /// Upper half: upper half of the text's hash. Lower half: entry number plus one, 0 where free.
    private var slots: [UInt64]
    private var arena = ByteBuffer(capacity: 4096)
    private var ends: [UInt32] = []
    private var keys: [UInt32] = []

    init() { slots = Array(repeating: 0, count: 1024) }

    var count: Int { keys.count }

    /// The key of a text, or nil.
    func key(of text: Bytes) -> UInt32? {
        let hash = StableHash.of(bytes: text)
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[position]
            if slot == 0 { return nil }
            if slot >> 32 == hash >> 32 {
                let entry = Int(slot & 0xffff_ffff) - 1
                if self.text(ofEntry: entry).isEqual(to: text) { return keys[entry] }
            }
            position = (position + 1) & mask
        }
    }

    /// Adds a text that is not in the map yet; returns its entry number.
    @discardableResult
    mutating func insert(_ text: Bytes, key: UInt32) -> Int {
        if (keys.count + 1) * 2 > slots.count { grow() }
        arena.append(text)
        ends.append(UInt32(arena.count))
        keys.append(key)
        place(entry: keys.count - 1, hash: StableHash.of(bytes: text))
        return keys.count - 1
    }

    func text(ofEntry entry: Int) -> Bytes {
        let start = entry == 0 ? 0 : Int(ends[entry - 1])
        return Bytes(rebasing: arena.bytes[start..<Int(ends[entry])])
    }

    private mutating func place(entry: Int, hash: UInt64) {
        let mask = slots.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position] != 0 { position = (position + 1) & mask }
        slots[position] = (hash >> 32) << 32 | UInt64(entry + 1)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for entry in keys.indices { place(entry: entry, hash: StableHash.of(bytes: text(ofEntry: entry))) }
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
