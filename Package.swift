// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with the same strict settings; warnings are errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "retier",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "retier", targets: ["retier"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Header-only shims: what Swift cannot import from C (variadic functions), nothing else.
        .systemLibrary(name: "CRetierCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CRetierSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CRetierZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The decision core: values only. No clock, randomness, files, SQL, YAML or HTTP.
        .target(name: "RetierCore", swiftSettings: strict),

        // Models that estimate: lifetime value, clusters, learned weights. Floating point inside, whole numbers out.
        .target(name: "RetierStatistics", dependencies: ["RetierCore"], swiftSettings: strict),

        // What people write: retier.yaml, playbooks, templates.
        .target(
            name: "RetierBrand",
            dependencies: [
                "RetierCore", crypto, .product(name: "Yams", package: "Yams"),
                .product(name: "Mustache", package: "swift-mustache"),
            ], swiftSettings: strict),

        // The SQLite file: imports, facts, plan files, commits, outbox rows, audit trail.
        .target(
            name: "RetierLedger",
            dependencies: ["RetierCore", "CRetierSQLite", "CRetierZlib", grdb, sqlite, crypto],
            swiftSettings: strict),

        // Bytes on the wire: libcurl, signatures, files.
        .target(name: "RetierDelivery", dependencies: ["RetierCore", "CRetierCurl", crypto], swiftSettings: strict),

        // A receiver on 127.0.0.1 for the demo and the tests.
        .target(name: "RetierLoopback", dependencies: ["RetierCore", crypto], swiftSettings: strict),

        // The shell: the order of steps, the one clock, the lease, the report.
        .target(
            name: "RetierRun",
            dependencies: [
                "RetierCore", "RetierStatistics", "RetierBrand", "RetierLedger", "RetierDelivery", "RetierLoopback",
                crypto, .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),

        // Flags, output, exit codes.
        .executableTarget(
            name: "retier",
            dependencies: [
                "RetierCore", "RetierBrand", "RetierLedger", "RetierRun",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),

        .target(
            name: "RetierTestSupport", dependencies: ["RetierCore", grdb], path: "Tests/RetierTestSupport",
            swiftSettings: strict),
        // Strict stand-ins of the services that retier talks to, and the tests of their strictness.
        .target(
            name: "ChannelSimulators", dependencies: ["RetierLoopback", "RetierCore", crypto],
            path: "Tests/ChannelSimulators", swiftSettings: strict),
        .testTarget(
            name: "ChannelSimulatorsTests",
            dependencies: ["ChannelSimulators", "RetierLoopback", "RetierCore", "RetierTestSupport", crypto],
            swiftSettings: strict),
        // Proves from the audit's CSV file alone that limits were kept: it can see nothing of retier.
        .target(name: "AuditChecker", path: "Tests/AuditChecker", swiftSettings: strict),
        // Says what runs must decide, for model-based tests: it can see nothing of retier.
        .target(name: "ReferenceModel", path: "Tests/ReferenceModel", swiftSettings: strict),
        // One real courier that tests kill; never shipped.
        .executableTarget(
            name: "CourierProbe", dependencies: ["RetierRun", "RetierLedger", "RetierCore", "RetierTestSupport"],
            path: "Tests/CourierProbe", swiftSettings: strict),
        // Works in a brand folder and dies at a commit; never shipped.
        .executableTarget(
            name: "CommitProbe",
            dependencies: [
                "RetierRun", "RetierLedger", "RetierCore", "RetierTestSupport", grdb,
                .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/CommitProbe", swiftSettings: strict),
        // Arbitrates a made-up run, for Benchmarks/arbitration; never shipped.
        .executableTarget(
            name: "ArbitrationProbe", dependencies: ["RetierCore", "ProbeClock"], path: "Tests/ArbitrationProbe",
            swiftSettings: strict),
        .target(name: "ProbeClock", path: "Tests/ProbeClock", swiftSettings: strict),
        // Lifetime models on a file, for Benchmarks/lifetime; never shipped.
        .executableTarget(
            name: "LifetimeProbe", dependencies: ["RetierStatistics", "RetierCore"], path: "Tests/LifetimeProbe",
            swiftSettings: strict),
        .testTarget(
            name: "RetierCoreTests", dependencies: ["RetierCore", "RetierTestSupport", "ReferenceModel"],
            swiftSettings: strict),
        .testTarget(
            name: "RetierStatisticsTests", dependencies: ["RetierStatistics", "RetierCore", "RetierTestSupport"],
            swiftSettings: strict),
        // Times models for Benchmarks; never shipped.
        .executableTarget(
            name: "StatisticsProbe", dependencies: ["RetierStatistics", "RetierCore", "ProbeClock"],
            path: "Tests/StatisticsProbe", swiftSettings: strict),
        .testTarget(
            name: "RetierBrandTests", dependencies: ["RetierBrand", "RetierCore", "RetierTestSupport"],
            exclude: ["Fixtures", "Golden"], swiftSettings: strict),
        .testTarget(
            name: "RetierLedgerTests",
            dependencies: ["RetierLedger", "RetierCore", "RetierTestSupport", grdb], swiftSettings: strict),
        .testTarget(
            name: "RetierDeliveryTests",
            dependencies: [
                "RetierDelivery", "RetierLoopback", "RetierCore", "RetierTestSupport", "ChannelSimulators", crypto,
            ], swiftSettings: strict),
        .testTarget(
            name: "RetierRunTests",
            dependencies: [
                "RetierRun", "RetierStatistics", "RetierBrand", "RetierLedger", "RetierDelivery", "RetierLoopback",
                "RetierCore", "RetierTestSupport", "ChannelSimulators", "CourierProbe", "CommitProbe",
                "AuditChecker", "ReferenceModel", grdb, crypto,
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .testTarget(
            name: "RetierCommandTests", dependencies: ["retier", "RetierCore", "RetierTestSupport"],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", dependencies: ["RetierTestSupport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
