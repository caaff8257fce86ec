import Foundation

/// Works on values with several threads of its own, so that none of the tests' threads is blocked; the results are in
/// the order of the values.
func onThreads<Value: Sendable, Result: Sendable>(
    _ values: [Value], threads: Int = 8, _ body: @escaping @Sendable (Value) -> Result
) async -> [Result] {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = threads
    return await withTaskGroup(of: (Int, Result).self) { group in
        for (place, value) in values.enumerated() {
            group.addTask {
                await withCheckedContinuation { continuation in
                    queue.addOperation { continuation.resume(returning: (place, body(value))) }
                }
            }
        }
        var results: [(Int, Result)] = []
        for await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
