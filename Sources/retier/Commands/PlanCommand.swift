import ArgumentParser
import RetierBrand
import RetierCore
import RetierLedger
import RetierRun

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Decides a run and writes the plan file; sends nothing, changes no tier.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "refresh (re-tier everybody; once a month) or daily (dates, inactivity).")
    var kind: RunKindArgument

    @Option(name: .long, help: "The last day whose data counts, YYYY-MM-DD (default: today in the brand's time zone).")
    var asOf: DayArgument?

    @Option(name: .shortAndLong, help: "Where to write the plan (default: var/plans/KIND-PERIOD.plan).")
    var output: String?

    @Option(name: .long, help: "Threads to plan with; they change the time, never the plan.")
    var threads = 2

    func run() throws {
        let workspace = try options.open()
        let runs = Runs(workspace, log: Console.log)
        switch try runs.plan(kind.trigger, asOf: asOf?.day ?? workspace.today, to: output, threads: threads) {
        case .done(let record):
            Console.say(record.alreadyDone + " to plan")
        case .planned(let file, let review):
            Console.emit(review.summary(playbooks: workspace.brand.playbooks, language: workspace.language))
            Console.emit(try SendTimes(file, workspace: workspace).text)
            Console.say("plan: \(file.path) (digest \(file.digest.prefix(12)))")
            if let (sentence, command) = review.approvals.request { Console.say("\(sentence) (\(command))") }
            try review.refuseUnless(overrides: [], language: workspace.language)
        }
    }
}
