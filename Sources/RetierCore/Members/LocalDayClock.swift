/// Turns many moments into local days, remembering the offset interval of the last one: most orders need no search.
package struct LocalDayClock: Sendable {
    private let zone: ZoneRules
    /// The moments from `lower` up to, not including, `upper` share `offset`.
    private var lower: Int64
    private var upper: Int64
    private var offset: Int64

    package init(_ zone: ZoneRules) {
        self.zone = zone
        lower = 0
        upper = 0
        offset = 0
    }

    /// The number of the local day of a moment in seconds since 1970 UTC.
    @inline(__always)
    package mutating func day(ofSeconds seconds: Int64) -> Int32 {
        if seconds < lower || seconds >= upper { move(to: seconds) }
        let local = seconds &+ offset
        let day = local / 86_400
        return Int32(truncatingIfNeeded: local % 86_400 < 0 ? day - 1 : day)
    }

    private mutating func move(to seconds: Int64) {
        let next = zone.changes.partitioningIndex { $0 > seconds }
        lower = next == 0 ? Int64.min : zone.changes[next - 1]
        upper = next == zone.changes.count ? Int64.max : zone.changes[next]
        offset = Int64(zone.offsets[next])
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index whose element fulfils a predicate that no earlier and every later element (dis)obeys likewise.
    package func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if predicate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
