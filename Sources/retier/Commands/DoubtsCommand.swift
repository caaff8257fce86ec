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

    mutating func run() throws {
        let doubts = try Outbox(options.open().ledger).doubts()
        var table = TextTable(
            columns: [
                .init("message"), .init("run"), .init("endpoint"), .init("actions", .right), .init("attempts", .right),
                .init("code"),
            ])
        for doubt in doubts {
            table.append([
                doubt.messageID, doubt.run, doubt.endpoint, String(doubt.actions), String(doubt.attempts),
                doubt.code ?? "",
            ])
        }
        Console.emit(doubts.isEmpty ? "nothing is in doubt\n" : table.text())
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
