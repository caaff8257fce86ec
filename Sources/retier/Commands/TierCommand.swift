import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct TierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tier", abstract: "Lists tiers that people set by hand; sets and clears them.",
        subcommands: [TierListCommand.self, TierSetCommand.self, TierClearCommand.self],
        defaultSubcommand: TierListCommand.self)
}

struct TierListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists members, tiers, last days, reasons, and whose word it was.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws { Console.emit(try OverrideListing.rows(options.open()).text(format)) }
}

struct TierSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Gives a member a tier until a day, from the next refresh on; recorded in the audit trail.",
        discussion: """
            While it lasts the member holds that tier whatever they earn. The rules go on underneath: afterwards the \
            member stands where they would have stood without it.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "The member's id.")
    var member: String

    @Argument(help: "The tier's id.")
    var tier: String

    @Option(name: .long, help: "The last day on which it counts, YYYY-MM-DD.")
    var until: DayArgument

    @Option(name: .long, help: "Why; shown by retier explain.")
    var reason: String

    func run() throws {
        let workspace = try options.open()
        let ids = workspace.programme.tiering.ladder.tiers.map(\.id)
        guard ids.contains(tier) else {
            throw RetierError(.usage, "there is no tier \(tier)", hint: "it has \(ids.joined(separator: ", "))")
        }
        guard until.day >= workspace.today else {
            throw RetierError(.usage, "\(until.day) is over already", hint: "name today or a later day")
        }
        try Operator.require(reason: reason)
        try workspace.ledger.setTier(
            StoredOverride(
                memberID: member, tier: tier, until: until.day, reason: reason, operatorName: Operator.name,
                setAt: workspace.clock.now))
        Console.say("\(member): \(tier) until \(until.day), from the next refresh on")
    }
}

struct TierClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Takes a tier that was set by hand away; recorded in the audit trail.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The member's id.")
    var member: String

    func run() throws {
        let workspace = try options.open()
        let isNews = try workspace.ledger.clearTier(
            of: member, operatorName: Operator.name, now: workspace.clock.now)
        Console.say(isNews ? "\(member): cleared; the rules decide in the next refresh" : "\(member): no tier was set")
    }
}
