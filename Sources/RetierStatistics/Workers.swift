import Synchronization

/// Runs pieces of work, on as many threads as it has.
///
/// Work is cut into chunks of a fixed length, and results are taken in the order of the chunks: the number of threads
/// and who took which chunk never show, to the last bit of a sum.
package struct Workers: Sendable {
    /// Calls the body once for each of `0..<count`, in any order and on any threads, and returns when all have ended.
    package typealias Run = @Sendable (_ count: Int, _ body: @Sendable (Int) -> Void) -> Void

    private let run: Run

    package init(_ run: @escaping Run) { self.run = run }

    /// The calling thread alone, chunk after chunk.
    package static let single = Workers { count, body in
        for index in 0..<count { body(index) }
    }

    /// What the body makes of each chunk of `0..<count`, in the order of the chunks.
    package func chunks<Part: Sendable>(
        of count: Int, length: Int = 16_384, _ body: @Sendable (Range<Int>) -> Part
    ) -> [Part] {
        let chunks = (count + length - 1) / length
        let parts = Mutex<[Part?]>(Array(repeating: nil, count: chunks))
        run(chunks) { index in
            let part = body(index * length..<min((index + 1) * length, count))
            parts.withLock { $0[index] = part }
        }
        return parts.withLock { $0.compactMap { $0 } }
    }
}
