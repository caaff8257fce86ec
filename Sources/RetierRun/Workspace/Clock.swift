import Foundation
package import RetierCore

/// The one place that reads the time; everything else is told.
package struct Clock: Sendable {
    private let read: @Sendable () -> Instant

    /// The system's clock.
    package static let system = Clock { Instant(seconds: Int64(Date().timeIntervalSince1970.rounded(.down))) }

    /// A clock that a test or the demo moves.
    package init(_ read: @escaping @Sendable () -> Instant) { self.read = read }

    package var now: Instant { read() }
}
