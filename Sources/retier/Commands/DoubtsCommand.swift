import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct DoubtsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doubts",
        abstract: "Lists deliveries of which nobody knows whether they arrived, and takes your word on them.",
        subcommands: [DoubtsListCommand.self, DoubtsResolveCommand.self], defaultSubcommand: DoubtsListCommand.self)
}

struct DoubtsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the messages in doubt; exit 3 where there is one.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    mutating func run() throws {
        let doubts = try Outbox(options.open().ledger).doubts()
        let isEmptyTable = doubts.isEmpty && format == .table
        Console.emit(isEmptyTable ? "nothing is in doubt\n" : DoubtListing.rows(doubts).text(format))
        guard doubts.isEmpty else { throw Delivering.incomplete }
    }
}

extension OutboxEvent.Resolution: ExpressibleByArgument {}

struct DoubtsResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Says what became of a message in doubt; recorded in the audit trail.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The message's id.")
    var message: String

    @Option(
        name: .customLong("as"), help: "sent (it arrived), resend (send it again under the same id) or drop (leave it)."
    )
    var resolution: OutboxEvent.Resolution

    mutating func run() throws {
        let workspace = try options.open()
        try Outbox(workspace.ledger).resolve(
            message, as: resolution, operatorName: Operator.name, now: workspace.clock.now)
        Console.say("\(message): \(resolution.rawValue)")
    }
}
