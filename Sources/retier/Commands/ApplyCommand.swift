import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Commits exactly that plan, then delivers.",
        discussion:
            "A plan whose inputs have changed is refused (exit 4); a period that was applied before is left alone.")

    @OptionGroup var options: BrandOptions
    @OptionGroup var overrides: OverrideOptions
    @OptionGroup var canary: CanaryOption

    @Argument(help: "The plan file.")
    var plan: String

    @Flag(name: .long, help: "Leave the sending to `retier deliver`.")
    var noDeliver = false

    func run() throws {
        let workspace = try options.open()
        let runs = Runs(workspace, log: Console.log)
        let result = try runs.commit(
            try PlanFile.open(path: plan), overrides: overrides.values,
            canary: canary.settings(of: workspace))
        Console.say(result.sentence)
        if !noDeliver { try Delivering.finish(try runs.deliver()) }
        guard result.unsendable == 0 else { throw Delivering.incomplete }
    }
}

/// Words that let a plan past a guard.
struct OverrideOptions: ParsableArguments {
    @Option(
        name: .customLong("override"),
        help: "Let the plan past one guard, as GUARD=REASON; recorded in the audit trail.")
    var overrides: [String] = []

    func validate() throws {
        for text in overrides where OverrideOptions.parse(text) == nil {
            let guards = GuardID.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--override takes GUARD=REASON with one of \(guards); this is not one: \(text)")
        }
    }

    var values: [GuardOverride] { overrides.compactMap(OverrideOptions.parse) }

    private static func parse(_ text: String) -> GuardOverride? {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let id = GuardID(rawValue: String(parts[0])) else { return nil }
        return GuardOverride(guardID: id, reason: String(parts[1]), operatorName: Operator.name)
    }
}
