import ArgumentParser
import RetierCore
import RetierRun

struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Measures what playbooks and the whole programme bring beyond their control groups; writes nothing.",
        discussion: """
            The sample ratio is checked first; where it fails nothing is compared, and the exit code is 4. Every \
            member counts in the group that was drawn, whatever was sent. Only the day in experiment.until decides; \
            before it intervals are confidence sequences, which may be looked at every day. Corrected p-values are \
            corrected over all experiments, whatever is shown.
            """)

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "Only this playbook; * is the whole programme.")
    var playbook: String?

    @Option(name: .long, help: "Measure as of this day, YYYY-MM-DD (default: today in the brand's time zone).")
    var asOf: DayArgument?

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws {
        let workspace = try options.open()
        let measurement = try Measurement(workspace, asOf: asOf?.day ?? workspace.today)
        let experiments = measurement.experiments
        if let playbook, !experiments.contains(playbook) {
            throw RetierError(
                .usage, "\(playbook) has no experiment",
                hint: experiments.isEmpty
                    ? "give a playbook an `experiment` with a holdout or arms"
                    : "one of: " + experiments.joined(separator: ", "))
        }
        let listing = MeasureListing(
            measurement, playbook: playbook, currency: workspace.programme.currency, language: workspace.language)
        Console.emit(listing.text(format))
        for note in listing.notes { Console.say(note) }
        let mismatched = measurement.mismatched.filter { playbook == nil || $0 == playbook }
        guard mismatched.isEmpty else {
            throw RetierError(
                .refused, "sample ratio mismatch in " + mismatched.joined(separator: ", "),
                hint: "find out where members were lost or doubled before you believe any difference")
        }
    }
}
