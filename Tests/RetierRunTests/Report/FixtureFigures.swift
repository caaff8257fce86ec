import GRDB
import RetierCore

/// The figures of one made-up refresh, counted member by member.
struct FixtureFigures {
    let run: String
    let day: Day
    var random: Generator
    private var values: [(name: Name, value: Int)] = []
    private var places: [Name: Int] = [:]

    private struct Name: Hashable {
        var part: Figure.Part
        var subject: String
        var object: String
        var quantity: Figure.Quantity
    }

    init(run: String, day: Day, random: Generator) {
        self.run = run
        self.day = day
        self.random = random
    }

    private static let stages: [[LifecycleStage]] = [
        [.active, .active, .active, .active, .cooling, .returned, .dormant],
        [.active, .active, .active, .cooling, .cooling, .dormant, .returned, .new],
        [.active, .cooling, .dormant, .dormant, .dormant, .lost, .lost, .new],
    ]
    private static let dimensions = ["spend", "frequency", "recency", "price_sensitivity"]

    private mutating func add(
        _ part: Figure.Part, _ subject: String = "", _ object: String = "", of quantity: Figure.Quantity = .members,
        _ value: Int = 1
    ) {
        let name = Name(part: part, subject: subject, object: object, quantity: quantity)
        if let place = places[name] {
            values[place].value += value
        } else {
            places[name] = values.count
            values.append((name, value))
        }
    }

    mutating func count(_ tracks: [ReportFixture.Track], _ refresh: Int) {
        for (tier, cut) in zip(ReportFixture.tiers, [850_000, 550_000]) {
            add(.cut, tier, of: .entry, cut)
            add(.cut, tier, of: .keep, cut * 9 / 10)
        }
        if refresh > 0 {
            add(.whole, of: .fit, 7_812 - refresh * 40)
            add(.whole, of: .chance, 3_900)
        }
        add(.whole, of: .spendDeviation, 51_000 + refresh * 1_500)
        for track in tracks {
            guard let tier = track.tiers[refresh] else { continue }
            count(track, tier)
            move(track, from: refresh > 0 ? track.tiers[refresh - 1] : nil, to: tier)
        }
        for name in places.keys where name.part == .profile {
            let scored = places[Name(part: .tier, subject: name.subject, object: "", quantity: .scored)]
            if let place = places[name], let scored { values[place].value /= values[scored].value }
        }
    }

    private mutating func count(_ track: ReportFixture.Track, _ tier: Int) {
        let id = ReportFixture.tiers[tier]
        let stages = FixtureFigures.stages[tier]
        add(.whole)
        add(.tier, id)
        add(.stage, id, stages[random.below(stages.count)].name)
        if random.below(30) == 0 { add(.whole, of: .unearned) }
        if random.below(3) == 0 { add(.whole, of: .active) }
        guard random.below(25) > 0 else { return }
        let rank = Int(track.level * 1_000_000)
        let spend = 20_000 + rank * rank / 4_000_000 + random.below(30_000)
        func score(_ noise: Int) -> String { String(min(max(rank + noise, 0), 999_999) / 200_000 + 1) }
        let (recency, frequency) = (score(random.below(500_000) - 250_000), score(random.below(400_000) - 200_000))
        let segment = Segment8(
            recencyHigh: recency > "3", frequencyHigh: frequency > "3", monetaryHigh: rank > 600_000)
        let groups = [
            (Figure.Part.whole, "", ""), (.tier, id, ""), (.grid, recency, frequency), (.fifth, score(0), ""),
            (.segment, segment.alias, ""),
        ]
        for (part, subject, object) in groups {
            if part == .whole || part == .tier {
                add(part, subject, object, of: .scored)
                add(part, subject, object, of: .orders, 1 + spend / 40_000)
            } else {
                add(part, subject, object)
            }
            add(part, subject, object, of: .spend, spend)
        }
        for (dimension, width) in zip(FixtureFigures.dimensions, [200_000, 500_000, 700_000, 1_900_000]) {
            add(.profile, id, dimension, of: .rank, min(max(rank + random.below(width) - width / 2, 0), 999_999))
        }
        for (tier, cut) in zip(ReportFixture.tiers, [850_000, 550_000]) where abs(rank - cut) < 100_000 {
            add(.cut, tier, String((rank - cut + 100_000) / 10_000 - 10))
        }
        add(.tier, id, of: .predicted)
        add(.tier, id, of: .predictedValue, spend / 4 + random.below(2_000))
        if random.below(6) == 0 {
            add(
                .whole,
                of: [.promoters, .promoters, .passives, .detractors][min(random.below(3) + (rank < 200_000 ? 1 : 0), 3)]
            )
        }
        distances(tier, rank)
    }

    /// As a brand with a mean order of 200 would have them.
    private mutating func distances(_ tier: Int, _ rank: Int) {
        let cuts = [850_000, 550_000]
        func step(_ size: Int, _ grain: Int) -> Int {
            [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000].map { $0 * grain }.first { $0 >= size } ?? 5_000
                * grain
        }
        func add(_ part: Figure.Part, _ line: Int, _ near: Int) {
            guard (0..<50_000).contains(near) else { return }
            let id = ReportFixture.tiers[line]
            self.add(part, id)
            let sizes = [("m_total", near * 3, 100), ("f_days", near / 15_000 + 1, 1), ("r_days", near / 700 + 1, 1)]
            for (name, size, grain) in sizes {
                let isEnough = near < (name == "r_days" ? 30_000 : 70_000)
                self.add(part, id, isEnough ? "\(name) \(step(size, grain))" : name)
            }
        }
        if tier > 0 { add(.entering, tier - 1, cuts[tier - 1] - rank) }
        if tier < 2 { add(.losing, tier, rank - cuts[tier] * 9 / 10) }
    }

    private mutating func move(_ track: ReportFixture.Track, from: Int?, to: Int) {
        let after = ReportFixture.tiers[to]
        guard let from else { return add(.move, "", after, of: .enrolled) }
        let before = ReportFixture.tiers[from]
        if from != to {
            add(.move, before, after, of: to < from ? .promoted : .demoted)
            cause(to < from ? .promoted : .demoted)
            if random.below(7) == 0 {
                add(.undone, before, after)
                add(.undoneCause, (to < from ? Transition.Kind.promoted : .demoted).name, FixtureFigures.dimensions[0])
            }
        } else if to < 2, random.below(18) == 0 {
            add(.move, before, after, of: .slid)
            cause(.slid)
        } else if to == 2, random.below(30) == 0 {
            add(.move, before, after, of: .lapsed)
            if random.below(2) == 0 { add(.move, before, after, of: .lost) }
        } else if random.below(90) == 0 {
            add(.move, before, after, of: .returned)
        }
    }

    private mutating func cause(_ kind: Transition.Kind) {
        let dimension = FixtureFigures.dimensions[random.below(4)]
        add(.cause, kind.name, dimension)
        if places[Name(part: .cause, subject: kind.name, object: dimension, quantity: .rankBefore)] == nil {
            add(.cause, kind.name, dimension, of: .rankBefore, 700_000)
            add(.cause, kind.name, dimension, of: .rankAfter, kind == .promoted ? 780_000 : 610_000)
        }
    }

    func insert(into database: Database) throws {
        for (position, (name, value)) in values.enumerated() {
            try database.execute(
                sql: "INSERT INTO run_figure VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    run, position + 1, name.part.rawValue, name.subject, name.object, name.quantity.rawValue, value,
                ])
        }
    }
}
