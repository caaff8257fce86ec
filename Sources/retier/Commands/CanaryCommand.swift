import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct CanaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "canary", abstract: "Lists runs that are tried on a sample first; sends or cancels the rest.",
        subcommands: [CanaryListCommand.self, CanaryGoCommand.self, CanaryStopCommand.self],
        defaultSubcommand: CanaryListCommand.self)
}

struct CanaryListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists how the samples fare and what is withheld.",
        discussion: """
            States: open (the sample is under way), passed (the rest was sent), stopped (too much failed: a person \
            decides), released and cancelled (a person has decided).
            """)

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws { Console.emit(try CanaryListing(options.open()).rows.text(format)) }
}

struct CanaryGoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "go", abstract: "Lets what is withheld leave, whatever became of the sample.")

    @OptionGroup var options: BrandOptions
    @OptionGroup var decision: CanaryDecision

    func run() throws {
        let standing = try decision.decide(.go, in: try options.open())
        Console.say(
            "\(standing.canary.run): \(standing.withheld) messages may leave; retier deliver sends them")
    }
}

struct CanaryStopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Cancels what is withheld; what was sent stays sent.")

    @OptionGroup var options: BrandOptions
    @OptionGroup var decision: CanaryDecision

    func run() throws {
        let standing = try decision.decide(.stop, in: try options.open())
        Console.say("\(standing.canary.run): \(standing.withheld) messages are cancelled")
    }
}

/// A person's word on a canary.
struct CanaryDecision: ParsableArguments {
    @Option(name: .long, help: "The run, where several wait.")
    var run: String?

    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    func decide(_ event: CanaryEvent, in workspace: Workspace) throws -> CanaryStanding {
        try Operator.require(reason: reason)
        return try Outbox(workspace.ledger).decideCanary(
            run: run, event, reason: reason, operatorName: Operator.name, now: workspace.clock.now)
    }
}

/// Tries a run on a sample of its members first.
struct CanaryOption: ParsableArguments {
    @Option(
        name: .customLong("canary"),
        help: "Send to this share of the members first, such as 1%, and to the rest when that went well; or off.")
    var share: CanaryShare?

    /// What the programme says, with the share that was asked for.
    func settings(of workspace: Workspace) -> CanarySettings {
        var settings = workspace.programme.canary
        if let share { settings.share = share.basisPoints }
        return settings
    }
}

/// A share of members as basis points, or none.
struct CanaryShare: ExpressibleByArgument {
    var basisPoints: Int?

    init?(argument: String) {
        if argument == "off" { return }
        guard argument.hasSuffix("%"),
            let share = Money(text: argument.dropLast(), decimals: 2)?.minorUnits, (1...10_000).contains(share)
        else { return nil }
        basisPoints = Int(share)
    }
}
