import Dispatch
package import RetierCore

extension Workers {
    /// The machine's threads, at most so many.
    package static func threads(_ count: Int) -> Workers {
        guard count > 1 else { return .single }
        return Workers { pieces, body in DispatchQueue.concurrentPerform(iterations: pieces) { body($0) } }
    }
}
