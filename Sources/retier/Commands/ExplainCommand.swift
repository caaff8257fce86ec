import ArgumentParser
import RetierRun

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why this tier, this move, this action, or why not.",
        discussion: "Every playbook's condition is shown whole, with the member's actual values, sent or not.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The member's id.")
    var member: String

    @Option(name: .customLong("run"), help: "The run to explain (default: the last refresh).")
    var runID: String?

    @Option(name: .long, help: "Only this playbook.")
    var playbook: String?

    func run() throws {
        let workspace = try options.open()
        let explanation = try Explanation.explain(member, in: workspace, run: runID, playbook: playbook)
        Console.emit(ExplanationText.text(explanation, programme: workspace.programme))
    }
}
