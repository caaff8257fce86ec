package import Foundation

/// A temporary brand folder and the built program, as an operator has them.
package final class CommandBench: Sendable {
    package let folder: TemporaryFolder
    /// The path of the brand folder.
    package let brand: String
    private let environment: [String: String]

    /// Makes the folder with `retier init`.
    ///
    /// - Parameters:
    ///   - name: The brand folder's name.
    ///   - environment: For every run of the program.
    ///   - scaffold: False leaves the brand folder unmade.
    package init(
        brand name: String = "brand", environment: [String: String] = [:], scaffold: Bool = true
    ) throws {
        folder = try TemporaryFolder()
        brand = folder.path(name)
        self.environment = [
            "RETIER_LIBRARY": Repository.root, "RETIER_BRAND": folder.path(name), "USER": "operator-li",
            "SUDO_USER": "", "CREDENTIALS_DIRECTORY": "",
        ].merging(environment) { $1 }
        if scaffold { try must(["init", brand]) }
    }

    /// Runs the program to its end.
    @discardableResult
    package func retier(
        _ arguments: [String], environment: [String: String] = [:], in directory: String? = nil,
        timeoutSeconds: Double = 60
    ) throws -> ProcessRun {
        try runProcess(
            Repository.builtProgram("retier"), arguments,
            ProcessOptions(
                environment: self.environment.merging(environment) { $1 }, folder: directory,
                timeoutSeconds: timeoutSeconds))
    }

    /// The same; anything but exit code 0 is thrown.
    @discardableResult
    package func must(_ arguments: [String]) throws -> ProcessRun {
        let run = try retier(arguments)
        guard run.status == 0, !run.endedBySignal else { throw CommandFailure(arguments: arguments, run: run) }
        return run
    }

    /// Starts the program and leaves it running.
    package func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Repository.builtProgram("retier"))
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment.filter { !$0.value.isEmpty }) {
            $1
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = try folder.write("", to: "started-\(UUID().uuidString).err")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        defer { try? file.close() }
        process.standardError = file
        try process.run()
        return process
    }

    /// Writes the world's files beside the brand folder and imports them.
    package func importWorld(_ world: SampleWorld) throws {
        for (kind, sheet) in world.sheets {
            try must(["import", kind, try folder.write(sheet.text, to: "data/\(kind).csv")])
        }
    }

    /// Imports rows that are given as text.
    @discardableResult
    package func load(_ kind: String, _ text: String) throws -> ProcessRun {
        try must(["import", kind, try folder.write(text, to: "data/\(UUID().uuidString).csv")])
    }

    /// Imports the members and orders of the CDNOW sample.
    package func importSample() throws {
        for kind in ["members", "orders"] { try must(["import", kind, Fixtures.path("cdnow/sample/\(kind).csv")]) }
    }

    /// A file of the brand folder.
    package func path(_ name: String) -> String { brand + "/" + name }

    /// The text of a file of the brand folder.
    package func read(_ name: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: path(name)), encoding: .utf8)
    }

    /// Writes a file of the brand folder.
    package func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Replaces a text that must be in a file of the brand folder.
    package func edit(_ name: String, _ old: String, _ new: String) throws {
        let text = try read(name)
        guard text.contains(old) else { throw CommandFailure(arguments: ["edit", name, old], run: nil) }
        try write(text.replacingOccurrences(of: old, with: new), to: name)
    }

    /// Switches off the limits that small made-up data runs into.
    package func liftGuards() throws {
        try edit("retier.yaml", "max_action_share: 50%", "max_action_share: off")
        try edit("retier.yaml", "max_action_growth: 300%", "max_action_growth: off")
        try edit("retier.yaml", "max_demotion_share: 30%", "max_demotion_share: off")
    }

    /// The names of the files below a folder of the brand, sorted; none where it is missing.
    package func files(_ name: String) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path(name))) ?? []
        return names.filter { entry in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path(name) + "/" + entry, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}

/// A command of the preparation that did not do its work.
package struct CommandFailure: Error, CustomStringConvertible {
    package var arguments: [String]
    package var run: ProcessRun?

    package var description: String {
        "retier \(arguments.joined(separator: " ")): \(run.map { "exit \($0.status): \($0.errors)" } ?? "not found")"
    }
}
