import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

/// Groups of experiments in the ledger: written once, whatever follows.
@Suite struct AssignmentTests {
    private static let shares = ExperimentShares(holdout: 2_000, arms: [.init(name: "a", weight: 1)])

    private func world(_ shares: ExperimentShares = Self.shares) throws -> PlanWorld {
        var world = try PlanWorld()
        world.experiments = [PlannedExperiment(id: "welcome", salt: "brand|welcome", shares: shares)]
        return world
    }

    private static let groups = """
        SELECT experiment || ' ' || member_id || ' ' || is_control || ' ' || coalesce(arm, '-') || ' ' || shares || ' '
            || coalesce(tier, '-') FROM assignment JOIN member ON member.key = assignment.member ORDER BY 1
        """

    @Test func aCommitWritesWhoEntered() throws {
        let world = try world()
        _ = try world.commit(world.write())
        // m3 is displaced, and treated all the same: what counts is the draw. m5 is control.
        #expect(
            try world.strings(Self.groups) == [
                "welcome m1 0 a 1 core", "welcome m2 0 a 1 base", "welcome m3 0 a 1 core", "welcome m4 0 a 1 base",
                "welcome m5 1 - 1 core",
            ])
        #expect(try world.strings("SELECT id || ' ' || salt FROM experiment") == ["welcome brand|welcome"])
        #expect(try Audit(world.ledger).verify() == [])
    }

    @Test func whoDidNotEnterIsInNoGroup() throws {
        var world = try world()
        world.reasons = [.noConsent, .neverContact, .noRecipient, .outsidePilot, .oncePer]
        _ = try world.commit(world.write())
        #expect(try world.strings(Self.groups) == [])
        world.period = "2026-12"
        world.reasons = [.laterStep, .needsApproval, .budget, .frequencyCap, .controlGroup]
        _ = try world.commit(world.write("b.plan"))
        #expect(
            try world.strings(Self.groups).map { $0.prefix(12) } == [
                "welcome m2 0", "welcome m3 0", "welcome m4 0", "welcome m5 1",
            ])
    }

    @Test func withoutAnExperimentNothingIsWritten() throws {
        let world = try PlanWorld()
        _ = try world.commit(world.write())
        #expect(try world.strings(Self.groups) == [])
    }

    @Test func theProgrammesControlIsAnExperimentOfItsOwn() throws {
        var world = try world()
        world.experiments.insert(
            PlannedExperiment(id: "*", salt: "brand|*", shares: ExperimentShares(holdout: 500)), at: 0)
        world.reasons = [.selected, .programmeControl, .noConsent, .budget, .controlGroup]
        _ = try world.commit(world.write())
        #expect(
            try world.strings(Self.groups) == [
                "* m1 0 - 1 core", "* m2 1 - 1 base", "* m4 0 - 1 base", "* m5 0 - 1 core", "welcome m1 0 a 2 core",
                "welcome m4 0 a 2 base", "welcome m5 1 - 2 core",
            ])
    }

    @Test func sharesGetANewNumberOnlyWhenTheyChange() throws {
        var world = try world()
        _ = try world.commit(world.write())
        for (month, holdout) in [("2026-12", 2_000), ("2027-01", 1_000), ("2027-02", 2_000)] {
            world.period = month
            world.experiments[0].shares.holdout = holdout
            world.experiments[0].salt = "another salt"
            _ = try world.commit(world.write("\(month).plan"))
        }
        #expect(
            try world.strings("SELECT number || ' ' || holdout FROM experiment_shares") == [
                "1 2000", "2 1000", "3 2000",
            ])
        #expect(try world.ledger.experimentSalts() == ["welcome": "brand|welcome"])
        #expect(try world.strings("SELECT DISTINCT shares || ' ' || day FROM assignment").count == 1)
        let table = try world.ledger.assignments(keys: world.keys, of: [world.playbook])
        #expect(table.shares[2] == ExperimentShares(holdout: 1_000, arms: Self.shares.arms))
        let item = try #require(table.item(row: 0, experiment: table.position(of: "welcome")))
        #expect(!item.isControl && item.arm.map { table.texts[Int($0)] } == "a" && item.shares == 1 && item.isOwn)
        #expect(table.item(row: 4, experiment: table.position(of: "welcome"))?.isControl == true)
        #expect(table.item(row: 0, experiment: table.position(of: "other")) == nil)
    }

    /// m1 was treated, m5 is control, m2 is neither: who turns out to be another is what that one was, if anything.
    @Test(arguments: [("m5", "m1", true, true), ("m1", "m5", false, true), ("m2", "m5", true, false)])
    func theGroupOfAMergedMemberCountsWhereThereIsNoOther(
        into: String, other: String, isControl: Bool, isOwn: Bool
    ) throws {
        var world = try world()
        world.reasons[1] = .noConsent
        _ = try world.commit(world.write())
        func key(_ id: String) throws -> Int64 { world.keys[try #require(world.ids.firstIndex(of: id))] }
        let table = try world.ledger.assignments(
            keys: [key(into)], merged: [MergedKey(row: 0, key: key(other))], of: [world.playbook])
        let item = try #require(table.item(row: 0, experiment: table.position(of: "welcome")))
        #expect(item.isControl == isControl && item.isOwn == isOwn)
    }

    /// A plan that was decided otherwise than the ledger says cannot be committed, and leaves nothing behind.
    @Test(arguments: [ReasonCode.controlGroup, .programmeControl])
    func aTreatedMemberCannotBecomeControl(reason: ReasonCode) throws {
        var world = try world()
        world.experiments.insert(
            PlannedExperiment(id: "*", salt: "brand|*", shares: ExperimentShares(holdout: 500)), at: 0)
        _ = try world.commit(world.write())
        let before = try world.dump()
        world.period = "2026-12"
        world.reasons[0] = reason
        let error = retierError { _ = try world.commit(world.write("b.plan")) }
        #expect(error?.code == .refused, "\(String(describing: error))")
        #expect(error?.message.contains("1 member") == true && error?.hint.isEmpty == false)
        #expect(try world.dump() == before)
    }

    @Test func aControlMemberCannotBeTreatedAndAnArmDoesNotChange() throws {
        var world = try world()
        _ = try world.commit(world.write())
        world.period = "2026-12"
        world.reasons[4] = .selected
        #expect(retierError { _ = try world.commit(world.write("b.plan")) }?.code == .refused)
        world.reasons[4] = .controlGroup
        world.armName = "b"
        let error = retierError { _ = try world.commit(world.write("c.plan")) }
        #expect(error?.code == .refused && error?.message.contains("4 member") == true)
        world.armName = "a"
        _ = try world.commit(world.write("d.plan"))
    }

    @Test(arguments: [
        "UPDATE assignment SET is_control = 1, arm = NULL", "DELETE FROM assignment", "UPDATE assignment SET arm = 'b'",
        "UPDATE experiment SET salt = 'x'",
    ])
    func whatIsWrittenStays(sql: String) throws {
        let world = try world()
        _ = try world.commit(world.write())
        #expect(throws: DatabaseError.self) { try world.ledger.pool.write { try $0.execute(sql: sql) } }
    }

    @Test func anEditedAssignmentIsAFindingOfTheAudit() throws {
        let world = try world()
        _ = try world.commit(world.write())
        try world.ledger.pool.write {
            try $0.execute(sql: "DROP TRIGGER assignment_is_written_once")
            try $0.execute(sql: "UPDATE assignment SET arm = 'b' WHERE is_control = 0")
        }
        #expect(try Audit(world.ledger).verify().isEmpty == false)
    }
}
