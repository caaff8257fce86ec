import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Reads a plan: tally, transitions, every candidate with its verdict and reason.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The plan file.")
    var plan: String

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    @Option(name: .long, help: "Only this member.")
    var member: String?

    @Option(name: .long, help: "Only this playbook.")
    var playbook: String?

    @Option(name: .long, help: "Only this verdict: send, defer, suppress or hold_out.")
    var verdict: String?

    func validate() throws {
        if let verdict, Verdict.Outcome(rawValue: verdict) == nil {
            throw ValidationError("--verdict takes send, defer, suppress or hold_out, not \(verdict)")
        }
    }

    func run() throws {
        let file = try PlanFile.open(path: plan)
        let filter = DecisionFilter(
            memberID: member, playbook: playbook, outcome: verdict.flatMap(Verdict.Outcome.init(rawValue:)))
        let times = format == .csv ? nil : SendTimes.foreseen(file, in: options.folder)
        let approvals = format == .csv ? nil : PlanApprovals.known(file, in: options.folder)
        let listing = PlanListing(file, filter: filter, times: times, approvals: approvals)
        switch format {
        case .table: try listing.table(to: Console.emit)
        case .csv: try listing.csv(to: Console.emit)
        case .json: try listing.json(to: Console.emit)
        }
    }
}
