import ArgumentParser
import RetierCore
import RetierLedger
import RetierRun

extension ImportKind: ExpressibleByArgument {}

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Reads CSV files (plain or gzip) into the ledger; a file is one transaction.",
        discussion: """
            Required columns: members member_id,joined_at; orders order_id,member_id,ordered_at,amount; events \
            event_id,member_id,occurred_at,kind; identities source,external_id,member_id; consents \
            member_id,channel,purpose,granted,at; suppressions member_id,list,channel,reason,since; acks \
            ack_id,member_id,at. All but members and identities may carry source,external_id instead of member_id. \
            Importing a file twice changes nothing; a changed row with a known id updates it.
            """)

    @OptionGroup var options: BrandOptions

    @Argument(help: "members, orders, events, identities, consents, suppressions or acks.")
    var kind: ImportKind

    @Argument(help: "CSV files, in the order in which they shall be read.")
    var files: [String]

    @Option(name: .customLong("map"), help: "A foreign header, as column=theirs; may be repeated.")
    var mapping: [String] = []

    @Option(
        help:
            "The signature of the acks file, as the headers of Standard Webhooks (default: FILE.signature, if needed).")
    var signature: String?

    func validate() throws {
        if signature != nil, kind != .acks || files.count != 1 {
            throw ValidationError("--signature is for one file of acks")
        }
        for pair in mapping where !pair.contains("=") {
            throw ValidationError(
                "--map takes column=theirs, for example --map member_id=uid; this is not one: \(pair)")
        }
    }

    func run() throws {
        let workspace = try options.open()
        let pairs = mapping.map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
        let columns = Dictionary(pairs, uniquingKeysWith: { _, last in last })
        for file in files {
            let report = try workspace.importFile(
                kind, at: file, signature: signature, mapping: columns
            ) { progress in
                Console.progress("\(file): \(progress.description)")
            }
            Console.progress("")
            workspace.timings.end("import \(file)")
            for line in report.lines { Console.say(line) }
        }
    }
}
