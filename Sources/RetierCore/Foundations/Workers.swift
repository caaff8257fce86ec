/// Runs pieces of work, on as many threads as it has.
///
/// Results are taken in the order of the pieces, and chunks have a fixed length: the number of threads and who took
/// which piece never show, to the last bit of a sum.
package struct Workers: Sendable {
    /// Calls the body once for each of `0..<count`, in any order and on any threads, and returns when all have ended.
    package typealias Run = @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

    private let run: Run

    package init(_ run: @escaping Run) { self.run = run }

    /// The calling thread alone, piece after piece.
    package static let single = Workers { count, body in
        for index in 0..<count { body(index) }
    }

    /// What the body makes of each of `0..<count`, in order.
    package func pieces<Part: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Part) -> [Part] {
        Array(unsafeUninitializedCapacity: count) { parts, filled in
            // Each piece has a place of its own, which only it writes.
            nonisolated(unsafe) let parts = parts
            run(count) { index in parts.initializeElement(at: index, to: body(index)) }
            filled = count
        }
    }

    /// What the body makes of each chunk of `0..<count`, in the order of the chunks.
    package func chunks<Part: Sendable>(
        of count: Int, length: Int = 16_384, _ body: @Sendable (Range<Int>) -> Part
    ) -> [Part] {
        pieces((count + length - 1) / length) { index in body(index * length..<min((index + 1) * length, count)) }
    }
}

extension Array {
    /// The elements of some parts, one part after the other.
    package init(joining parts: [[Element]]) {
        self = []
        reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { append(contentsOf: part) }
    }
}
