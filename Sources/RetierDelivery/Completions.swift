import Dispatch
import Synchronization

/// Where carriers leave their completions and the courier picks them up.
package final class Completions: Sendable {
    private let items = Mutex<[DeliveryCompletion]>([])
    /// Signalled once for each addition; surplus signals only make the taker look again.
    private let added = DispatchSemaphore(value: 0)

    package init() {}

    func add(_ completions: [DeliveryCompletion]) {
        guard !completions.isEmpty else { return }
        items.withLock { $0 += completions }
        added.signal()
    }

    /// Waits until `minimum` completions are there or the time is over, then takes all there are.
    ///
    /// The wait runs on a clock that nobody sets, so that a jump of the system's time does not stretch it.
    package func take(minimum: Int, waitMilliseconds: Int) -> [DeliveryCompletion] {
        let deadline = DispatchTime.now() + .milliseconds(waitMilliseconds)
        while items.withLock({ $0.count }) < minimum {
            guard added.wait(timeout: deadline) == .success else { break }
        }
        return items.withLock { items in
            defer { items = [] }
            return items
        }
    }
}
