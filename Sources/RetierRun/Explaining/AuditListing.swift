import RetierCore
package import RetierLedger

/// The rows of `retier audit`: which actions were sent, and what became of the others.
package struct AuditListing {
    private let ledger: Ledger
    private let query: AuditQuery
    private let decimals: Int

    package init(_ workspace: Workspace, query: AuditQuery) {
        ledger = workspace.ledger
        self.query = query
        decimals = workspace.programme.currency.decimals
    }

    package func csv(to emit: (String) -> Void) throws {
        emit(csvLine(AuditRow.columns))
        try query.forEachRow(in: ledger) { emit(csvLine($0.values(decimals: decimals))) }
    }

    package func json(to emit: (String) -> Void) throws {
        emit("{\"format_version\":1,\"actions\":[")
        var separator = "\n"
        try query.forEachRow(in: ledger) { row in
            var object = JSONObject()
            for (column, value) in zip(AuditRow.columns, row.values(decimals: decimals)) {
                if AuditListing.numbers.contains(column), let value {
                    object.add(column, json: value)
                } else {
                    object.add(column, value)
                }
            }
            emit(separator + object.json)
            separator = ",\n"
        }
        emit("\n]}\n")
    }

    package func table(to emit: (String) -> Void) throws {
        var table = TextTable(columns: AuditRow.columns.map { TextTable.Column($0) })
        try query.forEachRow(in: ledger) { row in table.append(row.values(decimals: decimals).map { $0 ?? "" }) }
        emit(table.text())
    }

    /// Columns whose JSON values are numbers; money stays text, so that no reader rounds it.
    private static let numbers: Set<String> = ["version", "level", "attempts", "http_status"]
}
