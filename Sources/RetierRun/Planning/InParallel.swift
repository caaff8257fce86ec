import Dispatch
import Synchronization

/// Splits rows into one contiguous range a thread and joins the results in row order, so that the number of threads
/// never shows.
func inParallel<Element: Sendable>(
    rows count: Int, threads: Int, _ body: @escaping @Sendable (Range<Int>) throws -> [Element]
) throws -> [Element] {
    let parts = min(threads, max(1, count))
    guard parts > 1 else { return try body(0..<count) }
    let results = Mutex<[Result<[Element], any Error>?]>(Array(repeating: nil, count: parts))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
        let range = (count * part / parts)..<(count * (part + 1) / parts)
        let result = Result { try body(range) }
        results.withLock { $0[part] = result }
    }
    var joined: [Element] = []
    for result in results.withLock({ $0 }) { joined += try result?.get() ?? [] }
    return joined
}
