import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct IdentitiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identities", abstract: "Who is whom: rows that wait for a member, members that are one.",
        subcommands: [
            IdentitiesUnresolvedCommand.self, IdentitiesMergesCommand.self, IdentitiesMergeCommand.self,
            IdentitiesUnmergeCommand.self,
        ], defaultSubcommand: IdentitiesUnresolvedCommand.self)
}

struct IdentitiesUnresolvedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unresolved",
        abstract: "Lists members and identities whose rows wait for a line in a members or identities file.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    @Option(name: .long, help: "Most lines; all when left out.")
    var limit: Int?

    func run() throws {
        let ledger = try options.open().ledger
        Console.emit(IdentityListing.rows(try ledger.unresolved(limit: limit)).text(format))
        let count = try ledger.unresolvedCount()
        Console.say(count == 0 ? "nothing waits" : "\(count) wait in all")
    }
}

struct IdentitiesMergesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merges", abstract: "Lists every merge that ever was, undone or not, the latest first.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws { Console.emit(IdentityListing.rows(try options.open().ledger.merges()).text(format)) }
}

struct IdentitiesMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Makes two members one: what is of OTHER counts for KEPT; recorded in the audit trail.",
        discussion: """
            Orders, events, consents, caps, once_per and what is under way follow at once; of the two tiers the higher \
            one stays until the next refresh, and of two escalations the older one goes on. Nothing is moved: unmerge \
            restores what was, but for the case that ended.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "The member who is kept.")
    var kept: String

    @Argument(help: "The member who counts for it from now on.")
    var other: String

    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    func run() throws {
        try Operator.require(reason: reason)
        let closed = try options.open().merge(kept, other, reason: reason, operatorName: Operator.name)
        Console.say("\(other) counts for \(kept)")
        if let line = closed.sentence { Console.say(line) }
    }
}

struct IdentitiesUnmergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmerge",
        abstract: "Undoes a merge: everything is of whom it came with again; recorded in the audit trail.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The member who was merged into another one.")
    var other: String

    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    func run() throws {
        try Operator.require(reason: reason)
        try options.open().unmerge(other, reason: reason, operatorName: Operator.name)
        Console.say("\(other) is a member of its own again")
    }
}
