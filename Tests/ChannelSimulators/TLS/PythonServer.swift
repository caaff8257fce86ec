package import Foundation

/// A python3 program in a process of its own that listens on 127.0.0.1 and prints its port first.
package final class PythonServer {
    package struct CannotStart: Error {
        package var reason: String
    }

    package let port: UInt16
    private let process = Process()
    /// Open until the end: a program may take its end for an order to stop.
    private let input = Pipe()

    package init(_ program: String, _ arguments: [String] = [], in folder: URL? = nil) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw CannotStart(reason: "python3 did not start listening") }
            line += String(decoding: data, as: UTF8.self)
        }
        guard let port = UInt16(line.trimmingCharacters(in: .newlines)) else {
            throw CannotStart(reason: "python3 named no port")
        }
        self.port = port
    }

    package func stop() {
        // Tests run on threads that block SIGTERM, and what they start inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
