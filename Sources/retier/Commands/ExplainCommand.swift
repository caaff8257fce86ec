import ArgumentParser
import RetierRun

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why this tier, this move, this action, or why not.",
        discussion: """
            Every playbook's condition is shown whole, with the member's actual values, sent or not. With --why-not \
            every rule is shown too, for every step, as it was before the run: consent, open cases, once_per, control \
            groups, caps, budget. The first that refuses (✗) is the reason of the verdict.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "The member's id.")
    var member: String

    @Option(
        name: .customLong("run"),
        help: "The run to explain (default: the last refresh, or daily run of a daily playbook).")
    var runID: String?

    @Option(name: .long, help: "Only this playbook.")
    var playbook: String?

    @Option(
        name: .customLong("why-not"), help: "Only this playbook, and every rule that stands between it and the member.")
    var whyNot: String?

    func validate() throws {
        guard playbook == nil || whyNot == nil else {
            throw ValidationError("--playbook and --why-not both name the playbook; take one of them")
        }
    }

    func run() throws {
        let workspace = try options.open()
        let explanation = try Explanation.explain(member, in: workspace, run: runID, playbook: whyNot ?? playbook)
        Console.emit(ExplanationText.text(explanation, programme: workspace.programme, showsRules: whyNot != nil))
    }
}
