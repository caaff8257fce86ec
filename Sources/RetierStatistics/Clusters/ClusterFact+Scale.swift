import RetierCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ClusterFact.Scale {
    /// A column of values on this scale; not a number where nothing is known.
    func applied(to column: some Sequence<Int64>) -> [Double] {
        column.map { value in
            guard value != ClusterFact.missing else { return .nan }
            switch self {
            case .linear: return Double(value)
            case .logarithm(let unit): return log1p(Double(max(value, 0)) / Double(unit))
            }
        }
    }

    /// The value, rounded, that stands at a place on this scale.
    func value(at place: Double) -> Int64 {
        switch self {
        case .linear: Int64(place.rounded())
        case .logarithm(let unit): Int64((expm1(place) * Double(unit)).rounded())
        }
    }
}

extension ClusterModel {
    /// The value of a fact that lies some hundredths of a standard deviation above the mean of those from whom the
    /// clusters were learned: what is typical of members whose mean deviation that is.
    ///
    /// On a logarithmic scale that is one unit less than the geometric mean of the values and one unit.
    package func typical(_ fact: Int, deviation hundredths: Int) -> Int64 {
        let billion = 1e9
        let place = Double(means[fact]) / billion + Double(hundredths) / 100 * Double(deviations[fact]) / billion
        return facts[fact].scale.value(at: place)
    }
}
