import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "What the timers call: inbox import, plan, guards, apply, deliver, report.")

    @OptionGroup var options: BrandOptions
    @OptionGroup var overrides: OverrideOptions
    @OptionGroup var canary: CanaryOption

    @Argument(help: "refresh or daily.")
    var kind: RunKindArgument

    @Option(name: .long, help: "The last day whose data counts, YYYY-MM-DD (default: today in the brand's time zone).")
    var asOf: DayArgument?

    func run() throws {
        let workspace = try options.open()
        let runs = Runs(workspace, log: Console.log)
        let result = try runs.run(
            kind.trigger, asOf: asOf?.day ?? workspace.today, overrides: overrides.values,
            canary: canary.settings(of: workspace))
        if let result { Console.say(result.sentence) }
        let summary = try runs.deliver()
        Console.say("report: \(try workspace.writeReport())")
        try Delivering.finish(summary)
        guard result?.unsendable ?? 0 == 0 else { throw Delivering.incomplete }
    }
}
