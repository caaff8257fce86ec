import RetierCore
import Synchronization

/// What waits to leave, for all loops of a transport.
///
/// Each loop takes what it may have under way, so that a slow request holds up none that waits. Nothing waits in
/// libcurl: time in its own queue would count against the request's timeout.
final class WaitingMessages: Sendable {
    enum Mode: Int, Sendable { case running, stopping, abandoned }

    /// The waiting messages of one endpoint.
    private struct Lane {
        /// The first is at the end.
        private var waiting: [OutgoingMessage] = []
        /// Those that came later, the first at the beginning.
        private var arrived: [OutgoingMessage] = []
        /// Until then nothing begins: the receiver has just asked for quiet, and the courier may not know yet.
        var quietUntil: Instant?

        mutating func append(_ message: OutgoingMessage) { arrived.append(message) }

        mutating func take(upTo count: Int) -> [OutgoingMessage] {
            var taken: [OutgoingMessage] = []
            while taken.count < count {
                if waiting.isEmpty {
                    swap(&waiting, &arrived)
                    waiting.reverse()
                }
                guard let message = waiting.popLast() else { break }
                taken.append(message)
            }
            return taken
        }

        mutating func takeAll() -> [OutgoingMessage] {
            defer {
                waiting = []
                arrived = []
            }
            return waiting.reversed() + arrived
        }
    }

    private struct State {
        var lanes: [Lane]
        var mode = Mode.running
    }

    /// What a loop gets.
    enum Taken: Sendable {
        /// These begin now.
        case begin([OutgoingMessage])
        /// Nothing may begin: these go back to the courier.
        case giveBack([OutgoingMessage])
    }

    private let state: Mutex<State>
    private let changeCount = Atomic(0)

    /// How often something came that a loop has to look at; counted before the loops are woken.
    var changes: Int { changeCount.load(ordering: .acquiring) }

    init(lanes: Int) { state = Mutex(State(lanes: Array(repeating: Lane(), count: lanes))) }

    var mode: Mode { state.withLock { $0.mode } }

    /// Never goes back to an earlier mode.
    func switchTo(_ mode: Mode) {
        state.withLock { if mode.rawValue > $0.mode.rawValue { $0.mode = mode } }
        changeCount.add(1, ordering: .releasing)
    }

    /// Appends messages, each with its lane.
    func append(_ messages: [(message: OutgoingMessage, lane: Int)]) {
        state.withLock { state in
            for (message, lane) in messages { state.lanes[lane].append(message) }
        }
        changeCount.add(1, ordering: .releasing)
    }

    /// The next messages of a lane, at most `room`.
    func take(from lane: Int, upTo room: Int, at now: @autoclosure () -> Instant) -> Taken {
        state.withLock { state in
            if state.mode != .running { return .giveBack(state.lanes[lane].takeAll()) }
            if let end = state.lanes[lane].quietUntil {
                if now() < end { return .giveBack(state.lanes[lane].takeAll()) }
                state.lanes[lane].quietUntil = nil
            }
            return .begin(state.lanes[lane].take(upTo: room))
        }
    }

    /// Everything that waits in a lane.
    func takeAll(from lane: Int) -> [OutgoingMessage] { state.withLock { $0.lanes[lane].takeAll() } }

    /// Nothing of a lane begins until a moment.
    func silence(_ lane: Int, until end: Instant) { state.withLock { $0.lanes[lane].quietUntil = end } }
}
