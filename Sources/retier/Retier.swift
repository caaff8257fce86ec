import ArgumentParser
import Foundation
import RetierCore
import RetierLedger
import RetierRun

/// The program: flags and output only; what happens is in `RetierRun`.
@main
struct Retier: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retier",
        abstract: "Re-tiers loyalty members, decides who gets which action and why, sends the lists, and proves it.",
        discussion: """
            Exit codes: 0 done, 3 done but incomplete (in doubt, exhausted or rejected deliveries, a disabled \
            endpoint), 4 a guard refused, 64 usage, 65 bad data, 75 try later, 78 bad configuration. Treat any other \
            code as a failure.
            Data goes to standard output, words to standard error.
            """,
        version: RetierVersion.current,
        subcommands: [
            InitCommand.self, CheckCommand.self, ImportCommand.self, PlanCommand.self, ShowCommand.self,
            ApproveCommand.self, ApplyCommand.self, RunCommand.self, DeliverCommand.self, CanaryCommand.self,
            DoubtsCommand.self,
            ReplayCommand.self,
            EndpointsCommand.self, LearnCommand.self, TierCommand.self, CaseCommand.self, IncidentCommand.self,
            IdentitiesCommand.self,
            MembersCommand.self,
            FactsCommand.self, ExplainCommand.self,
            AuditCommand.self, MeasureCommand.self, ReportCommand.self,
            StatusCommand.self, SchemaCommand.self, DemoCommand.self,
        ]
    )

    static func main() {
        CrashReports.showNoMemory()
        // A receiver or reader that goes away is an error to handle, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
            Console.flush()
        } catch let error as RetierError {
            Console.flush()
            Console.report(error)
            Foundation.exit(error.code.rawValue)
        } catch {
            Console.flush()
            guard let known = LedgerFailure.translate(error) else { exit(withError: error) }
            Console.report(known)
            Foundation.exit(known.code.rawValue)
        }
    }
}
