/// How many events a service counts within a span that ends now.
struct SlidingWindow: Sendable {
    let limit: Int
    let spanMilliseconds: Int64
    private var times: [Int64] = []

    init(limit: Int, seconds: Int64) {
        self.limit = limit
        spanMilliseconds = seconds * 1_000
    }

    /// Whether one more fits; it is not counted yet.
    mutating func hasRoom(at now: Int64) -> Bool {
        times.removeAll { $0 <= now - spanMilliseconds }
        return times.count < limit
    }

    mutating func count(at now: Int64) { times.append(now) }
}
