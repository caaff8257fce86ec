import Synchronization

/// Set once, from anywhere (a signal handler included), to make a delivery end soon and cleanly.
package final class StopFlag: Sendable {
    private let value = Atomic<Bool>(false)

    package init() {}

    package var isSet: Bool { value.load(ordering: .acquiring) }

    package func set() { value.store(true, ordering: .releasing) }
}
