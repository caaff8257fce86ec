/// How far each member is from the next tier and from losing the one they hold, one number at a time: see `TierGap`.
///
/// Prepared once a run; a gap costs a few binary searches.
package struct TierDistance: Sendable {
    private let scoring: Scoring
    private let source: MeasureSource
    private let ladder: TierLadder
    private let used: [Dimension]
    /// The dimensions that are made of one number, with it; and the numbers that share a dimension with others.
    private let single: [(dimension: Dimension, measure: Measure)]
    private let shared: Set<String>
    private let cuts: [Int64]
    private let keepingLines: [Int64]

    init(_ scoring: Scoring, source: MeasureSource, calibration: Calibration, model: TieringModel) {
        self.scoring = scoring
        self.source = source
        ladder = model.ladder
        used = scoring.weights.used
        let parts = used.map { dimension in
            (dimension, scoring.scales[dimension.rawValue]?.parts.map(\.measure) ?? [])
        }
        single = parts.filter { $0.1.count == 1 }.map { ($0.0, $0.1[0]) }
        shared = Set(parts.filter { $0.1.count > 1 }.flatMap { $0.1.map(\.name) })
        cuts = calibration.entryCuts
        keepingLines = cuts.map { model.stability.keepingLine(cut: $0) }
    }

    /// What is missing to enter a tier.
    package func gap(entering tier: Int, row: Int) -> TierGap { gap(tier, row: row, line: cuts[tier], rises: true) }

    /// What a member may lose until they fall below the line that keeps a tier; nil for the last one, which nobody
    /// loses.
    ///
    /// A change of 0 means that they are below it already. The fall itself comes when the stability rules allow it.
    package func gap(losing tier: Int, row: Int) -> TierGap? {
        guard ladder.tiers[tier].entry != .everyone else { return nil }
        return gap(tier, row: row, line: keepingLines[tier], rises: false)
    }

    private func gap(_ tier: Int, row: Int, line: Int64, rises: Bool) -> TierGap {
        var gap = TierGap(tier: tier)
        switch ladder.tiers[tier].entry.yardstick {
        case .nothing: break
        case .rule: gap.isByRule = true
        case .measure(let name):
            let measure = Measure(name)
            guard let value = source.value(of: measure, row: row) else {
                gap.unknown = [name]
                break
            }
            add(Reading(measure: measure, own: value), least: line, rises: rises, to: &gap)
        case .score:
            guard scoring.table.isScored[row] else { break }
            for dimension in used { add(dimension, row: row, line: Int(line), rises: rises, to: &gap) }
        }
        return gap
    }

    /// Adds what each measure of a dimension has to become for a composite of at least `line`, or for a lower one.
    private func add(_ dimension: Dimension, row: Int, line: Int, rises: Bool, to gap: inout TierGap) {
        guard let scale = scoring.scales[dimension.rawValue] else { return }
        let ranks = scoring.table.ranks(of: row)
        let own = scale.parts.map { source.value(of: $0.measure, row: row) ?? MeasureSource.missing }
        guard ranks[dimension.rawValue] != ScoreTable.unranked else {
            // The first number of a dimension would bring all its weight with it.
            gap.unknown += scale.parts.map(\.measure.name)
            return
        }
        let needed = scoring.weights.neededRank(in: dimension, ranks: ranks, for: line)
        for (index, part) in scale.parts.enumerated() {
            guard own[index] != MeasureSource.missing else {
                gap.unknown.append(part.measure.name)
                continue
            }
            let least = scale.leastValue(of: index, reaching: needed, own: own)
            let reading = Reading(
                measure: part.measure, own: own[index], dimension: dimension, orders: source.couponOrders(row))
            add(reading, least: least, rises: rises, to: &gap)
        }
    }

    private func add(_ reading: Reading, least: Int64?, rises: Bool, to gap: inout TierGap) {
        if let way = reading.way(least: least, rises: rises) {
            gap.ways.append(way)
        } else {
            gap.outOfReach.append(reading.measure.name)
        }
    }
}

// The same for many members: one number at a time, without lists.
extension TierDistance {
    /// The numbers that a tier may be entered or lost by alone: of each dimension that counts and is made of one
    /// number, or the one that the tier looks at.
    package func numbers(of tier: Int) -> [String] {
        switch ladder.tiers[tier].entry.yardstick {
        case .nothing, .rule: []
        case .measure(let name): [name]
        case .score: single.map(\.measure.name)
        }
    }

    /// What one of `numbers(of:)` has to become to enter a tier, or to fall below the line that keeps it, ready to be
    /// asked for many members.
    package func path(by number: Int, tier: Int, rises: Bool) -> TierPath {
        let line = rises ? cuts[tier] : keepingLines[tier]
        if case .measure(let name) = ladder.tiers[tier].entry.yardstick {
            return TierPath(measure: Measure(name), line: line, rises: rises, source: source, score: nil)
        }
        let (dimension, measure) = single[number]
        let score = scoring.scales[dimension.rawValue].map {
            TierPath.Score(
                dimension: dimension, column: $0.parts[0].column, weights: scoring.weights, table: scoring.table)
        }
        return TierPath(measure: measure, line: line, rises: rises, source: source, score: score)
    }

    /// The smallest change of a number by name that enters a tier, or falls below the line that keeps it: what the gap
    /// says.
    package func change(of name: String, tier: Int, row: Int, rises: Bool) -> Int64? {
        road(by: name, tier: tier, rises: rises).change(of: row)
    }

    /// The same, ready to be asked for many members.
    func road(by name: String, tier: Int, rises: Bool) -> TierRoad {
        let places = numbers(of: tier).indices(of: name).ranges.flatMap(\.self)
        guard !shared.contains(name), places.count <= 1 else {
            return .gap { [self] row in
                (rises ? gap(entering: tier, row: row) : gap(losing: tier, row: row))?.change(of: name)
            }
        }
        return places.first.map { .path(path(by: $0, tier: tier, rises: rises)) } ?? .none
    }
}

/// The roads of a run: by every number that conditions name, into every tier and out of it.
struct TierRoads: Sendable {
    /// By number and ladder position.
    private let entering: [[TierRoad]]
    private let losing: [[TierRoad]]

    init(_ outcome: TieringOutcome) {
        func roads(rises: Bool) -> [[TierRoad]] {
            DistanceNumber.allCases.map { number in
                outcome.ladder.tiers.indices.map { tier in
                    outcome.distance.road(by: number.measure, tier: tier, rises: rises)
                }
            }
        }
        (entering, losing) = (roads(rises: true), roads(rises: false))
    }

    /// The smallest change of a number that enters a tier; costs some binary searches.
    func change(of number: DistanceNumber, entering tier: Int, row: Int) -> Int64? {
        entering[number.rawValue][tier].change(of: row)
    }

    /// The smallest change of a number that falls below the line that keeps a tier.
    func change(of number: DistanceNumber, losing tier: Int, row: Int) -> Int64? {
        losing[number.rawValue][tier].change(of: row)
    }
}

/// How the change of one number leads into a tier, or out of it.
enum TierRoad: Sendable {
    /// The tier does not look at the number.
    case none
    case path(TierPath)
    /// It counts several times, or shares a dimension with others: the whole gap says.
    case gap(@Sendable (_ row: Int) -> Int64?)

    func change(of row: Int) -> Int64? {
        switch self {
        case .none: nil
        case .path(let path): path.change(of: row)
        case .gap(let change): change(row)
        }
    }
}
