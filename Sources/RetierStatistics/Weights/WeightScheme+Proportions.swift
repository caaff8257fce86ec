#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension WeightScheme {
    /// Proportions of some columns that are not constant; they sum to 1.
    ///
    /// Columns that say nothing by the scheme (all agree perfectly) get equal proportions.
    package func proportions(of columns: [[Double]], axes: [ValueAxis]) -> [Double] {
        switch self {
        case .entropy: WeightScheme.normalised(columns.map { 1 - WeightScheme.entropy(of: $0) })
        case .critic: WeightScheme.critic(columns)
        case .threeAxis: WeightScheme.threeAxis(columns, axes: axes)
        }
    }

    /// The entropy of a column's shares of its sum, from 0 (one member has all) to 1 (all have the same).
    ///
    /// e = -sum(p ln p) / ln n with p = z / sum(z), 0 ln 0 being 0; z must not be negative.
    private static func entropy(of column: [Double]) -> Double {
        let sum = column.reduce(0, +)
        guard column.count > 1, sum > 0 else { return 1 }
        let total = column.reduce(0.0) { total, value in
            let share = value / sum
            return share > 0 ? total - share * log(share) : total
        }
        return total / log(Double(column.count))
    }

    /// C = standard deviation * sum(1 - correlation with each column); the weight is C / sum(C).
    private static func critic(_ columns: [[Double]]) -> [Double] {
        let centred = columns.map { column in
            let mean = column.reduce(0, +) / Double(max(1, column.count))
            return column.map { $0 - mean }
        }
        let squares = centred.map { $0.reduce(0) { $0 + $1 * $1 } }
        let contrasts = centred.indices.map { left in
            centred.indices.reduce(0.0) { sum, right in
                guard left != right, squares[left] > 0, squares[right] > 0 else { return sum }
                var product = 0.0
                for member in centred[left].indices { product += centred[left][member] * centred[right][member] }
                // A correlation leaves -1...1 by rounding only.
                let correlation = min(1, max(-1, product / (squares[left] * squares[right]).squareRoot()))
                return sum + 1 - correlation
            }
        }
        return normalised(zip(squares, contrasts).map { $0.squareRoot() * $1 })
    }

    /// CRITIC of the means of each axis' columns, an axis' weight shared equally by its columns.
    private static func threeAxis(_ columns: [[Double]], axes: [ValueAxis]) -> [Double] {
        let present = ValueAxis.allCases.filter { axes.contains($0) }
        let members = present.map { axis in axes.indices.filter { axes[$0] == axis } }
        let means = members.map { own in
            (columns.first ?? []).indices.map { member in
                own.reduce(0) { $0 + columns[$1][member] } / Double(own.count)
            }
        }
        let weights = critic(means)
        var proportions = [Double](repeating: 0, count: columns.count)
        for (weight, own) in zip(weights, members) {
            for column in own { proportions[column] = weight / Double(own.count) }
        }
        return proportions
    }

    private static func normalised(_ numbers: [Double]) -> [Double] {
        let sum = numbers.reduce(0, +)
        // Far below what two different columns give: nothing but rounding is left.
        guard sum > 1e-12 else { return numbers.map { _ in 1 / Double(numbers.count) } }
        return numbers.map { $0 / sum }
    }
}
