import Foundation

/// What the allocator does with memory that is given back.
enum FreedMemory {
    /// Keeps it for what comes next as long as the body runs, and gives it all back then.
    ///
    /// A plan makes and drops columns of some megabytes each. glibc hands such blocks back to the system at once, which
    /// then clears every page of the next one: a twentieth of a plan's time.
    static func reused<Result>(during body: () throws -> Result) rethrows -> Result {
        // The largest threshold that it takes; larger blocks are mapped one by one, as always.
        setThresholds(map: 32 << 20, trim: .max)
        defer {
            setThresholds(map: usual, trim: usual)
            typealias Trim = @convention(c) (Int) -> Int32
            if let place = dlsym(nil, "malloc_trim") { _ = unsafeBitCast(place, to: Trim.self)(0) }
        }
        return try body()
    }

    /// Bytes; glibc's own thresholds.
    private static let usual: Int32 = 128 << 10

    /// Looked up, because only glibc has it, in a header that Swift does not import.
    private static func setThresholds(map: Int32, trim: Int32) {
        typealias SetOption = @convention(c) (Int32, Int32) -> Int32
        guard let place = dlsym(nil, "mallopt") else { return }
        let setOption = unsafeBitCast(place, to: SetOption.self)
        let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
        _ = setOption(mapThreshold, map)
        _ = setOption(trimThreshold, trim)
    }
}
