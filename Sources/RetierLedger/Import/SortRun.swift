import Glibc
import RetierCore

/// Records that fit in memory: a key and some bytes each, to be sorted by key and then by bytes.
///
/// `@unchecked Sendable`: one thread uses it at a time; `ExternalSorter` hands it to the spilling thread and takes it
/// back only after waiting for it.
final class SortRun: @unchecked Sendable {
    struct Entry {
        var key: UInt64
        /// Where the record's length lies in the arena; its bytes follow.
        var offset: UInt64
    }

    @exclusivity(unchecked) private var arena: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var arenaSize: Int
    @exclusivity(unchecked) private var used = 0
    @exclusivity(unchecked) private var entries: UnsafeMutablePointer<Entry>
    @exclusivity(unchecked) private var scratch: UnsafeMutablePointer<Entry>
    private let entryCapacity: Int
    @exclusivity(unchecked) private(set) var count = 0

    init(bytes: Int) {
        arenaSize = bytes
        arena = .allocate(byteCount: bytes, alignment: 8)
        // Records of orders are about 40 bytes; where they are shorter, the entries limit the run.
        entryCapacity = max(4, bytes / 36)
        entries = .allocate(capacity: entryCapacity)
        scratch = .allocate(capacity: entryCapacity)
    }

    deinit {
        arena.deallocate()
        entries.deallocate()
        scratch.deallocate()
    }

    /// Adds a record, or returns false where it does not fit; an empty run takes any record.
    func add(key: UInt64, payload: Bytes) -> Bool {
        let size = payload.count + 4
        if count == entryCapacity { return false }
        if used + size > arenaSize {
            guard count == 0 else { return false }
            arena.deallocate()
            arena = .allocate(byteCount: size, alignment: 8)
            arenaSize = size
        }
        arena.storeBytes(of: UInt32(payload.count), toByteOffset: used, as: UInt32.self)
        if let source = payload.baseAddress { (arena + used + 4).copyMemory(from: source, byteCount: payload.count) }
        entries[count] = Entry(key: key, offset: UInt64(used))
        used += size
        count += 1
        return true
    }

    func removeAll() {
        used = 0
        count = 0
    }

    func key(at index: Int) -> UInt64 { entries[index].key }

    func payload(at index: Int) -> Bytes { payload(of: entries[index]) }

    private func payload(of entry: Entry) -> Bytes {
        let start = arena + Int(entry.offset)
        let length = Int(start.loadUnaligned(as: UInt32.self))
        return Bytes(start: (start + 4).assumingMemoryBound(to: UInt8.self), count: length)
    }

    func sort() {
        sortByKey()
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, entries[end].key == entries[start].key { end += 1 }
            if end - start > 1 {
                var ties = UnsafeMutableBufferPointer(start: entries + start, count: end - start)
                ties.sort { payload(of: $0).precedes(payload(of: $1)) }
            }
            start = end
        }
    }

    /// Least significant digit first radix sort over the bytes in which keys differ.
    private func sortByKey() {
        guard count > 1 else { return }
        var differing: UInt64 = 0
        for index in 1..<count { differing |= entries[index].key ^ entries[0].key }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { starts in
            for shift in stride(from: UInt64(0), to: 64, by: 8) where (differing >> shift) & 0xff != 0 {
                starts.initialize(repeating: 0)
                for index in 0..<count { starts[Int(truncatingIfNeeded: (entries[index].key >> shift) & 0xff)] += 1 }
                var total = 0
                for digit in 0..<256 { (starts[digit], total) = (total, total + starts[digit]) }
                for index in 0..<count {
                    let digit = Int(truncatingIfNeeded: (entries[index].key >> shift) & 0xff)
                    scratch[starts[digit]] = entries[index]
                    starts[digit] += 1
                }
                swap(&entries, &scratch)
            }
        }
    }
}

extension Bytes {
    /// Byte order; a prefix comes first.
    @inline(__always)
    func precedes(_ other: Bytes) -> Bool {
        let shared = Swift.min(count, other.count)
        if shared > 0, let left = baseAddress, let right = other.baseAddress {
            let order = memcmp(left, right, shared)
            if order != 0 { return order < 0 }
        }
        return count < other.count
    }
}
