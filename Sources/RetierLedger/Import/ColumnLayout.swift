import RetierCore

/// Which field of a file's rows holds which column.
struct ColumnLayout {
    /// Fields a row must have.
    let fieldCount: Int
    /// Columns without a meaning of their own, by name in byte order; members keep them as attributes.
    let extras: [(name: String, field: Int)]
    private let fields: [String: Int]

    /// Field number of a known column, or nil where the file lacks it.
    func field(_ column: String) -> Int? { fields[column] }

    /// Field number of a column that the layout has made sure of.
    func required(_ column: String) -> Int {
        guard let field = fields[column] else { preconditionFailure("a layout has its required columns") }
        return field
    }

    /// - Throws: `RetierError` naming every missing, doubled or unknown column.
    init(kind: ImportKind, header: [String], mapping: [String: String], path: String) throws {
        let place = "\(path):1"
        fieldCount = header.count
        try ColumnLayout.checkIsHeader(header, kind: kind, mapping: mapping, place: place)
        for name in header where header.filter({ $0 == name }).count > 1 {
            throw RetierError(
                .badData, "\(place): the header names column \"\(name)\" twice", hint: "give each column its own name")
        }
        var fields: [String: Int] = [:]
        var claimed: Set<Int> = []
        var renamed: [(name: String, field: Int)] = []
        for (ours, theirs) in mapping.sorted(by: { $0.key < $1.key }) {
            guard let field = header.firstIndex(of: theirs) else {
                throw RetierError(
                    .usage, "\(place): there is no column \"\(theirs)\" to map to \(ours)",
                    hint: "the header has: \(header.joined(separator: ", "))")
            }
            claimed.insert(field)
            if kind.knownColumns.contains(ours) {
                fields[ours] = field
            } else if kind == .members {
                renamed.append((ours, field))
            } else {
                throw RetierError(
                    .usage, "\(kind.rawValue) have no column \(ours) that could be mapped",
                    hint: "known columns: \(kind.knownColumns.joined(separator: ", "))")
            }
        }
        for (index, name) in header.enumerated() where !claimed.contains(index) {
            if kind.knownColumns.contains(name) {
                if fields[name] == nil { fields[name] = index }
            } else {
                renamed.append((name, index))
            }
        }
        // A corrected rejects file is imported as it is: what retier put in front of the rows means nothing.
        let isRejectsFile = header.starts(with: RejectsFile.columns)
        extras = renamed.filter { !$0.name.isEmpty && !(isRejectsFile && $0.field < RejectsFile.columns.count) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.fields = fields
        try ColumnLayout.checkComplete(kind: kind, fields: fields, header: header, place: place)
    }

    /// Refuses a first line that is data, without showing it: it may hold a member's.
    private static func checkIsHeader(
        _ header: [String], kind: ImportKind, mapping: [String: String], place: String
    ) throws {
        let known = Set(ImportKind.allCases.flatMap(\.knownColumns))
        guard mapping.isEmpty, known.isDisjoint(with: header) else { return }
        throw RetierError(
            .badData, "\(place): the first line names none of the columns of \(kind.rawValue)",
            hint: "put a header in front, \(kind.requiredColumns.joined(separator: ",")), or map foreign names with "
                + "--map \(kind.requiredColumns[0])=THEIR_NAME")
    }

    private static func checkComplete(
        kind: ImportKind, fields: [String: Int], header: [String], place: String
    ) throws {
        var missing = kind.requiredColumns.filter { fields[$0] == nil }
        let hasOwner = fields["member_id"] != nil || (fields["source"] != nil && fields["external_id"] != nil)
        if kind.rowsHaveAnOwner, !hasOwner { missing.append("member_id (or source and external_id)") }
        guard !missing.isEmpty else { return }
        throw RetierError(
            .badData,
            "\(place): \(kind.rawValue) need the column\(missing.count > 1 ? "s" : "") "
                + "\(missing.joined(separator: ", ")), but the header has: \(header.joined(separator: ", "))",
            hint: "rename the column or map it with --map \(missing[0].prefix { $0 != " " })=THEIR_NAME")
    }
}
