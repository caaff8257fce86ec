/// SplitMix64 (Steele, Lea, Flood, 2014): a small generator whose numbers depend on its seed alone, on every machine.
///
/// For made-up data and for searches with a configured seed. The standard library's ranges and shuffles may draw
/// differently in another version of Swift; the draws below never do.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number of `0..<bound`; `bound` must be positive.
    package mutating func draw(below bound: Int) -> Int {
        precondition(bound > 0, "an empty range has nothing to draw")
        // The high half of the product keeps the bias below bound / 2^64.
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A whole number of `range`, both ends included.
    package mutating func draw(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + draw(below: range.upperBound - range.lowerBound + 1)
    }

    /// True in `share` of a million draws.
    package mutating func chance(millionths share: Int) -> Bool { draw(below: 1_000_000) < share }

    /// One of several values.
    package mutating func pick<Value>(from values: [Value]) -> Value { values[draw(below: values.count)] }
}
