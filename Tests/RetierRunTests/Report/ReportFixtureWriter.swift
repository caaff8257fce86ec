import Foundation
import GRDB
import RetierCore
import RetierLedger

/// Writes a simulated brand into a ledger, row by row in SQL.
struct ReportFixtureWriter {
    let database: Database
    var random: Generator
    let size: ReportFixture.Size

    private static let firstDay = Day(year: 2026, month: 1, day: 1) ?? Day(number: 20_454)
    private static let playbooks: [(id: String, version: Int, weight: Int)] = [
        ("monthly-silent-list", 2, 22), ("potential-upgrade-task", 3, 16), ("value-slide-warning", 1, 7),
        ("core-quiet-ladder", 3, 6), ("birthday", 1, 5), ("new-potential-story", 1, 4), ("core-welcome", 4, 3),
        ("core-win-back", 2, 2),
    ]
    private static let reasons: [(reason: ReasonCode, weight: Int)] = [
        (.selected, 52), (.noConsent, 13), (.oncePer, 11), (.displaced, 8), (.controlGroup, 7), (.laterStep, 6),
        (.frequencyCap, 3),
    ]

    private func day(_ refresh: Int) -> Day { ReportFixtureWriter.firstDay.adding(months: refresh) }
    private func moment(_ day: Day, hour: Int) -> Int64 { Int64(day.number) * 86_400 + Int64(hour) * 3_600 }

    mutating func write(_ tracks: [ReportFixture.Track]) throws {
        guard size.refreshes > 0 else { return }
        try members(tracks)
        for refresh in 0..<size.refreshes {
            let present = tracks.filter { $0.tiers[refresh] != nil && (!$0.hasLeft || refresh < size.refreshes - 1) }
            let period = String(day(refresh).description.prefix(7))
            try run("refresh-\(period)", "refresh", period, day(refresh), members: present.count)
            try transitions(tracks, refresh)
            if size.isFull { try actions("refresh-\(period)", of: tracks, share: 40, day: day(refresh)) }
        }
        for number in 0..<size.dailyRuns {
            let today = day(size.refreshes - 1).adding(days: number + 1)
            try run("daily-\(today)", "daily", today.description, today, members: tracks.count)
            if size.isFull { try actions("daily-\(today)", of: tracks, share: 3, day: today) }
        }
        try standings(tracks)
        if size.isFull { try data(tracks) }
    }

    private func members(_ tracks: [ReportFixture.Track]) throws {
        for track in tracks where !track.hasLeft {
            try database.execute(
                sql: "INSERT INTO member (key, member_id, joined_at) VALUES (?, ?, ?)",
                arguments: [track.key, "m\(track.key.padded(to: 7))", 0])
        }
    }

    private func run(_ id: String, _ kind: String, _ period: String, _ day: Day, members: Int) throws {
        let digest = String(repeating: StableName.hex(id), count: 4)
        try database.execute(
            sql: "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '{}', NULL)",
            arguments: [id, kind, period, day.number, digest, moment(day, hour: 18), members])
    }

    /// What a refresh records: moves between tiers, and slides, lapses and returns of those who stay.
    private mutating func transitions(_ tracks: [ReportFixture.Track], _ refresh: Int) throws {
        let period = String(day(refresh).description.prefix(7))
        for track in tracks where !track.hasLeft {
            guard let to = track.tiers[refresh] else { continue }
            let from = refresh > 0 ? track.tiers[refresh - 1] : nil
            var kind: Transition.Kind?
            if let from {
                kind = from == to ? nil : to < from ? .promoted : .demoted
                if kind == nil, to < 2, random.below(18) == 0 { kind = .slid }
                if kind == nil, to == 2, random.below(30) == 0 { kind = .lapsed }
                if kind == nil, random.below(90) == 0 { kind = .returned }
            } else {
                kind = .enrolled
            }
            guard let kind else { continue }
            try transition("refresh-\(period)", track.key, kind, from, to)
        }
    }

    private mutating func transition(
        _ run: String, _ member: Int64, _ kind: Transition.Kind, _ from: Int?, _ to: Int
    ) throws {
        let dimension = ["spend", "recency", "recency", "frequency", "frequency", "spend", "price_sensitivity"]
        let before = 500_000 + random.below(400_000)
        let step = 30_000 + random.below(90_000)
        let after = kind == .promoted ? before + step : before - step
        let reason =
            kind == .enrolled
            ? "{}"
            : """
            {"dimension":"\(dimension[random.below(7)])","rank_before":\(before),"rank_after":\(after)}
            """
        try database.execute(
            sql: "INSERT INTO transition VALUES (?, ?, ?, ?, ?, 'active', 'active', ?)",
            arguments: [
                run, member, kind.name, from.map { ReportFixture.tiers[$0] }, ReportFixture.tiers[to], reason,
            ])
    }

    private mutating func standings(_ tracks: [ReportFixture.Track]) throws {
        let stages: [[LifecycleStage]] = [
            [.active, .active, .active, .active, .cooling, .returned, .dormant],
            [.active, .active, .active, .cooling, .cooling, .dormant, .returned, .new],
            [.active, .cooling, .dormant, .dormant, .dormant, .lost, .lost, .new],
        ]
        for track in tracks where !track.hasLeft {
            guard let tier = track.tiers[size.refreshes - 1] else { continue }
            let stage = stages[tier][random.below(stages[tier].count)]
            let isScored = random.below(25) > 0
            let rank = Int(track.level * 1_000_000)
            let recency = min(max(rank + random.below(500_000) - 250_000, 0), 1_000_000)
            let frequency = min(max(rank + random.below(400_000) - 200_000, 0), 1_000_000)
            try database.execute(
                sql: "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, NULL)",
                arguments: [
                    track.key, ReportFixture.tiers[tier], day(0).number, random.below(20) == 0 ? 1 : 0, stage.name,
                    isScored ? rank : 0, rank, frequency, recency, 500_000,
                ])
        }
    }

