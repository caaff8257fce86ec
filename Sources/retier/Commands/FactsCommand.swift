import ArgumentParser
import RetierCore
import RetierRun

struct FactsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts", abstract: "Lists further facts and tags of the members; writes nothing.",
        discussion: """
            Without --as-of it computes them as of the last refresh, or of the newest order. --catalogue lists the \
            facts that there are, with unit and meaning.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "Names of facts; all when left out.")
    var names: [String] = []

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    @Option(name: .long, help: "Compute as of this day, YYYY-MM-DD.")
    var asOf: DayArgument?

    @Option(name: .long, help: "Only this member.")
    var member: String?

    @Flag(name: .long, help: "List the facts themselves instead of members.")
    var catalogue = false

    func run() throws {
        let workspace = try options.open()
        guard !catalogue else { return Console.emit(FactListing.catalogue(workspace).text(format)) }
        let listing = try FactListing(workspace, names: names, asOf: asOf?.day)
        try listing.write(format, only: member) { Console.emit($0) }
    }
}
