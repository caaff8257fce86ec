import Foundation
import ProbeClock
import RetierCore

/// Arbitrates a made-up run and times it, for `Benchmarks/arbitration`.
///
/// usage: ArbitrationProbe MEMBERS PLAYBOOKS MONTHS
///
/// Every member got a send a month for MONTHS months, and is a candidate of about one playbook in ten. Writes one line
/// of JSON.
@main
enum ArbitrationProbe {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else {
            FileHandle.standardError.write(Data("usage: ArbitrationProbe MEMBERS PLAYBOOKS MONTHS\n".utf8))
            exit(64)
        }
        let world = MadeUpRun(members: numbers[0], playbooks: numbers[1], months: numbers[2])
        let began = Moment()
        let history = world.history()
        let read = Moment()
        let arbitration = world.arbitration(history)
        let candidates = world.candidates()
        let ready = Moment()
        let settlement = arbitration.settle(candidates)
        let settled = Moment()
        var reasons: [String: Int] = [:]
        for decision in settlement.decisions { reasons[decision.verdict.reason.rawValue, default: 0] += 1 }
        let result: [String: Any] = [
            "history": read.since(began), "settle": settled.since(ready), "sends_before": numbers[0] * numbers[2],
            "candidates": candidates.count, "reasons": reasons,
            "budgets": RunFigures(settlement.figures).budgets.count { $0.unpaid > 0 },
        ]
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: result, options: .sortedKeys))
    }
}

/// Members, playbooks and sends that depend on three numbers only.
private struct MadeUpRun {
    let members: Int
    let playbooks: [Playbook]
    let months: Int
    private let asOf = Day(number: 20_800)
    private static let channels = ["app", "desk", "mail", "sms"]
    private static let tags = ["gift", "offer", "care"]

    init(members: Int, playbooks count: Int, months: Int) {
        self.members = members
        self.months = months
        playbooks = (0..<count).map { MadeUpRun.playbook($0, members: members) }
            .sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    /// Every third has a budget of its own, for about a third of its candidates.
    private static func playbook(_ number: Int, members: Int) -> Playbook {
        let priorities = Playbook.Priority.allCases
        let cost = Money(minorUnits: Int64([0, 500, 1_000, 3_000][number % 4]))
        let step = Playbook.Step(
            id: "s1", action: "coupon", via: channels[number % 4], cost: cost,
            response: [10_000, 500, 2_000][number % 3], tags: [tags[number % 3]])
        return Playbook(
            id: "p\(number)", title: LocalizedText("p"), version: 1, trigger: .refresh,
            priority: priorities[number % 3], rank: number % 5, condition: .all([]),
            oncePer: number % 2 == 0 ? CalendarPeriod(months: 3) : nil, steps: [step],
            shares: ExperimentShares(holdout: number % 5 == 0 ? 1_000 : 0),
            budget: number % 3 == 0
                ? .init(.actions(max(1, members / 30)), per: CalendarPeriod(months: 1)) : nil)
    }

    /// A number from 0 to 2^32 - 1 that depends on the arguments only (a step of SplitMix64).
    private func random(_ row: Int, _ salt: Int) -> UInt64 {
        var value = UInt64(row) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(salt) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return (value ^ value >> 31) >> 32
    }

    func history() -> SendHistory {
        var builder = SendHistory.Builder(count: members)
        let (step, played) = (
            builder.position(of: "s1"),
            playbooks.map { playbook in
                (
                    playbook: builder.position(of: playbook.id), channel: builder.position(of: playbook.steps[0].via),
                    marks: builder.position(of: playbook.steps[0].tags[0])
                )
            }
        )
        for row in 0..<members {
            for month in 0..<months {
                let drawn = random(row, month)
                let sent = played[Int(drawn % UInt64(played.count))]
                builder.add(
                    row: row,
                    SendHistory.Item(
                        playbook: sent.playbook, channel: sent.channel, step: step, marks: sent.marks,
                        day: asOf.adding(days: -30 * month - Int((drawn >> 8) % 30)), fillsCap: drawn % 16 != 0))
            }
        }
        return builder.build()
    }

    func candidates() -> [Candidate] {
        var candidates: [Candidate] = []
        for row in 0..<members {
            for playbook in playbooks.indices where random(row, 1_000 + playbook) % 10 == 0 {
                candidates.append(Candidate(row: row, playbook: playbook, step: 0))
            }
        }
        return candidates
    }

    func arbitration(_ history: SendHistory) -> Arbitration {
        var consents = ConsentTable.Builder(count: members)
        for row in 0..<members where random(row, 2_000) % 8 != 0 {
            consents.add(row: row, channel: "*", purpose: "marketing", granted: true, at: Instant(seconds: 0))
        }
        let month = CalendarPeriod(months: 1)
        func budget(_ id: String, _ limit: Budget.Limit, _ scope: Budget.Scope) -> Budget {
            Budget(id: id, limit: limit, per: month, scope: scope)
        }
        let money = Budget.Limit.money(Money(minorUnits: Int64(members) * 300))
        return Arbitration(
            brand: "brand", asOf: asOf, currency: Currency(code: "CNY"), playbooks: playbooks,
            channels: Self.channels.map { id in
                Channel(
                    id: id, title: LocalizedText(id), endpoint: "e", consent: id == "desk" ? nil : "marketing",
                    cap: FrequencyCap(id: id, max: 1, window: .rolling(days: 7), channels: [id]))
            },
            caps: [
                FrequencyCap(id: "week", max: 2, window: .rolling(days: 7)),
                FrequencyCap(id: "gifts", max: 3, window: .calendar(CalendarPeriod(months: 3)), tags: ["gift"]),
            ],
            memberIDs: PackedStrings((0..<members).map { "m" + String(10_000_000 + $0) }),
            values: MemberValues(predicted: (0..<members).map { Int64(random($0, 3_000) % 100_000) }),
            consents: consents.build(), history: history,
            budgets: [
                budget("all", money, .init()), budget("core", money, .init(tiers: ["core"])),
                budget("calls", .actions(max(1, members / 50)), .init(channels: ["desk"])),
                budget("offers", .actions(max(1, members / 20)), .init(tags: ["offer"])),
            ],
            tierIDs: ["core", "base"], tiers: (0..<members).map { random($0, 4_000) % 20 == 0 ? 0 : 1 })
    }
}
