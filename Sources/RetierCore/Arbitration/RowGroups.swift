/// Values grouped by member row in one array: row `i` owns one slice.
struct RowGroups<Value: Sendable>: Sendable {
    private var starts: [UInt32]
    private var values: [Value]

    /// Groups items that come in any order; items of one row keep the order in which they came.
    init(count: Int, items: [(row: Int32, value: Value)]) {
        self.init(count: count, rows: items.map(\.row), values: items.map(\.value))
    }

    /// The same of rows and their values side by side; nothing is moved where they come in the order of rows.
    init(count: Int, rows: [Int32], values items: [Value]) {
        starts = Array(repeating: 0, count: count + 1)
        var (inOrder, last) = (true, Int32.min)
        for row in rows {
            starts[Int(row) + 1] += 1
            if row < last { inOrder = false }
            last = row
        }
        for row in 0..<count { starts[row + 1] += starts[row] }
        guard !inOrder else {
            values = items
            return
        }
        var next = starts
        var places = [UInt32](repeating: 0, count: items.count)
        for (position, row) in rows.enumerated() {
            places[Int(next[Int(row)])] = UInt32(position)
            next[Int(row)] += 1
        }
        values = places.map { items[Int($0)] }
    }

    @inline(__always)
    subscript(row: Int) -> ArraySlice<Value> { values[Int(starts[row])..<Int(starts[row + 1])] }

    /// Sorts the values within every row.
    mutating func sortWithinRows(by precedes: (Value, Value) -> Bool) {
        values.withUnsafeMutableBufferPointer { values in
            for row in 0..<(starts.count - 1) where starts[row + 1] - starts[row] > 1 {
                values[Int(starts[row])..<Int(starts[row + 1])].sort(by: precedes)
            }
        }
    }
}

/// Gives each distinct text a small number.
struct TextInterner: Sendable {
    private(set) var texts: [String] = []
    private var positions: [String: Int] = [:]

    mutating func position(of text: String) -> Int {
        if let known = positions[text] { return known }
        positions[text] = texts.count
        texts.append(text)
        return texts.count - 1
    }
}
