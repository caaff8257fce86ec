import RetierBrand
package import RetierCore
import RetierLedger

/// The rows of `retier facts`: further facts and tags of every member.
package struct FactListing {
    private let facts: FactTable
    private let wanted: [FactReference]
    private let tags: [Tag]
    private let decimals: Int

    /// - Throws: `RetierError` (`usage`) for a name that no fact has.
    package init(_ workspace: Workspace, names: [String], asOf day: Day?) throws {
        let catalogue = workspace.programme.facts
        wanted =
            try names.isEmpty
            ? catalogue.references
            : names.map { name in
                guard let fact = catalogue.reference(named: name) else {
                    throw RetierError(
                        .usage, "there is no fact \(name)", hint: "retier facts --catalogue lists them")
                }
                return fact
            }
        tags = workspace.programme.tags
        decimals = workspace.programme.currency.decimals
        let asOf = try day ?? workspace.ledger.lastRun(kind: .refresh)?.asOf ?? workspace.newestDay()
        var planner = Planner(workspace)
        planner.showsTags = true
        facts = try planner.facts(asOf: asOf, further: Set(wanted))
    }

    /// The facts that a programme has, with unit and meaning.
    package static func catalogue(_ workspace: Workspace) -> RowListing {
        var listing = RowListing("facts", columns: [("fact", .text), ("unit", .text), ("meaning", .text)])
        for fact in workspace.programme.facts.definitions {
            listing.append([fact.name, fact.unit.rawValue, fact.description(workspace.language)])
        }
        return listing
    }

    /// Writes all members, or one, block by block; a table is put together first.
    package func write(
        _ format: ListingFormat, only member: String? = nil, to sink: (String) -> Void
    ) throws {
        var rows = Array(0..<facts.count)
        if let member {
            guard let row = facts.memberIDs.sortedIndex(of: member) else {
                throw RetierError(.usage, "no member \(member) on \(facts.asOf)", hint: "ids are case-sensitive")
            }
            rows = [row]
        }
        let columns = ["member_id"] + wanted.map(\.name) + (tags.isEmpty ? [] : ["tags"])
        switch format {
        case .csv:
            sink(csvLine(columns))
            for row in rows { sink(csvLine(values(of: row))) }
        case .table:
            var table = TextTable(
                columns: columns.map { .init($0, $0 == "member_id" || $0 == "tags" ? .left : .right) })
            for row in rows { table.append(values(of: row).map { $0 ?? "" }) }
            sink(table.text())
        case .json:
            sink("{\"format_version\":1,\"as_of\":\"\(facts.asOf)\",\"members\":[")
            for (position, row) in rows.enumerated() { sink((position == 0 ? "\n" : ",\n") + json(of: row)) }
            sink("\n]}\n")
        }
    }

    private func values(of row: Int) -> [String?] {
        let numbers = wanted.map { text(of: $0, row: row) }
        return [facts.memberIDs[row]] + numbers + (tags.isEmpty ? [] : [carried(row).joined(separator: " ")])
    }

    /// A number without a sign of its unit: shares as a fraction of one.
    private func text(of fact: FactReference, row: Int) -> String? {
        guard let value = facts[fact]?[row], value != FactColumn.missing else { return nil }
        return Field.text(value, unit: fact.unit == .share ? .decimal : fact.unit, moneyDecimals: decimals)
    }

    private func carried(_ row: Int) -> [String] {
        guard !facts.tags.isEmpty else { return [] }
        return tags.indices.filter { facts.tags[row] & 1 << UInt64($0) != 0 }.map { tags[$0].id }
    }

    private func json(of row: Int) -> String {
        var object = JSONObject()
        object.add("member_id", facts.memberIDs[row])
        for fact in wanted { object.add(fact.name, json: text(of: fact, row: row) ?? "null") }
        object.add("tags", json: "[" + carried(row).map { "\"\($0)\"" }.joined(separator: ",") + "]")
        return object.json
    }
}
