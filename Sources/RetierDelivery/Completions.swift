import Foundation

/// Where carriers leave their completions and the courier picks them up.
///
/// `@unchecked Sendable`: `items` is only touched while `condition` is locked.
package final class Completions: @unchecked Sendable {
    private let condition = NSCondition()
    private var items: [DeliveryCompletion] = []

    package init() {}

    func add(_ completions: [DeliveryCompletion]) {
        guard !completions.isEmpty else { return }
        condition.lock()
        items += completions
        condition.signal()
        condition.unlock()
    }

    /// Waits until `minimum` completions are there or the time is over, then takes all there are.
    package func take(minimum: Int, waitMilliseconds: Int) -> [DeliveryCompletion] {
        let deadline = Date(timeIntervalSinceNow: Double(waitMilliseconds) / 1_000)
        condition.lock()
        defer { condition.unlock() }
        while items.count < minimum {
            guard condition.wait(until: deadline) else { break }
        }
        let taken = items
        items = []
        return taken
    }
}
