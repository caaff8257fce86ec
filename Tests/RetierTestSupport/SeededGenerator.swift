import FoundationEssentials
package import RetierCore

/// A generator for property tests that remembers its seed, so that a failure can be replayed.
///
/// `RETIER_SEED=123 swift test --filter ...` replays; name `seed` in the comment of every expectation.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    package let seed: UInt64
    package var source: SplitMix64

    /// Uses `RETIER_SEED` where it is set, else the given seed.
    package init(seed: UInt64 = 1) {
        let wanted = ProcessInfo.processInfo.environment["RETIER_SEED"].flatMap { UInt64($0) }
        self.seed = wanted ?? seed
        source = SplitMix64(seed: self.seed)
    }

    package mutating func next() -> UInt64 { source.next() }

    /// A whole number of `range`, both ends included.
    package mutating func draw(in range: ClosedRange<Int>) -> Int { source.draw(in: range) }

    /// One of several values.
    package mutating func pick<Value>(from values: [Value]) -> Value { source.pick(from: values) }

    /// The values in a drawn order (Fisher and Yates).
    package mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
        var result = values
        for last in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(last, source.draw(in: 0...last))
        }
        return result
    }
}
