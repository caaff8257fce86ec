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

    /// A model that promises a little too much.
    private static var lifetime: LearnedLifetime {
        var report = LifetimeReport(members: 2_950, repeaters: 1_480, oldestDays: 700)
        report.logLikelihood = -9_582.43
        report.findings = [.notIdentified]
        report.backTest = BackTest(
            asOf: firstDay.adding(days: -91), members: 2_400,
            model: .init(meanError: 412_000, rankCorrelation: 561_000, total: 1_320_000_000),
            naive: .init(meanError: 498_000, rankCorrelation: 523_000, total: 1_401_000_000), actual: 1_244,
            deciles: (0..<10).map { tenth in
                BackTest.Decile(
                    members: 240, predicted: (6 + tenth * tenth * 5) * 1_000_000, actual: 5 + tenth * tenth * 4)
            })
        return LearnedLifetime(
            method: .bgNBD, purchases: .init(r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259), meanValue: 35,
            report: report)
    }

    private func day(_ refresh: Int) -> Day { ReportFixtureWriter.firstDay.adding(months: refresh) }
    private func moment(_ day: Day, hour: Int) -> Int64 { Int64(day.number) * 86_400 + Int64(hour) * 3_600 }

    mutating func write(_ tracks: [ReportFixture.Track]) throws {
        guard size.refreshes > 0 else { return }
        try members(tracks)
        for refresh in 0..<size.refreshes {
            let present = tracks.filter { $0.isPresent(at: refresh, of: size.refreshes) }
            let period = String(day(refresh).description.prefix(7))
            try run("refresh-\(period)", "refresh", period, day(refresh), members: present.count)
            var figures = FixtureFigures(run: "refresh-\(period)", day: day(refresh), random: random)
            figures.count(present, refresh)
            try figures.insert(into: database)
            if size.isFull { try actions("refresh-\(period)", of: tracks, share: 40, day: day(refresh)) }
        }
        for number in 0..<size.dailyRuns {
            let today = day(size.refreshes - 1).adding(days: number + 1)
            try run("daily-\(today)", "daily", today.description, today, members: tracks.count)
            if size.isFull { try actions("daily-\(today)", of: tracks, share: 3, day: today) }
            if size.isFull { try settlement("daily-\(today)", number, today) }
        }
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
            sql: "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, '{}', NULL)",
            arguments: [id, kind, period, day.number, digest, moment(day, hour: 18), members])
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
                cost = (SELECT COALESCE(SUM(cost), 0) FROM decision WHERE run = run.id AND verdict = 'send')
                WHERE id = ?
                """, arguments: [sends.count, run])
    }

    /// Budgets that fill from day to day, and playbooks that get into each other's way.
    private func settlement(_ run: String, _ number: Int, _ day: Day) throws {
        let month = CalendarPeriod(months: 1)
        var coupons = BudgetLine(
            Budget(id: "coupons", limit: .money(Money(minorUnits: 5_000_000)), per: month), asOf: day,
            use: BudgetUse(settled: 3_100_000 + Int64(number) * 250_000, open: 120_000))
        (coupons.reserved, coupons.paid, coupons.lastPaid) = (250_000, 84, 2_310)
        var calls = BudgetLine(
            Budget(id: "agent-calls", limit: .actions(40), per: CalendarPeriod(days: 1)), asOf: day, use: BudgetUse())
        (calls.reserved, calls.paid, calls.unpaid) = (40, 40, 17 + number)
        (calls.lastPaid, calls.firstUnpaid) = (418_500, 417_220)
        let pairs = [
            Displacement(winner: "core-welcome", loser: "birthday", candidates: 12 + number),
            Displacement(winner: "potential-upgrade-task", loser: "monthly-silent-list", candidates: 61),
        ]
        for (position, figure) in (calls.figures + coupons.figures + pairs.map(\.figure)).enumerated() {
            try database.execute(
                sql: "INSERT INTO run_figure VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    run, position + 1, figure.part.rawValue, figure.subject, figure.object, figure.quantity.rawValue,
                    figure.value,
                ])
        }
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
                NULL, ?, ?, '', NULL, NULL, ?)
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
        try Calibration(
            learnedOn: day(0), modelDigest: "model", entryCuts: [850_000, 550_000, 0],
            lifetime: ReportFixtureWriter.lifetime.numbers
        ).insert(into: database, tiers: ReportFixture.tiers, run: nil)
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
