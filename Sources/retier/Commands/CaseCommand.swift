import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Lists the cases that members are in; acknowledges and closes them.",
        subcommands: [CaseListCommand.self, CaseAckCommand.self, CaseCloseCommand.self],
        defaultSubcommand: CaseListCommand.self)
}

struct CaseListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists open cases, the latest first: level, next step and when it is due.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    @Option(name: .long, help: "Only those of this member.")
    var member: String?

    @Flag(name: .long, help: "Also those that are over, with what closed them.")
    var all = false

    func run() throws {
        let workspace = try options.open()
        let cases = try workspace.ledger.cases(all: all, memberID: member)
        Console.emit(CaseListing.rows(cases, in: workspace).text(format))
    }
}

struct CaseAckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Says that a member is taken care of: the case ends, what has not left is cancelled.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "A case's id, or a member's for all open cases of the member.")
    var id: String

    @Option(name: .long, help: "What was done; kept in the audit trail.")
    var reason = "acknowledged"

    func run() throws { try options.open().close(id, .acknowledge, reason) }
}

struct CaseCloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Ends a case for another reason; what has not left is cancelled.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "A case's id, or a member's for all open cases of the member.")
    var id: String

    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    func run() throws { try options.open().close(id, .close, reason) }
}

extension Workspace {
    fileprivate func close(_ id: String, _ event: CaseEvent, _ reason: String) throws {
        try Operator.require(reason: reason)
        let closed = try ledger.closeCases(
            id, by: event, reason: reason, operatorName: Operator.name, now: clock.now)
        Console.say("\(closed.cases) case(s) closed, \(closed.cancelled) message(s) cancelled that had not left")
    }
}
