import RetierLedger

/// Splits rows into one contiguous range a thread and joins the results in row order, so that the number of threads
/// never shows.
func inParallel<Element: Sendable>(
    rows count: Int, threads: Int, _ body: @escaping @Sendable (Range<Int>) throws -> [Element]
) throws -> [Element] {
    let parts = min(threads, max(1, count))
    let ranges = (0..<parts).map { (count * $0 / parts)..<(count * ($0 + 1) / parts) }
    let results = try inParallel(ranges) { _, range in try body(range) }
    return results.count == 1 ? results[0] : Array(results.joined())
}
