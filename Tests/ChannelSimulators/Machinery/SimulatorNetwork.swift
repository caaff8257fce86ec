package import RetierLoopback

/// Where a simulated service listens, and what happens to connections before it reads.
package struct SimulatorNetwork: Sendable {
    /// 0 for a free one.
    package var port: UInt16
    /// What happens to each connection before anything is read, counted from 1.
    package var onConnection: @Sendable (_ number: Int) -> LoopbackAcceptance
    /// Told on the connection's thread before the receiver goes on, as in `LoopbackReceiver.Script`.
    package var onEvent: (@Sendable (LoopbackEvent) -> Void)?

    package init(
        port: UInt16 = 0, onConnection: @escaping @Sendable (_ number: Int) -> LoopbackAcceptance = { _ in .serve },
        onEvent: (@Sendable (LoopbackEvent) -> Void)? = nil
    ) {
        self.port = port
        self.onConnection = onConnection
        self.onEvent = onEvent
    }
}
