import RetierCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ClusterFact.Scale {
    /// A column of values on this scale.
    func applied(to column: some Sequence<Int64>) -> [Double] {
        switch self {
        case .linear: column.map { Double($0) }
        case .logarithm(let unit): column.map { log1p(Double(max($0, 0)) / Double(unit)) }
        }
    }
}
