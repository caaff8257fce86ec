import Dispatch
import Synchronization

/// Work that another thread does while this one does something else; it begins at once.
final class Ahead<Value: Sendable>: Sendable {
    private let outcome: Mutex<Result<Value, any Error>?>
    private let isDone = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () throws -> Value) {
        outcome = Mutex(nil)
        DispatchQueue.global().async { [self] in
            let result = Result { try work() }
            outcome.withLock { $0 = result }
            isDone.signal()
        }
    }

    /// What the work came to; waits for its end, once.
    func value() throws -> Value {
        isDone.wait()
        guard let result = outcome.withLock({ $0.take() }) else { preconditionFailure("a result is taken once") }
        return try result.get()
    }
}
