import Foundation
package import RetierLoopback
import Synchronization

/// A strict stand-in of one service on 127.0.0.1: the service's rules around a `LoopbackReceiver`, with a clock, a
/// script of faults, and a log of what it acted on apart from what it merely read.
///
/// Requests are decided one at a time, in the order in which they were read whole.
package final class ChannelSimulator<Rules: ServiceRules>: Sendable {
    private struct State: Sendable {
        var rules: Rules
        var log = SimulatorLog()
        var faults: SimulatorFaults
        var requestsOnPath: [String: Int] = [:]
    }

    private final class Desk: Sendable {
        let clock: SimulatorClock
        let state: Mutex<State>

        init(clock: SimulatorClock, state: State) {
            self.clock = clock
            self.state = Mutex(state)
        }

        func handle(_ read: LoopbackRequest) -> LoopbackBehaviour {
            state.withLock { state in
                let now = clock.milliseconds()
                var request = SimulatorRequest(
                    read, number: state.log.read.count + 1, numberOnPath: 0, milliseconds: now)
                state.requestsOnPath[request.path, default: 0] += 1
                request.numberOnPath = state.requestsOnPath[request.path] ?? 0
                let fault = state.faults.fault(request)
                request.fault = fault
                state.log.read.append(request)
                guard fault?.acts != false else { return Self.behaviour(fault, reply: nil, rules: state.rules) }
                let reply = state.rules.reply(to: request, log: &state.log)
                state.log.read[request.number - 1].decision = reply.decision
                return Self.behaviour(fault, reply: reply, rules: state.rules)
            }
        }

        private static func behaviour(
            _ fault: SimulatorFault?, reply: SimulatorReply?, rules: Rules
        ) -> LoopbackBehaviour {
            guard let fault else { return .raw(bytes: reply?.bytes() ?? Data()) }
            return fault.behaviour(reply: reply) { rules.refusal(code: $0, message: $1) }
        }
    }

    private let desk: Desk
    package let receiver: LoopbackReceiver

    package init(
        rules: Rules, clock: SimulatorClock = .system, faults: SimulatorFaults = .none,
        network: SimulatorNetwork = SimulatorNetwork()
    ) throws {
        let desk = Desk(clock: clock, state: State(rules: rules, faults: faults))
        self.desk = desk
        receiver = try LoopbackReceiver(
            port: network.port, keepsRequests: false,
            script: LoopbackReceiver.Script(
                onConnection: network.onConnection, onRequest: { desk.handle($0) }, onEvent: network.onEvent))
    }

    package var port: UInt16 { receiver.port }

    package var origin: String { "http://127.0.0.1:\(port)" }

    /// What it acted on, in order.
    package var shown: [ShownMessage] { desk.state.withLock { $0.log.shown } }

    /// Every request that it read whole, in order, acted on or not.
    package var read: [SimulatorRequest] { desk.state.withLock { $0.log.read } }

    /// Breaches of the protocol that the real service would silently punish.
    package var violations: [String] { desk.state.withLock { $0.log.violations } }

    /// What the service knows by now.
    package var rules: Rules { desk.state.withLock { $0.rules } }

    package func play(_ faults: SimulatorFaults) { desk.state.withLock { $0.faults = faults } }

    /// Something that happens at the service itself, such as an administrator's click.
    package func change<Result: Sendable>(
        _ change: (inout Rules, inout SimulatorLog, _ milliseconds: Int64) -> Result
    ) -> Result {
        let now = desk.clock.milliseconds()
        return desk.state.withLock { change(&$0.rules, &$0.log, now) }
    }

    package func stop() { receiver.stop() }
}
