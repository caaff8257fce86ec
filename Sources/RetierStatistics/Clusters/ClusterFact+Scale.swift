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
}
