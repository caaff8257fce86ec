import Foundation

/// What a finished program left behind.
package struct ProcessRun: Sendable {
    /// The exit status, or the signal number where a signal ended it.
    package var status: Int32
    package var endedBySignal: Bool
    package var output: String
    package var errors: String
}

/// How to run a program.
package struct ProcessOptions: Sendable {
    /// Added to the environment of the test; an empty text removes the variable.
    package var environment: [String: String]
    package var folder: String?
    package var input: String
    package var timeoutSeconds: Double

    package init(
        environment: [String: String] = [:], folder: String? = nil, input: String = "", timeoutSeconds: Double = 60
    ) {
        self.environment = environment
        self.folder = folder
        self.input = input
        self.timeoutSeconds = timeoutSeconds
    }
}

/// Thrown where a program did not end in time; it has been killed by then.
package struct ProcessTimeout: Error, CustomStringConvertible {
    package var command: String
    package var seconds: Double
    package var description: String { "\(command) did not end within \(seconds) s" }
}

/// Runs a program to its end and returns its status and texts.
///
/// Texts go through files, not pipes: a program that writes much can never block on a reader.
///
/// - Parameters:
///   - command: A path, or a name to look up in `PATH`.
///   - arguments: What follows it.
///   - options: Environment, folder, standard input and the time limit.
/// - Returns: Status, standard output and standard error.
/// - Throws: `ProcessTimeout`, or an error where the program cannot be started.
package func runProcess(
    _ command: String, _ arguments: [String] = [], _ options: ProcessOptions = ProcessOptions()
) throws -> ProcessRun {
    let scratch = try TemporaryFolder()
    let input = try scratch.write(options.input, to: "input")
    let output = try scratch.write("", to: "output")
    let errors = try scratch.write("", to: "errors")

    let process = Process()
    process.executableURL = URL(fileURLWithPath: command.contains("/") ? command : "/usr/bin/env")
    process.arguments = command.contains("/") ? arguments : [command] + arguments
    if let folder = options.folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    var environment = ProcessInfo.processInfo.environment
    for (name, value) in options.environment { environment[name] = value.isEmpty ? nil : value }
    process.environment = environment
    let files = try [
        FileHandle(forReadingFrom: URL(fileURLWithPath: input)),
        FileHandle(forWritingTo: URL(fileURLWithPath: output)), FileHandle(forWritingTo: URL(fileURLWithPath: errors)),
    ]
    // A process holds its files for good. With more than 1,300 of them open, Foundation reads past the end of the list
    // of open files when the next process starts, and now and then crashes.
    defer { for file in files { try? file.close() } }
    (process.standardInput, process.standardOutput, process.standardError) = (files[0], files[1], files[2])
    try process.run()

    let deadline = ContinuousClock.now + .seconds(options.timeoutSeconds)
    while process.isRunning {
        if ContinuousClock.now > deadline {
            kill(process.processIdentifier, SIGKILL)
            throw ProcessTimeout(command: command, seconds: options.timeoutSeconds)
        }
        usleep(2_000)
    }
    return ProcessRun(
        status: process.terminationStatus, endedBySignal: process.terminationReason == .uncaughtSignal,
        output: try scratch.read("output"), errors: try scratch.read("errors"))
}
