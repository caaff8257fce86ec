import ArgumentParser
import RetierCore
import RetierRun

struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract:
            "Learns cuts, weights, clusters from the members of a day and freezes them; sends nothing, moves nobody.",
        discussion: """
            The next refresh uses what was learned. The list shows each value beside the one in force, how many \
            members would earn another tier, and how many would be in another cluster.
            """)

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "The day whose members teach, YYYY-MM-DD (default: today in the brand's time zone).")
    var asOf: DayArgument?

    @Flag(name: .long, help: "Show what learning would change and store nothing.")
    var compare = false

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws {
        let workspace = try options.open()
        let day = asOf?.day ?? workspace.today
        let learning =
            compare
            ? try Learning.compare(asOf: day, in: workspace)
            : try Learning.learn(asOf: day, in: workspace, operatorName: Operator.name)
        let programme = workspace.programme
        Console.emit(learning.rows(currency: programme.currency, language: programme.language).text(format))
        for warning in learning.warnings { Console.say(warning.message(programme.language)) }
        Console.say(
            compare
                ? "nothing was stored"
                : "calibration \(learning.learned.version) is stored: the next refresh uses it")
    }
}
