import Foundation
import GRDB
import RetierCore
import RetierLedger

/// A ledger filled by SQL with three refreshes and the days after, and what its counts must be.
///
/// The expectation is found the long way, by comparing every member's tier before and after, so that it shares nothing
/// with the arithmetic under test.
struct ReportFixture {
    let ledger: Ledger
    let folder: URL
    /// Members of the last two refreshes by tier before (nil for new ones) and tier after (nil for departed ones).
    private(set) var expected: [Path: Int] = [:]
    /// Members by tier after each refresh, oldest first.
    private(set) var expectedCounts: [[Int]] = []

    struct Path: Hashable {
        var from: Int?
        var to: Int?
    }

    struct Size {
        var members = 3_000
        var joiners = 180
        var leavers = 7
        var refreshes = 3
        var dailyRuns = 5
        /// With actions, messages and imports.
        var isFull = true
    }

    static let tiers = ["core", "potential", "base"]
    static let programme = Programme(
        brand: "lumen", title: LocalizedText(zh: "流明护肤", en: "Lumen Skincare"), language: .chinese,
        zone: ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800]), currency: Currency(code: "CNY"),
        tiering: TieringModel(
            ladder: TierLadder(tiers: [
                Tier(id: "core", title: LocalizedText(zh: "金葵花", en: "Core"), entry: .topShare(1_500)),
                Tier(id: "potential", title: LocalizedText(zh: "向日葵", en: "Potential"), entry: .topShare(4_500)),
                Tier(id: "base", title: LocalizedText(zh: "蒲公英", en: "Base"), entry: .everyone),
            ])), endpoints: [], channels: [])

    private struct Person {
        var key: Int64
        var level: Double
        var tiers: [Int?]
        var hasLeft = false
    }

    private var random: Generator
    private var people: [Person] = []
    private let size: Size

    init(_ size: Size = Size(), seed: UInt64 = 20_260_301) throws {
        self.size = size
        random = Generator(state: seed)
        folder = FileManager.default.temporaryDirectory.appending(path: "retier-report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try Ledger(path: folder.appending(path: "retier.db").path)
        let simulated = simulate()
        try ledger.pool.write { database in
            var writer = ReportFixtureWriter(database: database, random: Generator(state: seed + 1), size: size)
            try writer.write(simulated)
        }
        expect()
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// One member's way through the refreshes, as the writer needs it.
    struct Track {
        var key: Int64
        /// Tier after each refresh; nil before joining.
        var tiers: [Int?]
        var level: Double
        var hasLeft: Bool

        /// Whoever has left does so before the last refresh.
        func isPresent(at refresh: Int, of refreshes: Int) -> Bool {
            tiers[refresh] != nil && (!hasLeft || refresh < refreshes - 1)
        }
    }

    private mutating func simulate() -> [Track] {
        for refresh in 0..<size.refreshes {
            let joining = refresh == 0 ? size.members : size.joiners
            for _ in 0..<joining {
                let before = [Int?](repeating: nil, count: refresh)
                people.append(Person(key: Int64(people.count + 1), level: random.unit(), tiers: before))
            }
            for index in people.indices {
                people[index].level = min(max(people[index].level + (random.unit() - 0.52) * 0.16, 0.001), 0.999)
                people[index].tiers.append(people[index].level > 0.85 ? 0 : people[index].level > 0.55 ? 1 : 2)
            }
        }
        if size.refreshes > 1 {
            for index in 0..<min(size.leavers, people.count) { people[index * 11 % people.count].hasLeft = true }
        }
        return people.map { Track(key: $0.key, tiers: $0.tiers, level: $0.level, hasLeft: $0.hasLeft) }
    }

    private mutating func expect() {
        for refresh in 0..<size.refreshes {
            var counts = [0, 0, 0]
            for person in people where !person.hasLeft || refresh < size.refreshes - 1 {
                if let tier = person.tiers[refresh] { counts[tier] += 1 }
            }
            expectedCounts.append(counts)
        }
        guard size.refreshes >= 2 else { return }
        for person in people {
            let from = person.tiers[size.refreshes - 2]
            let to = person.hasLeft ? nil : person.tiers[size.refreshes - 1]
            if from != nil || to != nil { expected[Path(from: from, to: to), default: 0] += 1 }
        }
    }
}

/// SplitMix64, as published by Sebastiano Vigna.
struct Generator: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, but not including, 1.
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

extension ReportFixture {
    /// Titles of the playbooks that the fixture's decisions name; one of them hostile on purpose.
    static let playbooks: [Playbook] = [
        ("monthly-silent-list", "月度沉睡名单", "Monthly silent list"),
        ("potential-upgrade-task", "潜力会员升级任务", "Upgrade task for potential members"),
        ("value-slide-warning", "价值滑落预警", "Value-slide warning"),
        ("core-quiet-ladder", "核心会员静默三级响应", "Quiet core member, L1 to L3"),
        ("birthday", "生日关怀", "Birthday"), ("new-potential-story", "新晋高潜品牌故事", "New high-potential brand story"),
        ("core-welcome", "核心会员欢迎礼", "Core welcome & <gift>"),
        ("core-win-back", "核心降级挽回", "Win back a demoted core member"),
    ].map { id, chinese, english in
        Playbook(
            id: id, title: LocalizedText(zh: chinese, en: english), version: 1, trigger: .refresh, priority: .base,
            condition: .all([]), steps: [])
    }
}
