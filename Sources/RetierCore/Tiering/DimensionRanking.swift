/// The members with a purchase, ranked: RFM scores, segments and the rank of every dimension that is used.
///
/// It depends on no weights, so learning them and scoring with them share it. All arithmetic is in whole numbers, and a
/// rank depends on the set of members only, not on their order.
package struct DimensionRanking: Sendable {
    /// Why a dimension tells nobody apart.
    package enum Flaw: Hashable, Sendable {
        /// Nothing is known of anybody.
        case missing
        /// Everybody is equal.
        case constant
    }

    /// Composites and contributions are still 0.
    package private(set) var table: ScoreTable
    /// By `Dimension.rawValue`: how the dimension turns numbers into ranks; nil where it is not used or has no data.
    package private(set) var scales: [DimensionScale?]
    package private(set) var flaws: [Dimension: Flaw] = [:]
    /// The rows of members with a purchase.
    package let rows: [Int]

    package init(
        _ facts: FactTable, source: MeasureSource, rules: DimensionRules = DimensionRules(), used: [Dimension],
        workers: Workers = .single
    ) {
        let rows = (0..<facts.count).filter { facts.hasPurchase($0) }
        self.rows = rows
        table = ScoreTable(count: facts.count)
        scales = Array(repeating: nil, count: Dimension.allCases.count)
        for row in rows { table.isScored[row] = true }
        // Every number is ranked once, whatever dimensions are made of it; three are in any case, for RFM.
        var measures: [Measure] = []
        let further = used.flatMap { rules.measures(of: $0) }.map(\.plain)
        for measure in DimensionRanking.quintiles.map({ $0.dimension.usualMeasures[0] }) + further
        where !measures.contains(measure) { measures.append(measure) }
        let rankings = workers.pieces(measures.count) { [measures] index in
            MeasureRanking(measures[index], source: source, rows: rows)
        }
        let known = Dictionary(uniqueKeysWithValues: zip(measures, rankings)).compactMapValues(\.self)
        for (dimension, score) in DimensionRanking.quintiles {
            guard let ranking = known[dimension.usualMeasures[0]] else { continue }
            let quintiles = ranking.column.values.indices.map { ranking.column.quintile(at: $0) }
            table[keyPath: score].scatter(ranking.places.lazy.map { quintiles[Int($0)] }, to: rows)
        }
        let found = workers.pieces(used.count) { index in
            RankedDimension(rules.measures(of: used[index]), of: known, rows: rows, memberCount: facts.count)
        }
        for (dimension, ranked) in zip(used, found) {
            flaws[dimension] = ranked.flaw
            scales[dimension.rawValue] = ranked.scale
            table.ranks[dimension.rawValue] = ranked.ranks
        }
        table.segment.scatter(segments(facts), to: rows)
    }

    private static let quintiles: [(dimension: Dimension, score: any WritableKeyPath<ScoreTable, [UInt8]> & Sendable)] =
        [
            (.spend, \.monetary), (.frequency, \.frequency), (.recency, \.recency),
        ]

    /// The segments of the ranked members: each value times N against the sum, exact in 128 bits; equal to the mean is
    /// low.
    private func segments(_ facts: FactTable) -> [UInt8] {
        let count = Int128(rows.count)
        var daySum: Int128 = 0
        var frequencySum: Int128 = 0
        var totalSum: Int128 = 0
        for row in rows {
            daySum += Int128(facts.daysSincePurchase(row))
            frequencySum += Int128(facts.windowDays[row])
            totalSum += Int128(facts.windowTotal[row])
        }
        return rows.map { row in
            Segment8(
                recencyHigh: Int128(facts.daysSincePurchase(row)) * count < daySum,
                frequencyHigh: Int128(facts.windowDays[row]) * count > frequencySum,
                monetaryHigh: Int128(facts.windowTotal[row]) * count > totalSum
            ).rawValue
        }
    }
}

/// One dimension of the members.
private struct RankedDimension: Sendable {
    /// Nil where nothing is known of anybody.
    var scale: DimensionScale?
    var flaw: DimensionRanking.Flaw?
    /// By row, 0 for members who are not ranked; empty where nothing is known of anybody.
    var ranks: [Int32] = []

    /// Ranks one measure by its tie-fair mid-rank, several by the mid-rank of the weighted mean of their mid-ranks, of
    /// those that are known of a member.
    init(_ measures: [Measure], of known: [Measure: MeasureRanking], rows: [Int], memberCount: Int) {
        let rankings = measures.compactMap { measure in known[measure.plain].map { (measure, $0) } }
        let result: MeasureRanking?
        var scale = DimensionScale(parts: rankings.map { DimensionScale.Part(measure: $0, column: $1.column) })
        if rankings.count == 1 {
            result = rankings.first?.1
        } else {
            result = MeasureRanking(meanOf: rankings.map(\.1), scale: scale)
            scale.means = result?.column
        }
        guard let result, result.column.count > 0 else {
            flaw = .missing
            return
        }
        self.scale = scale
        if result.column.values.count == 1 { flaw = .constant }
        ranks = Array(repeating: 0, count: memberCount)
        ranks.scatter(result.ranks, to: rows)
    }
}

extension Measure {
    /// The number itself, whatever it counts for.
    fileprivate var plain: Measure {
        var measure = self
        measure.weight = 1
        return measure
    }
}

/// One measure of the ranked members, in order.
private struct MeasureRanking: Sendable {
    /// The values, larger is better, of the members of whom it is known.
    var column: RankedColumn
    /// The place of each of them in the column.
    var places: [Int32]
    /// The mid-rank of every ranked member in millionths, `ScoreTable.unranked` where nothing is known.
    var ranks: [Int32]

    init?(_ measure: Measure, source: MeasureSource, rows: [Int]) {
        guard var values = source.values(of: measure.name, rows: rows) else { return nil }
        if measure.isLowerBetter {
            for index in values.indices where values[index] != MeasureSource.missing { values[index].negate() }
        }
        self.init(values)
    }

    /// Ranks values of which some may be `MeasureSource.missing`.
    private init(_ values: [Int64]) {
        let isWhole = !values.contains(MeasureSource.missing)
        (column, places) = RankedColumn.ranking(isWhole ? values : values.filter { $0 != MeasureSource.missing })
        let midRanks = column.values.indices.map { [column] in column.midRank(at: $0) }
        guard !isWhole else {
            ranks = places.map { midRanks[Int($0)] }
            return
        }
        ranks = Array(repeating: ScoreTable.unranked, count: values.count)
        var next = 0
        for index in values.indices where values[index] != MeasureSource.missing {
            ranks[index] = midRanks[Int(places[next])]
            next += 1
        }
    }

    /// Ranks the weighted means of some rankings; nil of none.
    init?(meanOf rankings: [MeasureRanking], scale: DimensionScale) {
        guard let count = rankings.first?.ranks.count else { return nil }
        self.init(
            (0..<count).map { index in scale.mean(of: rankings.map { $0.ranks[index] }) ?? MeasureSource.missing })
    }
}

extension Array {
    /// Writes values to some rows, in order.
    fileprivate mutating func scatter(_ values: some Sequence<Element>, to rows: [Int]) {
        for (row, value) in zip(rows, values) { self[row] = value }
    }
}
