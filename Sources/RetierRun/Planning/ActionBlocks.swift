import Dispatch
import RetierCore
import Synchronization

/// The words of a run's decisions, worked out block by block ahead of the one who writes them down, and handed out in
/// order.
///
/// One block at a time is in work, so that whoever writes has a thread of its own; some wait to be taken, so that
/// memory stays bounded however many decisions there are.
final class ActionBlocks: Sendable {
    private struct State {
        var finished: [Result<[PlannedAction], any Error>] = []
        /// The first decision of the next block.
        var next = 0
        var isWorking = false
    }

    private static let length = 8_192
    /// Blocks that wait: a quarter of a million decisions, some hundred bytes each.
    private static let mostWaiting = 32

    private let words: ActionWords
    private let decisions: [Decision]
    private let incidents: IncidentTable
    private let state = Mutex(State())
    private let isFinished = DispatchSemaphore(value: 0)

    init(_ words: ActionWords, for settlement: Settlement) {
        self.words = words
        decisions = settlement.decisions
        incidents = settlement.incidents
    }

    /// Works on a block on another thread, unless one is in work, enough wait, or none is left.
    func workAhead() {
        let block = state.withLock { state -> Range<Int>? in
            guard !state.isWorking, state.next < decisions.count, state.finished.count < ActionBlocks.mostWaiting
            else { return nil }
            state.isWorking = true
            return next(&state)
        }
        guard let block else { return }
        DispatchQueue.global().async { [self] in
            let result = Result { try actions(of: block) }
            state.withLock { state in
                state.finished.append(result)
                state.isWorking = false
            }
            isFinished.signal()
            workAhead()
        }
    }

    /// The next block; worked out now where nobody works ahead.
    func take() throws -> [PlannedAction] {
        let block = state.withLock { state in
            state.isWorking || !state.finished.isEmpty ? nil : next(&state)
        }
        if let block { return try actions(of: block) }
        isFinished.wait()
        let result = state.withLock { $0.finished.removeFirst() }
        workAhead()
        return try result.get()
    }

    private func next(_ state: inout State) -> Range<Int> {
        let start = state.next
        state.next = min(start + ActionBlocks.length, decisions.count)
        return start..<state.next
    }

    private func actions(of block: Range<Int>) throws -> [PlannedAction] {
        try words.actions(for: decisions[block], about: incidents)
    }
}
