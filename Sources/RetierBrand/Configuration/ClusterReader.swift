import RetierCore

/// Turns the nodes under `clusters` into settings.
struct ClusterReader {
    var findings: Findings
    let facts: FactCatalogue
    let model: TieringModel
    let currency: Currency

    /// The numbers that conditions may name, before anything else is read; empty without the section.
    static func ids(_ node: YAMLNode?) -> [String] {
        guard let node else { return [] }
        let count = node["count"]?.integer ?? ClusterSettings(facts: []).count
        return (1...min(max(count, 1), ClusterSettings.most)).map(String.init)
    }

    /// The settings; nil where the programme has none.
    mutating func read(_ node: YAMLNode?) -> ClusterSettings? {
        guard let node else { return nil }
        var settings = ClusterSettings(facts: columns(node["columns"]))
        settings.count = node["count"]?.integer ?? settings.count
        settings.starts = node["starts"]?.integer ?? settings.starts
        settings.seed = node["seed"]?.integer ?? settings.seed
        settings.leastMembers = node["least_members"]?.integer ?? settings.leastMembers
        settings.names = names(node["names"], count: settings.count)
        return settings
    }

    // MARK: Columns

    private mutating func columns(_ node: YAMLNode?) -> [ClusterFact] {
        guard let node, let items = node.items else {
            return ClusterSettings.usualColumns.compactMap { name in unit(of: name).map { column(name, unit: $0) } }
        }
        if items.isEmpty {
            findings.add(
                "bad-value", at: node, message: "members cannot be grouped by nothing",
                hint: "name at least one column, or leave `columns` out")
        }
        var columns: [ClusterFact] = []
        for item in items {
            guard let place = item.entries == nil ? item : item["fact"], let name = place.text else { continue }
            if columns.contains(where: { $0.name == name }) {
                findings.add(
                    "duplicate-id", at: place, message: "column `\(name)` is given twice, so it would count twice",
                    hint: "leave one out")
            } else if let unit = knownUnit(of: name, at: place) {
                columns.append(described(column(name, unit: unit), by: item))
            }
        }
        return columns
    }

    private func column(_ name: String, unit: Field.Unit) -> ClusterFact {
        let dimension = Dimension(name: String(name.dropFirst(ClusterFact.rankPrefix.count)))
        let title = dimension?.title ?? ownTitle(of: name) ?? LocalizedText(name)
        return .standard(name, unit: unit, title: title, decimals: currency.decimals)
    }

    /// The title that a brand gave a fact of its own.
    private func ownTitle(of name: String) -> LocalizedText? {
        guard FactCatalogue.standard.reference(named: name) == nil else { return nil }
        return facts.reference(named: name).map { facts.definitions[$0.position].description }
    }

    /// The column with what the file says of it.
    private func described(_ column: ClusterFact, by node: YAMLNode) -> ClusterFact {
        var column = column
        if let title = node["title"]?.localized {
            column = ClusterFact(name: column.name, unit: column.unit, title: title, scale: column.scale)
        }
        switch node["scale"]?.text {
        case "log": column.scale = .logarithm(unit: column.unit.one(decimals: currency.decimals))
        case "linear": column.scale = .linear
        default: break
        }
        column.high = node["high"]?.localized ?? column.high
        column.low = node["low"]?.localized ?? column.low
        return column
    }

    /// The unit of a column that a run can have; nil, and reported, for any other name.
    private mutating func knownUnit(of name: String, at node: YAMLNode) -> Field.Unit? {
        guard let unit = unit(of: name) else {
            let known =
                MeasureSource.builtIn.sorted() + facts.definitions.map(\.name) + Prediction.allCases.map(\.name)
                + Dimension.allCases.map { ClusterFact.rankPrefix + $0.name }
            findings.add(
                "unknown-fact", at: node, message: "`\(name)` is no column that members can be grouped by",
                hint: NearestName.hint(for: name, in: known))
            return nil
        }
        if name.hasPrefix(ClusterFact.rankPrefix),
            let dimension = Dimension(name: String(name.dropFirst(ClusterFact.rankPrefix.count))),
            model.weights[dimension] == 0
        {
            findings.add(
                "bad-value", at: node, message: "nobody is ranked in `\(dimension.name)`: its weight is 0",
                hint: "give it a weight under tiering.weights, or name the facts that it is made of")
        }
        if Prediction.allCases.contains(where: { $0.name == name }), model.lifetime.model == .off {
            findings.add(
                "bad-value", at: node, message: "`\(name)` is a prediction, and predictions are off",
                hint: "set tiering.lifetime.model to auto")
        }
        return unit
    }

    private func unit(of name: String) -> Field.Unit? {
        if let reference = facts.reference(named: name) { return reference.unit }
        if let prediction = Prediction.allCases.first(where: { $0.name == name }) { return prediction.unit }
        if name.hasPrefix(ClusterFact.rankPrefix) {
            return Dimension(name: String(name.dropFirst(ClusterFact.rankPrefix.count))).map { _ in .points }
        }
        guard MeasureSource.builtIn.contains(name),
            case .number(let unit)? = FieldCatalogue.definition(named: name)?.kind
        else { return nil }
        return unit
    }

    // MARK: Names

    private mutating func names(_ node: YAMLNode?, count: Int) -> [Int: LocalizedText] {
        var names: [Int: LocalizedText] = [:]
        for entry in node?.entries ?? [] {
            guard let number = Int(entry.key), let name = entry.value.localized else { continue }
            if number > count {
                findings.add(
                    "unknown-cluster", at: (entry.line, entry.column), message: "there is no cluster \(number)",
                    hint: "clusters are the numbers 1 to \(count)")
            }
            if names.values.contains(where: { $0.chinese == name.chinese || $0.english == name.english }) {
                findings.add(
                    "duplicate-id", at: entry.value, message: "two clusters have this name",
                    hint: "people could not tell them apart: choose another one")
            }
            names[number] = name
        }
        return names
    }
}
