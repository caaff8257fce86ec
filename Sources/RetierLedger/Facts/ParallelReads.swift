import Dispatch
import Synchronization

/// Runs one piece of work an item, each on its own thread, and waits for all of them.
///
/// The first error is thrown after all have ended; results are in the order of the items.
package func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ body: @Sendable (Int, Item) throws -> Result
) throws -> [Result] {
    guard items.count > 1 else { return try items.map { try body(0, $0) } }
    let outcomes = Mutex<[Swift.Result<Result, any Error>?]>(Array(repeating: nil, count: items.count))
    DispatchQueue.concurrentPerform(iterations: items.count) { index in
        let outcome = Swift.Result { try body(index, items[index]) }
        outcomes.withLock { $0[index] = outcome }
    }
    return try outcomes.withLock { try $0.compactMap { try $0?.get() } }
}
