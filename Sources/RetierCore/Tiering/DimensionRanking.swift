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
        _ facts: FactTable, source: MeasureSource, rules: DimensionRules = DimensionRules(), used: [Dimension]
    ) {
        rows = (0..<facts.count).filter { facts.hasPurchase($0) }
        table = ScoreTable(count: facts.count)
        scales = Array(repeating: nil, count: Dimension.allCases.count)
        for row in rows { table.isScored[row] = true }
        // Three numbers are ranked in any case, for RFM; the dimensions that are made of them share that.
        var known: [Measure: MeasureRanking] = [:]
        for (dimension, score) in DimensionRanking.quintiles {
            let measure = dimension.usualMeasures[0]
            guard let ranking = MeasureRanking(measure, source: source, rows: rows) else { continue }
            let quintiles = ranking.column.values.indices.map { ranking.column.quintile(at: $0) }
            table[keyPath: score].scatter(ranking.places.lazy.map { quintiles[Int($0)] }, to: rows)
            known[measure] = ranking
        }
        for dimension in used { rank(dimension, rules.measures(of: dimension), source: source, known: known) }
        table.segment.scatter(segments(facts), to: rows)
    }

    private static let quintiles: [(Dimension, any WritableKeyPath<ScoreTable, [UInt8]> & Sendable)] = [
        (.spend, \.monetary), (.frequency, \.frequency), (.recency, \.recency),
    ]

    /// Ranks one measure by its tie-fair mid-rank, several by the mid-rank of the weighted mean of their mid-ranks, of
    /// those that are known of a member.
    private mutating func rank(
        _ dimension: Dimension, _ measures: [Measure], source: MeasureSource, known: [Measure: MeasureRanking]
    ) {
        func ranking(_ measure: Measure) -> MeasureRanking? {
            var plain = measure
            plain.weight = 1
            return known[plain] ?? MeasureRanking(plain, source: source, rows: rows)
        }
        let rankings = measures.compactMap { measure in ranking(measure).map { (measure, $0) } }
        let result: MeasureRanking?
        var scale = DimensionScale(parts: rankings.map { DimensionScale.Part(measure: $0, column: $1.column) })
        if rankings.count == 1 {
            result = rankings.first?.1
        } else {
            result = MeasureRanking(meanOf: rankings.map(\.1), scale: scale)
            scale.means = result?.column
        }
        guard let result, result.column.count > 0 else {
            flaws[dimension] = .missing
            return
        }
        scales[dimension.rawValue] = scale
        if result.column.values.count == 1 { flaws[dimension] = .constant }
        table.ranks[dimension.rawValue] = Array(repeating: 0, count: table.isScored.count)
        table.ranks[dimension.rawValue].scatter(result.ranks, to: rows)
    }

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

/// One measure of the ranked members, in order.
private struct MeasureRanking {
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
