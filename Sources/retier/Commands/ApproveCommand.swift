import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct ApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approves a plan: it may be applied, and what it defers for approval is sent by the next plan.",
        discussion: """
            Your word is about this very file and is recorded with its digest. retier show PLAN lists what the plan \
            needs a word for (approvals in retier.yaml), and the actions that it defers. For these the word lasts \
            until the step is sent, and 30 days at the most.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "The plan file.")
    var plan: String

    @Option(name: .long, help: "Only what is about this playbook.")
    var playbook: String?

    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    func run() throws {
        let workspace = try options.open()
        try Operator.require(reason: reason)
        let word = Approval(
            playbook: playbook, reason: reason, operatorName: Operator.name, at: workspace.clock.now)
        let (actions, isApplicable) = try Runs(workspace, log: Console.log).approve(try PlanFile.open(path: plan), word)
        if actions > 0 { Console.say("\(actions) action(s) approved; the next plan sends them") }
        if isApplicable { Console.say("approved as it is: retier apply \(plan)") }
    }
}
