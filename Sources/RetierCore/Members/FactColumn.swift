/// One further fact of every member, by row of a `FactTable`: a whole number in the fact's unit.
///
/// Values that fit take four bytes a member; the first that does not widens the column to eight.
package struct FactColumn: Hashable, Sendable {
    /// Stands where nothing is known of a member.
    package static let missing = Int64.min
    private static let narrowMissing = Int32.min

    /// One of the two is in use.
    private var narrow: [Int32]
    private var wide: [Int64]?

    /// A column in which nothing is known of anybody.
    package init(count: Int) { narrow = Array(repeating: FactColumn.narrowMissing, count: count) }

    package init(_ values: [Int64]) {
        self.init(count: values.count)
        for (row, value) in values.enumerated() { self[row] = value }
    }

    package var count: Int { wide?.count ?? narrow.count }

    /// The value of a row, or `missing`.
    package subscript(row: Int) -> Int64 {
        get {
            if let wide { return wide[row] }
            return narrow[row] == FactColumn.narrowMissing ? FactColumn.missing : Int64(narrow[row])
        }
        set {
            if wide == nil {
                guard newValue != FactColumn.missing else {
                    narrow[row] = FactColumn.narrowMissing
                    return
                }
                if let fitting = Int32(exactly: newValue), fitting != FactColumn.narrowMissing {
                    narrow[row] = fitting
                    return
                }
                wide = values
                narrow = []
            }
            wide?[row] = newValue
        }
    }

    /// All values, `missing` where nothing is known.
    package var values: [Int64] {
        wide ?? narrow.map { $0 == FactColumn.narrowMissing ? FactColumn.missing : Int64($0) }
    }

    /// Whether a row has a value.
    package func isKnown(_ row: Int) -> Bool { self[row] != FactColumn.missing }

    package static func == (left: FactColumn, right: FactColumn) -> Bool { left.values == right.values }

    package func hash(into hasher: inout Hasher) { hasher.combine(values) }
}
