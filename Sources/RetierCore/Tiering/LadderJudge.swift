/// What each tier asks of a member, with everything it looks at: which tier members earn and which they keep.
struct LadderJudge: Sendable {
    private enum Column {
        case score
        case values([Int64])
        case rule([Bool])
        case everyone
    }

    private let columns: [Column]
    private let cuts: [Int64]
    private let keepingLines: [Int64]
    private let composite: [Int32]
    private let isScored: [Bool]

    /// `rules` holds by tier position who fulfils the tier's condition.
    init(
        ladder: TierLadder, calibration: Calibration, stability: Stability, scores: ScoreTable, source: MeasureSource,
        rules: [Int: [Bool]]
    ) throws {
        composite = scores.composite
        isScored = scores.isScored
        cuts = calibration.entryCuts
        keepingLines = calibration.entryCuts.map { stability.keepingLine(cut: $0) }
        let rows = Array(scores.isScored.indices)
        var known: [String: [Int64]] = [:]
        columns = try ladder.tiers.enumerated().map { index, tier in
            switch tier.entry.yardstick {
            case .score: return .score
            case .rule: return .rule(rules[index] ?? Array(repeating: false, count: rows.count))
            case .nothing: return .everyone
            case .measure(let name):
                guard let values = known[name] ?? source.values(of: name, rows: rows) else {
                    throw tier.unknownMeasure
                }
                known[name] = values
                return .values(values)
            }
        }
    }

    /// The highest tier that a member earns; the last one earns everybody.
    func earned(_ row: Int) -> Int {
        for tier in columns.indices where reaches(tier, row, cuts) { return tier }
        return columns.count - 1
    }

    /// Whether a member is good enough to keep a tier: at or above its keeping line, or its rule still holds.
    func keeps(_ tier: Int, _ row: Int) -> Bool { reaches(tier, row, keepingLines) }

    private func reaches(_ tier: Int, _ row: Int, _ lines: [Int64]) -> Bool {
        switch columns[tier] {
        // Without a purchase nobody has a score, not even 0.
        case .score: isScored[row] && Int64(composite[row]) >= lines[tier]
        case .values(let values): values[row] != MeasureSource.missing && values[row] >= lines[tier]
        case .rule(let holds): holds[row]
        case .everyone: true
        }
    }

    /// What a tier looks at in a member, in the unit of its cut: 1 and 0 for a rule that holds or does not.
    func measured(_ tier: Int, _ row: Int) -> Int64 {
        switch columns[tier] {
        case .score, .everyone: Int64(composite[row])
        case .values(let values): values[row]
        case .rule(let holds): holds[row] ? 1 : 0
        }
    }

    func cut(_ tier: Int) -> Int64 { cuts[tier] }
    func keepingLine(_ tier: Int) -> Int64 { keepingLines[tier] }
}

extension Stability {
    /// The lowest value that keeps a tier with this cut: `keepShare` of it, rounded up.
    package func keepingLine(cut: Int64) -> Int64 {
        guard cut > 0 else { return cut }
        return Int64((Int128(cut) * Int128(keepShare) + 9_999) / 10_000)
    }
}
