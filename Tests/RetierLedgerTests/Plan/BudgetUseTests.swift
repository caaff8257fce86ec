import RetierCore
import RetierLedger
import Testing

/// What a plan takes of a budget is settled by delivery and given back by everything that did not leave.
@Suite struct BudgetUses {
    private let day = Day(number: 20_000)

    /// Minor units of members of a tier, and actions over a channel; three actions of 1,400 each, all of the core.
    private func uses(_ run: CommittedRun, on day: Day? = nil) throws -> [String: BudgetUse] {
        let (month, money) = (CalendarPeriod(months: 1), Budget.Limit.money(Money(minorUnits: 1)))
        return try run.ledger.budgetUse(
            of: [
                Budget(id: "core", limit: money, per: month, scope: .init(tiers: ["core"])),
                Budget(id: "base", limit: money, per: month, scope: .init(tiers: ["base"])),
                Budget(id: "texts", limit: .actions(9), per: CalendarPeriod(days: 1), scope: .init(channels: ["sms"])),
                Budget(id: "gifts", limit: .actions(9), per: month, scope: .init(tags: ["gift"])),
            ], asOf: day ?? self.day)
    }

    private func expect(_ run: CommittedRun, settled: Int64, open: Int64, at place: Comment) throws {
        let uses = try uses(run)
        #expect(uses["core"] == BudgetUse(settled: 1_400 * settled, open: 1_400 * open), place)
        #expect(uses["texts"] == BudgetUse(settled: settled, open: open), place)
        #expect(uses["base"] == BudgetUse() && uses["gifts"] == BudgetUse(), place)
    }

    @Test func whatIsDeliveredIsSettled() throws {
        let run = try CommittedRun()
        try expect(run, settled: 0, open: 3, at: "reserved")
        _ = try run.claim(owner: "courier-1")
        try expect(run, settled: 0, open: 3, at: "on its way")
        let delivered = try CommittedRun()
        try delivered.deliver(DeliveryOutcome(.delivered, code: "ok", leftUs: true))
        try expect(delivered, settled: 2, open: 1, at: "delivered")
        #expect(try uses(delivered, on: day.adding(days: 1))["texts"] == BudgetUse(), "the next day begins at nothing")
        #expect(try uses(delivered, on: day.adding(days: 1))["core"]?.total == 4_200)
    }

    @Test func whatIsRejectedOrExpiresIsGivenBack() throws {
        let run = try CommittedRun()
        try run.deliver(DeliveryOutcome(.rejected, code: "http-400", httpStatus: 400, leftUs: true))
        try expect(run, settled: 0, open: 1, at: "rejected")
        #expect(try run.outbox.expire(now: CommittedRun.now.adding(seconds: 259_201)) == 1)
        try expect(run, settled: 0, open: 0, at: "expired")
    }

    @Test func whatIsInDoubtStaysReservedTillAPersonSaysThatItDidNotLeave() throws {
        let run = try CommittedRun()
        _ = try run.claim(owner: "dead")
        _ = try run.outbox.recover(owner: "alive", policies: CommittedRun.policies, now: CommittedRun.now)
        try run.deliver(DeliveryOutcome(.rejected, code: "http-400", httpStatus: 400, leftUs: true))
        try expect(run, settled: 0, open: 3, at: "in doubt")
        try run.outbox.resolve("run-1-msg-0", as: .drop, operatorName: "ann", now: CommittedRun.now)
        try expect(run, settled: 0, open: 2, at: "dropped")
        try run.outbox.resolve("run-1-msg-1", as: .sent, operatorName: "ann", now: CommittedRun.now)
        try expect(run, settled: 1, open: 1, at: "sent after all")
    }
}
