import RetierCore
import Synchronization

/// Which requests go wrong, and how.
package struct SimulatorFaults: Sendable {
    let fault: @Sendable (SimulatorRequest) -> SimulatorFault?

    package init(_ fault: @escaping @Sendable (SimulatorRequest) -> SimulatorFault?) { self.fault = fault }

    package static let none = SimulatorFaults { _ in nil }

    /// The same for every request, or for those on one path.
    package static func always(_ fault: SimulatorFault, path: String? = nil) -> SimulatorFaults {
        SimulatorFaults { path == nil || $0.path == path ? fault : nil }
    }

    /// By request number, counted from 1 on the path, or over all paths where none is given.
    package static func at(_ faults: [Int: SimulatorFault], path: String? = nil) -> SimulatorFaults {
        SimulatorFaults { request in
            guard let path else { return faults[request.number] }
            return request.path == path ? faults[request.numberOnPath] : nil
        }
    }

    /// One fault for each request whose body holds a text, in turn; nil, and whatever comes after them, works.
    package static func mentioning(_ text: String, _ faults: [SimulatorFault?]) -> SimulatorFaults {
        let seen = Counter()
        return SimulatorFaults { request in
            guard request.text.contains(text) else { return nil }
            let index = seen.next()
            return index < faults.count ? faults[index] : nil
        }
    }

    /// About one in so many requests, chosen by the seed and the request's number: the same on every run.
    package static func seeded(_ seed: UInt64, oneIn: UInt64, among faults: [SimulatorFault]) -> SimulatorFaults {
        SimulatorFaults { request in
            var generator = SplitMix64(seed: seed &+ UInt64(request.number) &* 0x9E37_79B9)
            guard !faults.isEmpty, generator.next() % max(1, oneIn) == 0 else { return nil }
            return faults[Int(generator.next() % UInt64(faults.count))]
        }
    }

    /// The other script where this one lets a request through.
    package func or(_ other: SimulatorFaults) -> SimulatorFaults {
        SimulatorFaults { fault($0) ?? other.fault($0) }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        /// 0, 1, 2, ...
        func next() -> Int {
            count.withLock { count in
                count += 1
                return count - 1
            }
        }
    }
}
