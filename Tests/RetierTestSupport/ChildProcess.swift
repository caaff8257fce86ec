import Foundation
import Synchronization

/// A running program of a test's own that other threads may kill at any moment: a kill returns when it is dead.
package final class ChildProcess: Sendable {
    /// How it ended.
    package struct End: Hashable, Sendable {
        /// The exit status, or the signal number.
        package var status: Int32
        package var bySignal: Bool
    }

    /// The system's number of it.
    package var processID: Int32 { id }

    private let id: pid_t
    private let scratch: TemporaryFolder
    private let end = Mutex<End?>(nil)

    /// Starts a program; its texts go to files.
    ///
    /// - Throws: `ChildFailure` where the program cannot be started.
    package init(_ path: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        scratch = try TemporaryFolder()
        let output = try scratch.write("", to: "output")
        let errors = try scratch.write("", to: "errors")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY, 0)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var child: pid_t = 0
        let code = ChildProcess.withCStrings([path] + arguments) { arguments in
            ChildProcess.withCStrings(variables) { posix_spawn(&child, path, &actions, nil, arguments, $0) }
        }
        guard code == 0 else { throw ChildFailure(words: "\(path) does not start: \(String(cString: strerror(code)))") }
        id = child
    }

    deinit { if end.withLock({ $0 }) == nil { killNow() } }

    package var output: String { (try? scratch.read("output")) ?? "" }
    package var errors: String { (try? scratch.read("errors")) ?? "" }

    /// How it ended; nil while it runs.
    package var ending: End? { end.withLock { reap(&$0, options: WNOHANG) } }

    /// Sends a signal, unless it has ended.
    package func signal(_ number: Int32) {
        end.withLock { end in if reap(&end, options: WNOHANG) == nil { kill(id, number) } }
    }

    /// Kills it, unless it has ended, and returns when it is dead: none of its threads does anything any more.
    package func killNow() {
        end.withLock { end in
            guard reap(&end, options: WNOHANG) == nil else { return }
            kill(id, SIGKILL)
            _ = reap(&end, options: 0)
        }
    }

    /// Waits for its end; nil where it did not come in time.
    package func waits(atMostSeconds limit: Double) -> End? {
        let deadline = ContinuousClock.now + .seconds(limit)
        while ContinuousClock.now < deadline {
            if let ending { return ending }
            usleep(1_000)
        }
        return nil
    }

    private func reap(_ end: inout End?, options: Int32) -> End? {
        if let end { return end }
        var status: Int32 = 0
        var result = waitpid(id, &status, options)
        while result < 0, errno == EINTR { result = waitpid(id, &status, options) }
        guard result != 0 else { return nil }
        let signal = status & 0x7F
        end = signal == 0 ? End(status: (status >> 8) & 0xFF, bySignal: false) : End(status: signal, bySignal: true)
        return end
    }

    private static func withCStrings<Value>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

/// A child that could not be started or did not do as it should.
package struct ChildFailure: Error, CustomStringConvertible {
    package var words: String
    package var description: String { words }

    package init(words: String) { self.words = words }
}
