import RetierCore

/// Imports suppression lists: whom a list forbids to contact, on which channel or on all (`*`), why, since when and
/// until which day.
///
/// A line is kept as a consent of purpose `suppression:LIST`: withdrawn from `since` on with the reason as its proof,
/// and granted again after `until`. A later line of the same member, list, channel and `since` replaces it.
final class SuppressionImport: RowImport {
    private(set) var counts = ImportCounts()
    let notes: [String] = []

    private let context: ImportContext
    private let owner: OwnerFields
    private let listField: Int
    private let channelField: Int
    private let reasonField: Int
    private let sinceField: Int
    private let untilField: Int?
    private let table: ConsentRows

    init(_ context: ImportContext) throws {
        self.context = context
        owner = OwnerFields(context.layout)
        listField = context.layout.required("list")
        channelField = context.layout.required("channel")
        reasonField = context.layout.required("reason")
        sinceField = context.layout.required("since")
        untilField = context.layout.field("until")
        table = try ConsentRows(context)
    }

    func add(_ row: borrowing CSVReader) throws {
        let list = try context.fields.label(row[listField], "list")
        let channel = try context.fields.label(row[channelField], "channel")
        guard !row[reasonField].isEmpty else { throw RowProblem(.empty, column: "reason") }
        let reason = try context.fields.text(row[reasonField], "reason")
        let since = try context.fields.time(row[sinceField], "since")
        let end = try untilField.flatMap { try context.fields.endOfDay(row[$0], "until") }
        if let end, end <= since { throw RowProblem(.endsBeforeStart, column: "until") }
        let line = Consent(
            channel: Array(channel), purpose: Array(ConsentTable.suppressionPrefix.utf8) + Array(list), at: since,
            name: owner.name(row), isGranted: false, proof: Array(reason))
        var lift = end.map { _ in line }
        lift?.at = end ?? since
        lift?.isGranted = true
        lift?.proof = nil
        try write(line, lift, of: try owner.key(row, context))
    }

    private func write(_ line: Consent, _ lift: Consent?, of member: UInt32) throws {
        let old = try table.consent(like: line, of: member)
        let later = try table.consents(of: member).filter {
            $0.purpose == line.purpose && $0.channel == line.channel && $0.name == line.name && $0.at > line.at
        }.sorted { $0.at < $1.at }
        // The end of this line: what lifts it before the member came onto the list again.
        let oldLifts = later.prefix { $0.isGranted }
        if old == line, Array(oldLifts) == (lift.map { [$0] } ?? []) {
            counts.unchanged += 1
            return
        }
        if old == nil { counts.new += 1 } else { counts.updated += 1 }
        for gone in oldLifts where gone != lift { try table.remove(gone, of: member) }
        if old != line { try table.write(line, of: member, replacing: old) }
        if let lift, !oldLifts.contains(lift) {
            try table.write(lift, of: member, replacing: try table.consent(like: lift, of: member))
        }
        // A line that ends later is a withdrawal anew.
        try table.noteWithdrawal(of: member)
    }

    func finish(_ progress: (ImportProgress.Phase, _ rows: Int) -> Void) throws {}
}
