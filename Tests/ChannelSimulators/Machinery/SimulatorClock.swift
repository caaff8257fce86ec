import Foundation
import RetierCore
import Synchronization

/// What time a simulated service believes it is, in milliseconds since 1970.
package struct SimulatorClock: Sendable {
    package let milliseconds: @Sendable () -> Int64

    package init(milliseconds: @escaping @Sendable () -> Int64) { self.milliseconds = milliseconds }

    package static let system = SimulatorClock(milliseconds: { Int64(Date().timeIntervalSince1970 * 1_000) })

    /// A clock that knows whole seconds only.
    package static func seconds(_ seconds: @escaping @Sendable () -> Int64) -> SimulatorClock {
        SimulatorClock(milliseconds: { seconds() * 1_000 })
    }
}

/// A clock that moves when a test says so.
package final class ManualClock: Sendable {
    private let now: Mutex<Int64>

    package init(seconds: Int64 = 1_760_000_000) { now = Mutex(seconds * 1_000) }

    package var clock: SimulatorClock { SimulatorClock(milliseconds: { self.milliseconds }) }

    package var milliseconds: Int64 { now.withLock { $0 } }

    /// Seconds since 1970, rounded down.
    package var seconds: Int64 { milliseconds / 1_000 }

    package func advance(seconds: Int64) { advance(milliseconds: seconds * 1_000) }

    package func advance(milliseconds: Int64) { now.withLock { $0 += milliseconds } }
}
