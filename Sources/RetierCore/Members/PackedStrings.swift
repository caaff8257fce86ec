/// Many short strings in one buffer: a million member ids cost their bytes and four more each.
package struct PackedStrings: Sendable, Hashable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []

    package init() {}

    package init(_ strings: some Sequence<String>) {
        for string in strings { append(string) }
    }

    package mutating func reserve(count: Int, bytes byteCount: Int) {
        ends.reserveCapacity(count)
        bytes.reserveCapacity(byteCount)
    }

    package mutating func append(_ string: String) {
        bytes.append(contentsOf: string.utf8)
        ends.append(UInt32(bytes.count))
    }

    package mutating func append(utf8 buffer: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: buffer)
        ends.append(UInt32(bytes.count))
    }

    package var count: Int { ends.count }

    package subscript(index: Int) -> String {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return String(decoding: bytes[start..<Int(ends[index])], as: UTF8.self)
    }

    /// The UTF-8 bytes of one string, without making a `String`.
    package func withUTF8<Result>(at index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return try bytes.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[start..<Int(ends[index])]))
        }
    }

    /// The row of a string where the rows are sorted by bytes, or nil.
    package func sortedIndex(of string: String) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].utf8.lexicographicallyPrecedes(string.utf8) { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == string ? low : nil
    }
}
