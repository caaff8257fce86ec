import RetierCore

/// Clusters in sentences.
struct ClusterText {
    private let table: ClusterTable
    private let language: Language

    init(_ table: ClusterTable, language: Language) {
        self.table = table
        self.language = language
    }

    private func pick(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }

    /// What they are and how well they tell members apart, then one line for each.
    var lines: [String] {
        let model = table.model
        let explained = ReportNumbers.percent(model.explained, of: 10_000)
        let columns = model.facts.map { $0.title(language) }.joined(separator: pick("、", ", "))
        let head = pick(
            "聚类（K-means，学习于 \(model.origin.day)，\(model.members) 名会员）：按\(columns)，解释会员差异的 \(explained)",
            "clusters (K-means, learned on \(model.origin.day) from \(model.members) members) by \(columns): they tell "
                + "\(explained) of the differences between members")
        return [head]
            + zip(table.summaries, table.today).map { summary, today in
                let share = ReportNumbers.percent(today.members, of: table.all.members)
                return pick(
                    "  聚类 \(summary.number)「\(summary.name(language))」：\(today.members) 名会员，\(share)",
                    "  cluster \(summary.number) \"\(summary.name(language))\": \(today.members) members, \(share)")
            }
    }
}

extension ClusterText {
    /// Why one member belongs to a cluster and not to the next nearest: distances, then each column's part in their
    /// difference, the strongest first.
    func lines(of place: ClusterPlace, decimals: Int) -> [String] {
        func name(_ index: Int) -> String {
            "\(table.summaries[index].number)" + pick("「", " \"") + table.summaries[index].name(language)
                + pick("」", "\"")
        }
        func distance(_ index: Int) -> String { ReportNumbers.decimals(Int(place.distances[index]), 2) }
        var head =
            pick("聚类 ", "cluster ") + name(place.cluster)
            + pick("，距其中心 ", ": ") + distance(place.cluster) + pick(" 个标准差", " sd from its centre")
        guard let rival = place.rival else { return [head] }
        head +=
            pick("；其次 ", "; next ") + name(rival) + pick("，", ", ") + distance(rival)
            + pick("。各列之差＝", "; squared, they differ by")
        let order = place.columns.indices.sorted { (place.columns[$0].pull, $1) > (place.columns[$1].pull, $0) }
        return [head] + order.map { line(of: $0, place.columns[$0], place, rival: rival, decimals: decimals) }
    }

    /// `  1.2300  spend 230.00: +0.45 sd, centres +0.40 and -0.71`.
    private func line(
        of index: Int, _ column: ClusterPlace.Column, _ place: ClusterPlace, rival: Int, decimals: Int
    ) -> String {
        let fact = table.model.facts[index]
        func signed(_ millionths: Int64) -> String {
            let text = ReportNumbers.decimals(Int(millionths.magnitude), 2)
            return (millionths < 0 ? "-" : "+") + text
        }
        let centres = [place.cluster, rival].map { signed(table.model.clusters[$0].centre[index]) }
        let own =
            column.value == ClusterFact.missing
            ? pick("未知，按均值计", "unknown, counts as average")
            : fact.text(column.value, decimals: decimals) + pick("，", ": ") + signed(column.deviation)
        return "  \(signed(column.pull))  \(fact.title(language)) \(own)"
            + pick("，两中心 \(centres[0]) 与 \(centres[1])", ", centres \(centres[0]) and \(centres[1])")
    }
}

extension ClusterFact {
    /// A value as people write it: money, days, points, ...; a dash where nothing is known.
    func text(_ value: Int64, decimals: Int) -> String {
        value == ClusterFact.missing ? "–" : Field.text(value, unit: unit, moneyDecimals: decimals)
    }
}
