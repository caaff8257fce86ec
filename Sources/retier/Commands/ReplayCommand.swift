import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Makes exhausted and rejected messages pending again; sends nothing.",
        discussion: """
            The messages keep their ids and their bodies and begin a fresh schedule with the next `retier deliver`. \
            All that are named are replayed, or none. Recorded in the audit trail with your name.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "The ids of messages.")
    var messages: [String] = []

    @Option(name: .long, help: "Every message of this endpoint.")
    var endpoint: String?

    @Option(name: .customLong("run"), help: "Every message of this run; with --endpoint, those of both.")
    var runID: String?

    @Flag(name: .long, help: "Every message.")
    var all = false

    func validate() throws {
        let ways = [!messages.isEmpty, endpoint != nil || runID != nil, all].filter { $0 }.count
        guard ways == 1 else {
            throw ValidationError("replay takes messages, or --endpoint and --run, or --all")
        }
    }

    func run() throws {
        let workspace = try options.open()
        let choice: ReplayChoice =
            messages.isEmpty ? .all(endpoint: endpoint, run: runID) : .messages(messages)
        let count = try Outbox(workspace.ledger).replay(
            choice, operatorName: Operator.name, now: workspace.clock.now)
        Console.say(
            count == 0
                ? "nothing to replay: no such message is exhausted or rejected"
                : "\(count) messages are pending again; retier deliver sends them")
    }
}
