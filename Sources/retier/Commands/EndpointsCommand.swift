import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct EndpointsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoints", abstract: "Lists how the endpoints fare; switches one on or off.",
        subcommands: [EndpointsListCommand.self, EndpointsEnableCommand.self, EndpointsDisableCommand.self],
        defaultSubcommand: EndpointsListCommand.self)
}

struct EndpointsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists state, reason, rate limits in use and waiting messages.",
        discussion: """
            States: ready; probe (the next message shows whether the receiver is back); rate, half-hour (waits by its \
            own limits); hold (the receiver asked for quiet); breaker (too many failures in a row); disabled.
            """)

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws { Console.emit(try EndpointListing(options.open()).rows.text(format)) }
}

struct EndpointsEnableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Lets messages leave again: ends disabling, holds and breakers; rate limits stay.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The endpoint's id.")
    var endpoint: String

    func run() throws {
        let isNews = try EndpointSwitch.apply(.enable, to: endpoint, in: try options.open())
        Console.say(
            isNews
                ? "\(endpoint): enabled; retier deliver sends what waits" : "\(endpoint): nothing kept it from sending")
    }
}

struct EndpointsDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Lets nothing leave until the endpoint is enabled; its messages wait.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The endpoint's id.")
    var endpoint: String

    func run() throws {
        let isNews = try EndpointSwitch.apply(.disable, to: endpoint, in: try options.open())
        Console.say(isNews ? "\(endpoint): disabled" : "\(endpoint): was disabled already")
    }
}

/// A person's word on an endpoint of the brand.
private enum EndpointSwitch {
    static func apply(_ event: EndpointEvent, to endpoint: String, in workspace: Workspace) throws -> Bool {
        let known = workspace.programme.endpoints.map(\.id)
        guard known.contains(endpoint) else {
            throw RetierError(
                .usage, "retier.yaml has no endpoint \(endpoint)",
                hint: "it has \(known.sorted().joined(separator: ", "))")
        }
        return try Outbox(workspace.ledger).apply(
            event, to: endpoint, operatorName: Operator.name, now: workspace.clock.now)
    }
}