    private mutating func actions(
        _ run: String, of tracks: [ReportFixture.Track], share: Int, day: Day
    ) throws {
        var sends: [(member: Int64, playbook: Int)] = []
        let weights = ReportFixtureWriter.playbooks.map(\.weight)
        for track in tracks where !track.hasLeft && random.below(100) < share {
            let playbook = pick(weights)
            let reason = ReportFixtureWriter.reasons[pick(ReportFixtureWriter.reasons.map(\.weight))].reason
            if reason == .selected {
                sends.append((track.key, playbook))
            } else {
                try decision(run, track.key, playbook, reason, day, message: nil)
            }
        }
        for (number, start) in stride(from: 0, to: sends.count, by: 50).enumerated() {
            let batch = sends[start..<min(start + 50, sends.count)]
            let message = "\(run)-\(number.padded(to: 4))"
            try self.message(message, run, number, actions: batch.count, at: moment(day, hour: 18))
            for send in batch {
                try decision(run, send.member, send.playbook, .selected, day, message: message)
            }
        }
        try database.execute(
            sql: """
                UPDATE run SET sends = ?,
                cost = (SELECT COALESCE(SUM(cost), 0) FROM decision WHERE run = run.id AND verdict = 'send'),
                demotions = (SELECT COUNT(*) FROM transition WHERE run = run.id AND kind = 'demoted') WHERE id = ?
                """, arguments: [sends.count, run])
    }

    private mutating func pick(_ weights: [Int]) -> Int {
        var rest = random.below(weights.reduce(0, +))
        return weights.firstIndex { weight in
            rest -= weight
            return rest < 0
        } ?? 0
    }

    private func decision(
        _ run: String, _ member: Int64, _ playbook: Int, _ reason: ReasonCode, _ day: Day, message: String?
    ) throws {
        let play = ReportFixtureWriter.playbooks[playbook]
        try database.execute(
            sql: """
                INSERT INTO decision VALUES (?, ?, ?, ?, ?, 'l1', NULL, 'care', 'sms', 'crm', NULL, ?, ?, '{}', '[]',
                NULL, ?, ?, ?)
                """,
            arguments: [
                "\(run)-\(member)", run, member, play.id, play.version, reason.outcome.rawValue, reason.rawValue,
                playbook * 150, day.number, message,
            ])
    }

    private mutating func message(_ id: String, _ run: String, _ number: Int, actions: Int, at: Int64) throws {
        let isFile = number % 4 == 3
        let states = ["delivered", "delivered", "delivered", "delivered", "delivered", "delivered"]
        let rare = ["retry", "in_doubt", "rejected", "pending"]
        let state = isFile || random.below(100) < 82 ? states[0] : rare[random.below(rare.count)]
        let isFinished = ["delivered", "rejected"].contains(state)
        let status = isFile ? nil : ["delivered": 200, "rejected": 422, "retry": 503][state]
        let code = ["rejected": "unknown-template", "in_doubt": "timeout-after-send", "retry": "http-503"][state]
        try database.execute(
            sql: """
                INSERT INTO message (id, run, endpoint, position, body_digest, actions, state, attempts, next_at,
                not_after, http_status, code, finished_at) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, run, isFile ? "call-list" : "crm", number, actions, state, state == "pending" ? 0 : 1, at,
                at + 259_200, status, code, isFinished ? at + 60 : nil,
            ])
    }

    private func data(_ tracks: [ReportFixture.Track]) throws {
        let last = day(size.refreshes - 1)
        let files: [(String, String, Int, Int)] = [
            ("members", "members-2026-03.csv", 180, 0), ("orders", "orders-2026-03.csv.gz", 21_480, 12),
            ("consents", "consents-2026-03.csv", 940, 0), ("events", "events-2026-03.csv", 30_112, 0),
        ]
        for (number, file) in files.enumerated() {
            try database.execute(
                sql: "INSERT INTO import_file (kind, name, at, read, new, updated, unchanged, rejected) VALUES "
                    + "(?, ?, ?, ?, ?, 6, 0, ?)",
                arguments: [
                    file.0, file.1, moment(last, hour: 17) + Int64(number * 60), file.2, file.2 - 6 - file.3, file.3,
                ])
            try database.execute(
                sql: "UPDATE data_digest SET count = ? WHERE kind = ?", arguments: [file.2 * 24, file.0])
        }
        try database.execute(
            sql: "INSERT INTO order_key VALUES (1, 1, ?), (2, 2, ?)",
            arguments: [moment(last, hour: -20), moment(last.adding(days: 400), hour: 0)])
        try database.execute(sql: "INSERT INTO member (member_id) VALUES ('waits-1'), ('waits-2')")
        try Calibration(learnedOn: day(0), modelDigest: "model", entryCuts: [850_000, 550_000, 0])
            .insert(into: database, tiers: ReportFixture.tiers, run: nil)
        try database.execute(sql: "UPDATE run SET calibration = 1")
    }
}

/// A short stable text for digests of fixtures.
private enum StableName {
    static func hex(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
