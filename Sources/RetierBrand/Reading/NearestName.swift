/// Finds the name that a person probably meant.
enum NearestName {
    /// The known name with the fewest edits (insert, delete, replace, swap of neighbours), or nil where none is near.
    ///
    /// Near means at most a third of the longer name's letters, and at least one.
    static func of(_ name: String, in known: some Sequence<String>) -> String? {
        var best: (distance: Int, name: String)?
        for candidate in known {
            let distance = distance(name, candidate)
            let limit = max(1, max(name.count, candidate.count) / 3)
            guard distance <= limit else { continue }
            if best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true { best = (distance, candidate) }
        }
        return best?.name
    }

    /// A hint: the nearest name, or the whole list where it is short.
    static func hint(for name: String, in known: [String]) -> String {
        if let nearest = of(name, in: known) { return "did you mean `\(nearest)`?" }
        guard !known.isEmpty else { return "there is none yet" }
        let shown = Set(known).sorted().prefix(24).map { "`\($0)`" }.joined(separator: ", ")
        return known.count > 24 ? "known are \(shown) and others" : "known are \(shown)"
    }

    /// The optimal string alignment distance.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left), right = Array(right)
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var before = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var next = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let replaced = last[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                next[column] = min(replaced, last[column] + 1, next[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    next[column] = min(next[column], before[column - 2] + 1)
                }
            }
            before = last
            last = next
        }
        return last[right.count]
    }
}
