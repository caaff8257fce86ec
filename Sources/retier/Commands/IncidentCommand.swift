import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct IncidentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract: "Lists failures that members suffered from; registers, closes and withdraws them.",
        discussion: """
            Playbooks with `incident` in their condition say what follows: who was affected is told, and compensated \
            once the incident is closed. Moments are ISO-8601, such as 2026-11-28T09:10 in the brand's time zone.
            """,
        subcommands: [
            IncidentListCommand.self, IncidentOpenCommand.self, IncidentCloseCommand.self,
            IncidentReopenCommand.self, IncidentWithdrawCommand.self,
        ], defaultSubcommand: IncidentListCommand.self)
}

struct IncidentListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists every incident that was registered, by its beginning.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func run() throws {
        let workspace = try options.open()
        let incidents = try workspace.ledger.incidents()
        Console.emit(IncidentListing.rows(incidents, zone: workspace.programme.zone).text(format))
    }
}

/// Whose word it is, and why.
struct IncidentWord: ParsableArguments {
    @Option(name: .long, help: "Why; kept in the audit trail.")
    var reason: String

    @OptionGroup var speaker: IncidentSpeaker
}

/// Whose word it is.
struct IncidentSpeaker: ParsableArguments {
    @Option(name: .long, help: "Whose word it is; the login name when left out.")
    var by: String?

    var name: String { by ?? Operator.name }
}

struct IncidentOpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Registers an incident; from the next daily run on, playbooks act upon it. Recorded.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "An id that was never used: letters, digits, and . _ - in between.")
    var id: String

    @Option(name: .long, help: "The kind, one of `incidents` in retier.yaml.")
    var kind: String

    @Option(name: .long, help: "The first moment.")
    var from: String

    @Option(name: .long, help: "The moment after the last, where it is over already.")
    var until: String?

    @OptionGroup var word: IncidentWord

    func run() throws {
        let workspace = try options.open()
        try Operator.require(reason: word.reason)
        let kinds = workspace.programme.incidents.map(\.id)
        guard kinds.contains(kind) else {
            throw RetierError(
                .usage, "there is no kind of incident \(kind)",
                hint: kinds.isEmpty
                    ? "name the kinds under `incidents` in retier.yaml" : "there are \(kinds.joined(separator: ", "))")
        }
        guard IncidentOpenCommand.isID(id) else {
            throw RetierError(
                .usage, "\(id) is no id", hint: "write up to 64 letters, digits, and . _ - in between")
        }
        let incident = Incident(
            id: id, kind: kind, from: try workspace.moment(from), until: try until.map(workspace.moment),
            registeredAt: workspace.clock.now)
        let stored = StoredIncident(incident, reason: word.reason, operatorName: word.speaker.name)
        try workspace.ledger.register(stored, now: workspace.clock.now)
        Console.say("\(id): registered as \(kind), \(workspace.span(of: incident))")
    }

    private static func isID(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, text.utf8.count <= 64 else { return false }
        return first.isASCIILetterOrDigit && last.isASCIILetterOrDigit
            && scalars.allSatisfy { $0.isASCIILetterOrDigit || ".-_".unicodeScalars.contains($0) }
    }
}

struct IncidentCloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Says that an incident is over: from the next daily run on, it is compensated for. Recorded.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The incident's id.")
    var id: String

    @Option(name: .long, help: "The moment after the last.")
    var until: String

    @Option(name: .long, help: "What ended it; kept in the audit trail.")
    var reason = "over"

    @OptionGroup var speaker: IncidentSpeaker

    func run() throws {
        let workspace = try options.open()
        let until = try workspace.moment(until)
        let incident = try workspace.change(id, by: .close(until: until), reason: reason, by: speaker.name).incident
        let kind = workspace.programme.incidents.first { $0.id == incident.kind }
        let last = kind?.lastDay(of: incident, zone: workspace.programme.zone)
        Console.say(
            "\(id): closed, \(workspace.span(of: incident)), \(incident.startedHours ?? 0) started hour(s)"
                + (last.map { "; members are taken up until \($0)" } ?? ""))
    }
}

struct IncidentReopenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Takes the word on an incident's end back. What was granted stays granted. Recorded.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The incident's id.")
    var id: String

    @OptionGroup var word: IncidentWord

    func run() throws {
        let workspace = try options.open()
        _ = try workspace.change(id, by: .reopen, reason: word.reason, by: word.speaker.name)
        Console.say("\(id): open again")
    }
}

struct IncidentWithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Says that an incident was registered by mistake, before anything was granted for it. Recorded.")

    @OptionGroup var options: BrandOptions

    @Argument(help: "The incident's id.")
    var id: String

    @OptionGroup var word: IncidentWord

    func run() throws {
        let workspace = try options.open()
        let change = try workspace.change(id, by: .withdraw, reason: word.reason, by: word.speaker.name)
        Console.say(
            "\(id): withdrawn, \(change.cancelled) message(s) cancelled that had not left, "
                + "\(change.kept) action(s) that had or that stand in lists with others")
    }
}

extension Workspace {
    fileprivate func moment(_ text: String) throws -> Instant {
        guard let moment = Instant(iso: text, zone: programme.zone) else {
            throw RetierError(
                .usage, "\(text) is no moment", hint: "write YYYY-MM-DDTHH:MM, in the zone \(programme.zone.name)")
        }
        return moment
    }

    fileprivate func span(of incident: Incident) -> String {
        let zone = programme.zone
        let end = incident.until.map { " until \(zone.minute(of: $0))" } ?? ""
        return "from \(zone.minute(of: incident.from))\(end) (\(zone.name))"
    }

    fileprivate func change(
        _ id: String, by event: Incident.Event, reason: String, by operatorName: String
    ) throws -> IncidentChange {
        try Operator.require(reason: reason)
        return try ledger.change(
            incident: id, by: event, reason: reason, operatorName: operatorName, now: clock.now)
    }
}
