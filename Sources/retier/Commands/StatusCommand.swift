import ArgumentParser
import RetierCore
import RetierRun

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows runs, outbox and data; exit 3 where a delivery needs a person.")

    @OptionGroup var options: BrandOptions

    @Flag(name: .long, help: "As one JSON object.")
    var json = false

    func run() throws {
        let workspace = try options.open()
        let status = try BrandStatus(workspace)
        Console.emit(json ? status.json + "\n" : status.table(workspace.programme))
        guard status.isComplete else { throw Delivering.incomplete }
    }
}
