import Dispatch
import Synchronization

/// Where carriers leave their completions and the courier picks them up.
package final class Completions: Sendable {
    private struct State {
        var items: [DeliveryCompletion] = []
        /// How many the courier waits for; nil while it does not wait.
        var wanted: Int?
    }

    private let state = Mutex(State())
    /// Signalled once what the courier waits for is there: waking it for less would cost more than the completions do.
    private let enough = DispatchSemaphore(value: 0)

    package init() {}

    func add(_ completions: [DeliveryCompletion]) {
        guard !completions.isEmpty else { return }
        let isEnough = state.withLock { state in
            state.items += completions
            guard let wanted = state.wanted, state.items.count >= wanted else { return false }
            state.wanted = nil
            return true
        }
        if isEnough { enough.signal() }
    }

    /// Waits until `minimum` completions are there or the time is over, then takes all there are.
    ///
    /// The wait runs on a clock that nobody sets, so that a jump of the system's time does not stretch it.
    package func take(minimum: Int, waitMilliseconds: Int) -> [DeliveryCompletion] {
        let deadline = DispatchTime.now() + .milliseconds(waitMilliseconds)
        // A signal that came just after a wait had ended makes the next one look again.
        while isShort(of: minimum) {
            guard enough.wait(timeout: deadline) == .success else { break }
        }
        return state.withLock { state in
            defer { state = State() }
            return state.items
        }
    }

    private func isShort(of minimum: Int) -> Bool {
        state.withLock { state in
            guard state.items.count < minimum else { return false }
            state.wanted = minimum
            return true
        }
    }
}
