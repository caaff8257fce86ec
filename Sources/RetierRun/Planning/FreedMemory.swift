import Foundation

/// What the allocator does with memory that is given back.
enum FreedMemory {
    /// Keeps it for what comes next, from now on.
    ///
    /// A plan makes and drops columns of some megabytes each. glibc hands such blocks back to the system at once, which
    /// then clears every page of the next one: a twentieth of a plan's time. A process that plans ends soon after it.
    static func reuse() {
        // Looked up, because only glibc has it, in a header that Swift does not import.
        guard let place = dlsym(nil, "mallopt") else { return }
        let setOption = unsafeBitCast(place, to: (@convention(c) (Int32, Int32) -> Int32).self)
        let (trimThreshold, mapThreshold): (Int32, Int32) = (-1, -3)
        // The largest threshold that it takes; larger blocks are mapped one by one, as always.
        _ = setOption(mapThreshold, 32 << 20)
        _ = setOption(trimThreshold, .max)
    }
}
