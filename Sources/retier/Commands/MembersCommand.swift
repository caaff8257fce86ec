import ArgumentParser
import Foundation
import RetierCore
import RetierRun

struct MembersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "Lists facts, scores, segment and tier of the members; writes nothing.",
        discussion: """
            Without --as-of it shows the state of the last refresh. With --as-of it computes what a refresh on that \
            day would find. Members without a purchase have no facts to list; --all adds them.

            The table shows what a terminal has room for: to_next is the spend that reaches the next tier, to_lose the \
            spend less that falls below the line that keeps the present one, all else and everybody else's ranks \
            equal. csv and json have every column.
            """)

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    @Option(name: .long, help: "Compute as of this day, YYYY-MM-DD.")
    var asOf: DayArgument?

    @Flag(name: .long, help: "Also members without a purchase.")
    var all = false

    func run() throws {
        let view = try MembersView(options.open(), asOf: asOf?.day)
        let format = MemberListing.Format(rawValue: format.rawValue) ?? .table
        try view.listing(includesAll: all).write(format) { Console.emit($0) }
        for note in view.notes { Console.say(note) }
        if !all, view.withoutPurchase > 0 {
            Console.say(
                "\(view.withoutPurchase) members without a purchase by \(view.asOf) are not listed; --all adds them")
        }
    }
}
