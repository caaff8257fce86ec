import Foundation
import RetierLoopback
import Synchronization

/// What a receiver saw and did, by message id: the other side's word, against which the ledger is held.
final class ReceiverLog: Sendable {
    /// Everything about one id.
    struct Entry: Sendable {
        /// Requests read whole.
        var reads = 0
        /// How often the receiver acted: what a person would have seen.
        var acts = 0
        /// Answers of success that left whole.
        var confirmations = 0
        var bodies: Set<Data> = []
    }

    private struct State: Sendable {
        var entries: [String: Entry] = [:]
        var reads: [ContinuousClock.Instant] = []
        /// What `onRequest` decided about the request that a connection is at.
        var acting: [Int: Bool] = [:]
        var breaches: [String] = []
    }

    private let state = Mutex(State())

    var entries: [String: Entry] { state.withLock { $0.entries } }

    /// When requests were read, in order.
    var readTimes: [ContinuousClock.Instant] { state.withLock { $0.reads } }

    /// Broken promises that only the moment showed.
    var breaches: [String] { state.withLock { $0.breaches } }

    /// Notes a request and how many there are of its id now.
    func read(_ request: LoopbackRequest) -> Int {
        state.withLock { state in
            state.reads.append(.now)
            state.entries[request.id, default: Entry()].reads += 1
            state.entries[request.id]?.bodies.insert(request.body)
            return state.entries[request.id]?.reads ?? 0
        }
    }

    func decide(_ request: LoopbackRequest, acts: Bool) {
        state.withLock { state in
            state.acting[request.connection] = acts
            if acts { state.entries[request.id]?.acts += 1 }
        }
    }

    func answered(_ request: LoopbackRequest) {
        state.withLock { state in
            if state.acting[request.connection] == true { state.entries[request.id]?.confirmations += 1 }
        }
    }

    func note(breach: String) { state.withLock { $0.breaches.append(breach) } }
}

/// How a receiver treats requests, and whether it acts on them.
struct Manner: Sendable, CustomStringConvertible {
    struct Reaction: Sendable {
        var acts: Bool
        var behaviour: LoopbackBehaviour
    }

    var description: String
    /// True where scenes take little time, so that more messages can play.
    var isShort = false
    var react: @Sendable (LoopbackRequest) -> Reaction

    private static let success = Reaction(acts: true, behaviour: .ok)

    /// Treats the first request of each id in a way and takes the next.
    private static func once(_ name: String, _ first: Reaction) -> Manner {
        Manner(description: name) { $0.delivery == 1 ? first : success }
    }

    static let ok = Manner(description: "ok", isShort: true) { _ in success }
    static let busy = once("busy", Reaction(acts: false, behaviour: .answer(status: 503)))
    static let resetsUnread = once("resets-unread", Reaction(acts: false, behaviour: .reset))
    /// Resets connections that carried a request before, too, on which libcurl would send again in silence.
    static let resetsActed = Manner(description: "resets-acted", isShort: true) { request in
        request.delivery == 1 && request.id.hasSuffix("-1") ? Reaction(acts: true, behaviour: .reset) : success
    }
    static let hangs = once("hangs", Reaction(acts: true, behaviour: .hang))
    static let gateway = once("gateway", Reaction(acts: true, behaviour: .answer(status: 502)))
    static let refuses = Manner(description: "refuses") { _ in
        Reaction(acts: false, behaviour: .answer(status: 422))
    }
    static let resetsAlways = Manner(description: "resets-always") { _ in Reaction(acts: true, behaviour: .reset) }

    static let all = [hangs, resetsAlways, resetsActed, ok, busy, resetsUnread, gateway, refuses]
}
