import Foundation
import Logging
import RetierCore
import RetierRun
import Synchronization

/// Words for people: they go to standard error, one line each, so that standard output stays data.
enum Console {
    static let log = Logger(label: "retier") { _ in StandardErrorLog() }

    static func say(_ line: String) { log.info("\(line)") }

    /// Whether a person is watching: progress is drawn only then.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Redraws one line in place; an empty text clears it.
    static func progress(_ text: String) {
        guard isTerminal else { return }
        FileHandle.standardError.write(Data(("\r\u{1B}[2K" + text).utf8))
    }

    static func report(_ error: RetierError) {
        for diagnostic in error.diagnostics {
            log.log(level: diagnostic.severity == .error ? .error : .warning, "\(diagnostic)")
        }
        log.error("retier: \(error)")
    }

    /// Writes text to standard output as data; `flush` at the end.
    static func emit(_ text: String) {
        var text = text
        text.withUTF8 { emit(UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes to standard output as data.
    static func emit(_ bytes: UnsafeRawBufferPointer) {
        output.withLock { buffer in
            buffer.append(contentsOf: bytes)
            if buffer.count >= 1 << 16 { drain(&buffer) }
        }
    }

    /// Writes what is left of standard output.
    static func flush() { output.withLock { drain(&$0) } }

    private static let output = Mutex<[UInt8]>([])

    /// Ends the program where nobody reads any more, as a broken pipe does.
    private static func drain(_ buffer: inout [UInt8]) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes {
                write(STDOUT_FILENO, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                _exit(128 + SIGPIPE)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
