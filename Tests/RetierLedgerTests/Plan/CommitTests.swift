import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@Suite struct Commits {
    private struct Broken: Error {}

    @Test func aCommitWritesExactlyThePlan() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        let result = try world.commit(plan)
        #expect(result.run == "run_refresh_2026-11_\(plan.digest.prefix(8))")
        #expect(result.messages == 2)
        #expect(result.sends == 3)
        let standing = try world.strings(
            "SELECT member_id || ' ' || tier || ' ' || score "
                + "FROM standing JOIN member ON key = member ORDER BY member_id"
        )
        #expect(standing == ["m1 core 0", "m2 base 1000", "m3 core 2000", "m4 base 3000", "m5 core 4000"])
        let decided = try world.strings(
            """
            SELECT member_id || ' ' || verdict || ' ' || coalesce(CAST(b.body AS TEXT), '-') FROM decision d
            JOIN member ON member.key = d.member LEFT JOIN message m ON m.id = d.message
            LEFT JOIN message_body b ON b.message = m.key ORDER BY member_id
            """)
        #expect(decided == ["m1 send m1,m2", "m2 send m1,m2", "m3 defer -", "m4 send m4", "m5 hold_out -"])
        #expect(try world.strings("SELECT kind FROM audit ORDER BY number").first == "run.committed")
        #expect(
            try world.strings("SELECT id FROM message ORDER BY position").first
                == Identifiers.message(planDigest: plan.digest, endpoint: "crm", position: 1))
        let figures = try world.ledger.reportFigures().refreshes.first?.figures
        #expect(figures == PlanWorld.figures)
        let run = try #require(try world.ledger.lastRun(kind: .refresh))
        #expect(
            run.sends == 3 && run.reach == 3 && run.demotions == 2 && run.cost == Money(minorUnits: 1_500)
                && run.inputs == plan.inputs)
        #expect(try world.ledger.lastRun(kind: .daily) == nil)
        #expect(try world.ledger.run(id: run.id) == run)
    }

    /// So that one can be cancelled without the others.
    @Test func actionsOfAnEscalationTravelAlone() throws {
        var world = try PlanWorld()
        world.level = 1
        #expect(try world.commit(world.write()).messages == 3)
        #expect(try world.strings("SELECT CAST(body AS TEXT) FROM message_body ORDER BY 1") == ["m1", "m2", "m4"])
    }

    @Test func theSameKindAndPeriodIsCommittedOnce() throws {
        var world = try PlanWorld()
        let plan = try world.write()
        let first = try world.commit(plan)
        let before = try world.dump()
        world.now = world.now.adding(seconds: 3_600)
        let again = try world.commit(plan)
        #expect(again.alreadyDone && again.samePlan && again.run == first.run && again.committedAt == first.committedAt)
        world.external[0].digest = "c2"
        let other = try world.commit(world.write("b.plan"))
        #expect(other.alreadyDone && !other.samePlan && other.run == first.run)
        #expect(try world.dump() == before)
    }

    @Test func aFailureWithinTheTransactionChangesNothing() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        let before = try world.dump()
        var calls = 0
        #expect(throws: Broken.self) {
            try world.ledger.commit(plan, world.order) { draft in
                calls += 1
                if calls == 2 { throw Broken() }
                return [MessagePart(body: [1], actions: draft.actions.count)]
            }
        }
        #expect(calls == 2)
        #expect(try world.dump() == before)
        #expect(try world.commit(plan).alreadyDone == false)
    }

    @Test func aStalePlanIsRefusedWithEveryInputThatChanged() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        try world.ledger.pool.write {
            try $0.execute(sql: "UPDATE data_digest SET count = 12, sum1 = 3 WHERE kind = 'orders'")
            try $0.execute(sql: "UPDATE data_digest SET sum2 = 4 WHERE kind = 'members'")
        }
        var order = world.order
        order.currentInputs = []
        let error = try #require(retierError { _ = try world.commit(plan, order) })
        #expect(error.code == .refused)
        #expect(
            error.message
                == "the plan is stale: configuration is gone, members changed (still 5), orders changed (0, now 12)")
        let stale = try world.ledger.staleInputs(of: plan, current: world.external)
        #expect(stale.map(\.name) == ["members", "orders"])
        #expect(stale[1].planned?.count == 0 && stale[1].current?.count == 12)
    }

    @Test func aPlanMadeBeforeAnotherRunIsStale() throws {
        var world = try PlanWorld()
        let refresh = try world.write()
        world.kind = .daily
        world.period = "2026-11-21"
        let result = try world.commit(world.write("daily.plan"))
        #expect(!result.alreadyDone)
        #expect(try world.strings("SELECT tier FROM standing") == [], "a daily run changes no tier")
        let error = retierError { _ = try world.commit(refresh) }
        #expect(error?.message.contains("standing changed (0, now 1)") == true)
    }

    @Test func aMessageThatEndedUnsentMakesAPlanStale() throws {
        var world = try PlanWorld()
        _ = try world.commit(world.write())
        world.kind = .daily
        world.period = "2026-11-22"
        let daily = try world.write("daily.plan")
        try world.ledger.pool.write {
            try $0.execute(sql: "UPDATE message SET state = 'expired', finished_at = 1 WHERE position = 1")
        }
        let error = retierError { _ = try world.commit(daily) }
        #expect(error?.message == "the plan is stale: deliveries changed (0, now 1)")
    }

    @Test func anActionIsDecidedOnceEver() throws {
        let world = try PlanWorld()
        _ = try world.commit(world.write())
        let before = try world.dump().filter { !$0.hasPrefix("run") }
        // As if the run's own row had been lost: the key of every single action still stands in the way.
        try world.ledger.pool.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA foreign_keys = OFF; DELETE FROM run; DELETE FROM run_input; DELETE FROM standing;
                    DELETE FROM "transition"; DELETE FROM run_figure; DELETE FROM calibration_value;
                    DELETE FROM calibration;
                    PRAGMA foreign_keys = ON;
                    """)
        }
        var other = world
        other.external[0].digest = "c2"
        let error = try #require(retierError { _ = try other.commit(other.write("b.plan")) })
        #expect(error.code == .refused)
        #expect(try world.dump().filter { $0.hasPrefix("decision") } == before.filter { $0.hasPrefix("decision") })
    }

    @Test func aMemberWhoIsGoneIsAReasonToRefuse() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        try world.ledger.pool.write { try $0.execute(sql: "DELETE FROM member WHERE member_id = 'm5'") }
        #expect(retierError { _ = try world.commit(plan) }?.code == .refused)
    }

    @Test func otherBrandsAndUnknownEndpointsAreRefused() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        var order = world.order
        order.brand = "other"
        #expect(retierError { _ = try world.commit(plan, order) }?.code == .badConfiguration)
        order = world.order
        order.endpoints = []
        #expect(retierError { _ = try world.commit(plan, order) }?.code == .badConfiguration)
        #expect(try world.dump().isEmpty)
    }

    @Test func overriddenGuardsAreInTheAuditTrail() throws {
        let world = try PlanWorld()
        let measures = GuardMeasures(dataAgeDays: 30, members: 5, amounts: PlanAmounts(actions: 1))
        let findings = Guards(limits: GuardLimits(), currency: Currency(code: "CNY")).findings(measures)
        var order = world.order
        order.findings = findings
        order.overrides = [.init(guardID: .staleData, reason: "till was down", operatorName: "li")]
        _ = try world.commit(world.write(), order)
        #expect(
            try world.strings("SELECT detail FROM audit WHERE kind = 'guard.overridden'") == [
                #"{"guard":"stale-data","limit":7,"value":30,"reason":"till was down","operator":"li"}"#
            ])
    }

    @Test func aFrozenCalibrationIsNeverReplaced() throws {
        var world = try PlanWorld()
        _ = try world.commit(world.write())
        try world.ledger.pool.write {
            try $0.execute(sql: "UPDATE calibration_value SET value = 99 WHERE name = 'core'")
        }
        world.period = "2026-12"
        let error = retierError { _ = try world.commit(world.write("b.plan")) }
        #expect(error?.code == .badData)
    }
}
