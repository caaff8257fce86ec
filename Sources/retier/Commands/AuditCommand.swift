import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Lists which actions were sent, or not, and why; verifies the trail.",
        subcommands: [AuditListCommand.self, AuditVerifyCommand.self], defaultSubcommand: AuditListCommand.self)
}

struct AuditListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists which actions were sent, or not, and why.")

    @OptionGroup var options: BrandOptions

    @Option(name: .long, help: "Only this member.")
    var member: String?

    @Option(name: .long, help: "Only this playbook.")
    var playbook: String?

    @Option(name: .customLong("run"), help: "Only this run.")
    var runID: String?

    @Option(
        name: .long,
        help: "Only this state: a message's (delivered, retry, ...) or a verdict (defer, suppress, hold_out).")
    var state: String?

    @Option(name: .long, help: "Only what was decided on or after this day, YYYY-MM-DD.")
    var since: DayArgument?

    @Option(name: .long, help: "table, csv or json.")
    var format: ListingFormat = .table

    func validate() throws {
        let states =
            OutboxState.allCases.map(\.rawValue) + Verdict.Outcome.allCases.map(\.rawValue).filter { $0 != "send" }
        if let state, !states.contains(state) {
            throw ValidationError("--state takes one of \(states.joined(separator: ", ")), not \(state)")
        }
    }

    func run() throws {
        let workspace = try options.open()
        let query = AuditQuery(
            member: member, playbook: playbook, run: runID, state: state,
            since: since.map { workspace.programme.zone.start(of: $0.day) })
        let listing = AuditListing(workspace, query: query)
        switch format {
        case .table: try listing.table(to: Console.emit)
        case .csv: try listing.csv(to: Console.emit)
        case .json: try listing.json(to: Console.emit)
        }
    }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks the hash chain of every run and the rows that it covers; exit 65 on a finding.")

    @OptionGroup var options: BrandOptions

    func run() throws {
        let audit = Audit(try options.open().ledger)
        let findings = try audit.verify()
        for finding in findings { Console.emit(finding.description + "\n") }
        guard findings.isEmpty else {
            throw RetierError(
                .badData, "the audit trail does not hold: \(findings.count) finding(s)",
                hint: "keep a copy of var/retier.db, compare with a backup, and find out who changed it")
        }
        let heads = try audit.heads()
        for head in heads {
            let chain = head.run.isEmpty ? "endpoints" : head.run
            Console.emit("\(chain)\t\(head.number) entries\t\(head.hash)\n")
        }
        Console.say(
            "the audit trail holds: \(heads.filter { !$0.run.isEmpty }.count) runs, "
                + "every hash and every row that it covers"
        )
    }
}
