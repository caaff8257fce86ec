/// Who may import what.
///
/// The manifest may give a target less, never more.
enum ImportTable {
    /// Modules of the toolchain and the system that every target but the core may use.
    private static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin",
    ]

    private static let libraries: [String: Set<String>] = [
        "RetierBrand": ["RetierCore", "Yams", "Mustache", "Crypto"],
        "RetierLedger": ["RetierCore", "GRDB", "GRDBSQLite", "CRetierSQLite", "CRetierZlib", "Crypto"],
        "RetierDelivery": ["RetierCore", "CRetierCurl", "Crypto"],
        "RetierLoopback": ["RetierCore", "Crypto"],
        "RetierRun": [
            "RetierCore", "RetierStatistics", "RetierBrand", "RetierLedger", "RetierDelivery", "RetierLoopback",
            "Crypto", "Logging",
        ],
        "retier": ["RetierCore", "RetierBrand", "RetierLedger", "RetierRun", "ArgumentParser", "Logging"],
    ]

    /// Targets that compute and have no effect, with all that they may import: nothing, or the mathematics of libm.
    private static let pure: [String: Set<String>] = [
        "RetierCore": [],
        "RetierStatistics": ["RetierCore", "Synchronization", "Glibc", "Musl", "Darwin"],
    ]

    /// The modules that the sources of each target may import.
    static let allowed: [String: Set<String>] = libraries.mapValues { $0.union(system) }.merging(pure) { $1 }

    /// The modules of this repository and its libraries that the manifest may give each target.
    static let dependencies: [String: Set<String>] = libraries.merging(pure.mapValues { $0.subtracting(system) }) { $1 }
}
