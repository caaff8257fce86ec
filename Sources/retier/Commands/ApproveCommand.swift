import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approves the actions that a plan defers for approval; the next plan sends them.",
        discussion: """
            Your word is about this very file and is recorded with its digest. It lasts until the step is sent, and 30 \
            days at the most. retier show PLAN lists what the plan defers.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "The plan file.")
    var plan: String

    @Option(name: .long, help: "Only the actions of this playbook.")
    var playbook: String?

    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    func run() throws {
        let workspace = try options.open()
        try Operator.require(reason: reason)
        let file = try PlanFile.open(path: plan)
        guard file.header.brand == workspace.programme.brand else {
            throw RetierError(
                .usage, "the plan is of brand \(file.header.brand)", hint: "approve it in its own brand folder")
        }
        let count = try workspace.ledger.approve(
            file, playbook: playbook,
            ApprovalWord(reason: reason, operatorName: Operator.name, now: workspace.clock.now))
        Console.say("\(count) action(s) approved; the next plan sends them")
    }
}
