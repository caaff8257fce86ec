import RetierCore

/// A short list of rows as a table for people, as CSV, or as one JSON object.
package struct RowListing: Sendable {
    package enum Kind: Sendable { case text, number }

    /// The key of the rows in JSON.
    private let name: String
    private let columns: [(title: String, kind: Kind)]
    private var rows: [[String?]] = []

    package init(_ name: String, columns: [(title: String, kind: Kind)]) {
        self.name = name
        self.columns = columns
    }

    /// Adds a row of one value a column; a number is its decimal text, nil is none.
    package mutating func append(_ values: [String?]) { rows.append(values) }

    package func text(_ format: ListingFormat) -> String {
        switch format {
        case .table:
            var table = TextTable(columns: columns.map { .init($0.title, $0.kind == .number ? .right : .left) })
            for row in rows { table.append(row.map { $0 ?? "" }) }
            return table.text()
        case .csv: return ([columns.map(\.title)] + rows).map { csvLine($0) }.joined()
        case .json: return json
        }
    }

    private var json: String {
        let objects = rows.map { row in
            var object = JSONObject()
            for (column, value) in zip(columns, row) {
                if column.kind == .number {
                    object.add(column.title, json: value ?? "null")
                } else {
                    object.add(column.title, value)
                }
            }
            return "\n" + object.json
        }
        return "{\"format_version\":1,\"\(name)\":[\(objects.joined(separator: ","))\n]}\n"
    }
}
