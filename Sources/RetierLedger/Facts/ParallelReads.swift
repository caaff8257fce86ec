import Dispatch
import RetierCore
import Synchronization

/// Runs one piece of reading a connection, each on its own thread, and waits for all of them.
///
/// The first error is thrown after all have ended; results are in the order of the connections.
func inParallel<Result: Sendable>(
    _ connections: [ReadConnection], _ body: @Sendable (Int, ReadConnection) throws -> Result
) throws -> [Result] {
    guard connections.count > 1 else { return try connections.map { try body(0, $0) } }
    let outcomes = Mutex<[Swift.Result<Result, any Error>?]>(Array(repeating: nil, count: connections.count))
    DispatchQueue.concurrentPerform(iterations: connections.count) { index in
        let outcome = Swift.Result { try body(index, connections[index]) }
        outcomes.withLock { $0[index] = outcome }
    }
    return try outcomes.withLock { try $0.compactMap { try $0?.get() } }
}
