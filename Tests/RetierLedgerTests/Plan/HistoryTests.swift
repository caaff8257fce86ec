import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@Suite struct RunHistories {
    private let asOf = Day(iso: "2026-11-21") ?? Day(number: 0)

    @Test func sendsAndShadowsAreFoundByRowAndOnlyWhatMayHaveLeftFillsCaps() throws {
        let world = try PlanWorld()
        _ = try world.commit(world.write())
        try world.ledger.pool.write {
            try $0.execute(sql: "UPDATE message SET state = 'rejected', finished_at = 1 WHERE position = 2")
            try $0.execute(sql: "UPDATE message SET state = 'in_doubt' WHERE position = 1")
        }
        // Rows in the order of the run's members, of whom m2 has left and one is new to the ledger's decisions.
        let keys = [world.keys[0], world.keys[3], world.keys[2], world.keys[4], 99]
        let history = try world.ledger.sendHistory(keys: keys, since: asOf)
        #expect(history[0].map(\.fillsCap) == [true])
        #expect(history[1].map(\.fillsCap) == [false], "rejected: nobody was reached")
        #expect(history[2].isEmpty, "deferred is no entry")
        #expect(history[3].map(\.fillsCap) == [false], "a shadow is an entry but fills no cap")
        #expect(history[3].map(\.day) == [asOf])
        #expect(history[4].isEmpty)
        #expect(try world.ledger.sendHistory(keys: keys, since: asOf.adding(days: 1))[0].isEmpty)
        var playbook = world.playbook
        playbook.budget = .init(.money(Money(minorUnits: 1)), per: CalendarPeriod(months: 1))
        let budgets = Budget.all(of: [], [playbook])
        #expect(try world.ledger.budgetUse(of: budgets, asOf: asOf) == ["welcome": BudgetUse(open: 1_000)])
        let december = Day(iso: "2026-12-01") ?? asOf
        #expect(try world.ledger.budgetUse(of: budgets, asOf: december) == ["welcome": BudgetUse()])
    }

    @Test func consentCountsUpToTheLastSecondOfTheLocalDay() throws {
        let world = try PlanWorld()
        let zone = ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800])
        // 2026-11-22T00:00:00+08:00.
        let midnight = Instant(utcMidnightOf: asOf.adding(days: 1)).adding(seconds: -28_800)
        try world.ledger.pool.write { database in
            for (at, granted) in [(-100, 0), (-1, 1), (0, 0)] {
                try database.execute(
                    sql: "INSERT INTO consent VALUES (?, 'sms', 'marketing', ?, '', ?, NULL)",
                    arguments: [world.keys[1], midnight.seconds + Int64(at), granted])
            }
        }
        let today = try world.ledger.consents(keys: world.keys, asOf: asOf, zone: zone)
        #expect(today.granted(row: 1) == ["sms:marketing"])
        #expect(today.word(row: 1, channel: "sms", purpose: "marketing")?.at == midnight.adding(seconds: -1))
        #expect(today.granted(row: 0) == [])
        let tomorrow = try world.ledger.consents(keys: world.keys, asOf: asOf.adding(days: 1), zone: zone)
        #expect(tomorrow.granted(row: 1) == [])
    }
}
