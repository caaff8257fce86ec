/// How one dimension turns numbers into a rank: the columns of its measures, and that of their means.
package struct DimensionScale: Sendable {
    /// A measure and the members in order of it; where smaller is better the column holds the negated values.
    package struct Part: Sendable {
        package var measure: Measure
        package var column: RankedColumn
    }

    package var parts: [Part]
    /// The weighted means of the measures' mid-ranks in thousandths of millionths; nil of one measure, whose mid-rank
    /// is the dimension's.
    package var means: RankedColumn?

    /// The rank of a member with these values (as the columns hold them, `MeasureSource.missing` where nothing is
    /// known), who has `own` in the columns; all others keep theirs.
    package func rank(of values: [Int64], insteadOf own: [Int64]) -> Int32 {
        let ranks = parts.indices.map { part -> Int32 in
            guard own[part] != MeasureSource.missing else { return ScoreTable.unranked }
            return parts[part].column.midRank(of: values[part], insteadOf: own[part])
        }
        guard let means else { return ranks.first ?? ScoreTable.unranked }
        guard let mean = mean(of: ranks), let ownMean = self.mean(of: ownRanks(own)) else { return ScoreTable.unranked }
        return means.midRank(of: mean, insteadOf: ownMean)
    }

    /// The smallest value of one part with which the dimension has at least a rank, the other parts as they are.
    func leastValue(of part: Int, reaching rank: Int, own: [Int64]) -> Int64? {
        let column = parts[part].column
        guard let means else { return column.leastValue(reaching: rank, insteadOf: own[part]) }
        let ranks = ownRanks(own)
        guard let ownMean = mean(of: ranks), let needed = means.leastValue(reaching: rank, insteadOf: ownMean)
        else { return nil }
        guard needed > .min else { return .min }
        // The mean is rounded down: sum * 1000 / weights >= needed.
        var (others, weights) = (0, 0)
        for (index, rank) in ranks.enumerated() where rank != ScoreTable.unranked {
            weights += parts[index].measure.weight
            if index != part { others += parts[index].measure.weight * Int(rank) }
        }
        let sum = (Int(needed) * weights).ceilingDivided(by: 1_000)
        let neededRank = (sum - others).ceilingDivided(by: parts[part].measure.weight)
        return column.leastValue(reaching: neededRank, insteadOf: own[part])
    }

    private func ownRanks(_ own: [Int64]) -> [Int32] {
        parts.indices.map { part in
            own[part] == MeasureSource.missing
                ? ScoreTable.unranked : parts[part].column.midRank(of: own[part], insteadOf: own[part])
        }
    }

    /// The mean of the ranks that are known; nil where none is.
    func mean(of ranks: [Int32]) -> Int64? {
        var (sum, weights) = (0, 0)
        for (part, rank) in zip(parts, ranks) where rank != ScoreTable.unranked {
            sum += part.measure.weight * Int(rank)
            weights += part.measure.weight
        }
        // A thousandth of a millionth tells means apart that differ by less than a rank.
        return weights > 0 ? Int64(sum * 1_000 / weights) : nil
    }
}

extension RankedColumn {
    /// The mid-rank of a member with `value` who has `own` in the column, all others keeping theirs.
    func midRank(of value: Int64, insteadOf own: Int64) -> Int32 {
        let below = values.partitioningIndex { $0 >= value }
        let equal = below < values.count && values[below] == value ? equal(at: below) : 0
        let worse = below == 0 ? 0 : Int(upTo[below - 1])
        let position = 2 * (worse - (own < value ? 1 : 0)) + equal - (own == value ? 1 : 0) + 1
        return RankedColumn.midRank(position: position, count: count)
    }
}
