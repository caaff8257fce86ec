import Dispatch
package import RetierCore

extension Workers {
    /// The calling thread, from the last piece to the first, as threads might.
    package static let backwards = Workers { count, body in
        for index in (0..<count).reversed() { body(index) }
    }

    /// As many threads as the machine has.
    package static let concurrent = Workers { count, body in
        DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
}
