import Foundation
import RetierTestSupport
import Testing

/// What a refresh defers is taken up by a daily run on the first free day, or expires.
@Suite struct WaitingTests {
    private static func playbook(_ id: String, _ priority: String, _ step: String = "") -> String {
        """
        playbook: \(id)
        title: \(id)
        version: 1
        on: refresh
        priority: \(priority)
        when: days_since_order >= 30
        stop_when: [order]
        once_per: P3M
        steps: [{id: s1, do: coupon, via: ceo-office\(step)}]

        """
    }

    private func bench(
        _ step: String = "", first: String = "", members: [String] = ["a"]
    ) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        try bench.edit("retier.yaml", "guards:", "caps:\n  week: {max: 1, per: P7D}\n\nguards:")
        for file in bench.files("playbooks") {
            try FileManager.default.removeItem(atPath: bench.path("playbooks/\(file)"))
        }
        try bench.write(Self.playbook("first", "protect", first), to: "playbooks/first.yaml")
        try bench.write(Self.playbook("second", "grow", step), to: "playbooks/second.yaml")
        try bench.load("members", "member_id,joined_at\n" + members.map { "\($0),2026-01-01\n" }.joined())
        try bench.load(
            "orders",
            "order_id,member_id,ordered_at,amount\n" + members.map { "o-\($0),\($0),2026-09-01,10.00\n" }.joined())
        try bench.must(["run", "refresh", "--as-of", "2026-10-10"])
        return bench
    }

    private func decisions(_ bench: CommandBench) throws -> [String] {
        try bench.ledger().lines(
            """
            SELECT date(day * 86400, 'unixepoch'), playbook, reason, coalesce(date(until * 86400, 'unixepoch'), '')
            FROM decision ORDER BY day, playbook
            """)
    }

    private static let refresh = ["2026-10-10|first|selected|", "2026-10-10|second|displaced|2026-10-17"]

    @Test func aDailyRunTakesItUpOnTheFirstFreeDay() throws {
        let bench = try bench()
        for day in 11...20 { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
        #expect(try decisions(bench) == Self.refresh + ["2026-10-17|second|selected|"])
        #expect(try bench.ledger().number("SELECT count(*) FROM waiting_action") == 0)
        try bench.must(["audit", "verify"])
    }

    @Test func aMissedDayIsMadeUpFor() throws {
        let bench = try bench(", not_after: P9D")
        try bench.must(["run", "daily", "--as-of", "2026-10-19"])
        #expect(try decisions(bench) == Self.refresh + ["2026-10-19|second|selected|"])
    }

    @Test func whatWaitsTooLongExpires() throws {
        let bench = try bench(", not_after: P5D")
        for day in 11...18 { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
        #expect(try decisions(bench) == Self.refresh + ["2026-10-16|second|too-late|"])
    }

    /// One step left at the entry and opened a case; the other one waits beside the case, not for its end.
    @Test func whatWaitsIsTakenUpBesideTheCaseThatTheEntryOpened() throws {
        let bench = try bench(
            first: "}, {id: s2, do: coupon, via: ceo-office}, {id: s3, do: coupon, via: ceo-office, after: P30D")
        #expect(try bench.ledger().lines("SELECT state, next_step FROM member_case") == ["open|s3"])
        for day in 11...18 { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
        #expect(
            try bench.ledger().lines(
                """
                SELECT date(day * 86400, 'unixepoch'), step, reason FROM decision WHERE playbook = 'first'
                ORDER BY day, step
                """) == [
                    "2026-10-10|s1|selected", "2026-10-10|s2|displaced", "2026-10-10|s3|later-step",
                    "2026-10-17|s2|selected",
                ])
        #expect(try bench.ledger().lines("SELECT state, next_step FROM member_case") == ["open|s3"])
    }

    /// Both halves of a member wait for the same: it is sent once, and once is enough.
    @Test func whatWaitsForMergedMembersIsSentOnce() throws {
        let bench = try bench(", not_after: P20D", members: ["a", "b"])
        #expect(try bench.ledger().number("SELECT count(*) FROM waiting_action") == 2)
        try bench.must(["identities", "merge", "a", "b", "--reason", "same phone"])
        for day in 17...25 { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
        #expect(
            try decisions(bench).filter { $0 > "2026-10-11" } == [
                "2026-10-17|second|selected|"
            ])
        #expect(try bench.ledger().number("SELECT count(*) FROM waiting_action") == 0)
    }

    @Test func whoComesBackGetsNothingMore() throws {
        let bench = try bench()
        let back = try bench.load("orders", "order_id,member_id,ordered_at,amount\no2,a,2026-10-12,5.00\n")
        #expect(back.errors.contains("1 deferred action(s) withdrawn"))
        for day in 16...18 { try bench.must(["run", "daily", "--as-of", "2026-10-\(day)"]) }
        #expect(try decisions(bench) == Self.refresh)
        #expect(
            try bench.ledger().lines(
                "SELECT json_extract(detail, '$.cause') FROM audit WHERE kind = 'waiting.withdrawn'")
                == ["order o2"])
    }

    @Test func theNextRefreshDecidesAnew() throws {
        let bench = try bench(", not_after: P40D")
        try bench.must(["run", "refresh", "--as-of", "2026-11-10"])
        try bench.must(["run", "daily", "--as-of", "2026-11-11"])
        #expect(
            try decisions(bench)
                == Self.refresh + ["2026-11-10|first|once-per|", "2026-11-10|second|selected|"])
    }
}
