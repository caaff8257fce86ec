import ArgumentParser
import Foundation
import RetierBrand
import RetierCore
import RetierRun

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows several months of a brand from import to report, against a loopback receiver.")

    @Option(name: .long, help: "The folder to make; it must not exist, or be empty.")
    var brand = "demo-brand"

    @Option(
        name: .long, parsing: .upToNextOption,
        help: "Your own files instead of the made-up brand: MEMBERS.csv ORDERS.csv.")
    var csv: [String] = []

    @Option(name: .long, help: "With --csv: the day of the last refresh (default: the last month-end in the data).")
    var asOf: DayArgument?

    @Option(name: .long, help: "How many members the made-up brand has.")
    var members = 4_000

    @Option(name: .long, help: "zh or en.")
    var language: Language = .chinese

    func validate() throws {
        guard (50...1_000_000).contains(members) else {
            throw ValidationError("--members takes a number from 50 to 1000000, not \(members)")
        }
        guard csv.isEmpty || csv.count == 2 else {
            throw ValidationError("--csv takes two files: MEMBERS.csv ORDERS.csv")
        }
    }

    func run() throws {
        let demonstration = Demonstration(
            folder: BrandFolder(path: brand), language: language, say: Console.say, show: Console.emit)
        let library = try Library.locate()
        if csv.count == 2 {
            try demonstration.runFiles(library: library, members: csv[0], orders: csv[1], asOf: asOf?.day)
        } else {
            try demonstration.runSeeded(library: library, members: members)
        }
    }
}
