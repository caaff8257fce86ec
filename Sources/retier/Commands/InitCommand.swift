import ArgumentParser
import RetierBrand
import RetierCore
import RetierRun

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes a brand folder from the shipped playbooks and templates.")

    @Argument(help: "The folder to make; it must not exist, or be empty.")
    var directory: String

    func run() throws {
        let folder = BrandFolder(path: directory)
        try BrandScaffold.create(at: folder.root, library: try Library.locate())
        Console.say("made the brand folder \(directory)")
        Console.say("next: put your CSV files in, then")
        Console.say("  retier check --brand \(directory)")
        Console.say("  retier import members members.csv --brand \(directory)")
        Console.say("  retier import orders orders.csv --brand \(directory)")
        Console.say("  retier plan refresh --as-of YYYY-MM-DD --brand \(directory)")
    }
}
