import RetierCore
import RetierTestSupport
import Testing

@Suite struct ExperimentCheckTests {
    private static let shares = ExperimentShares(
        holdout: 5_000, arms: [.init(name: "a", weight: 1), .init(name: "b", weight: 1)])

    /// Forty members of a playbook with a control group and two arms, each in the group that is drawn.
    private static func world() -> World {
        var world = World.single([.sample("p", oncePer: "P1M", holdout: 5_000, arms: shares.arms)])
        world.members = Dictionary(uniqueKeysWithValues: (0..<40).map { ("m\($0)", Int32($0)) })
        world.matches = world.members.keys.sorted().map { World.Match(member: $0, playbook: "p") }
        world.shares = [1: shares]
        world.assigned = world.decide().map { key, decision in
            World.Assigned(
                member: key.member, experiment: "p", isControl: decision.verdict.reason == .controlGroup,
                arm: decision.arm.map { shares.arms[$0].name }, day: day("2026-10-01"))
        }
        .sorted { $0.member < $1.member }
        return world
    }

    private func expect(
        _ world: World, breaks promise: ExperimentPromise, experiment: String = "p", members: Int
    ) {
        let found = world.breaches().filter { $0.promise == promise }
        #expect(found == [ExperimentBreach(promise: promise, experiment: experiment, members: members)])
        #expect(found.first?.sentence.contains("\(members) member") == true)
        #expect(found.first?.remedy.isEmpty == false)
    }

    @Test func anUntouchedWorldKeepsAllPromises() {
        let world = ExperimentCheckTests.world()
        #expect(Set(world.assigned.map(\.isControl)) == [true, false])
        #expect(Set(world.assigned.map(\.arm)) == [nil, "a", "b"])
        #expect(world.breaches().isEmpty)
    }

    @Test func knownGroupsHoldWhateverTheSharesSay() {
        var world = ExperimentCheckTests.world()
        let before = world.decide()
        world.playbooks = [
            .sample(
                "p", oncePer: "P1M", holdout: 9_000, arms: [.init(name: "a", weight: 0), .init(name: "b", weight: 9)],
                pilot: 1)
        ]
        for (key, decision) in world.decide() {
            #expect(decision.verdict.reason == before[key]?.verdict.reason)
            #expect(decision.arm == before[key]?.arm)
        }
        #expect(world.breaches().isEmpty)
    }

    @Test func anArmThatIsGoneIsMissed() {
        var world = ExperimentCheckTests.world()
        let inA = world.assigned.count { $0.arm == "a" }
        world.playbooks = [.sample("p", oncePer: "P1M", holdout: 5_000, arms: [.init(name: "b", weight: 1)])]
        expect(world, breaks: .sharesMoveNobody, members: inA)
    }

    @Test func anEditedLedgerIsSeen() throws {
        var world = ExperimentCheckTests.world()
        let first = try #require(world.assigned.firstIndex { $0.arm == "a" })
        world.assigned[first].arm = "b"
        expect(world, breaks: .sameSaltSameArm, members: 1)
        let control = try #require(world.assigned.firstIndex { $0.isControl })
        world.assigned[control].isControl = false
        expect(world, breaks: .sameSaltSameArm, members: 2)
    }

    /// Drawn by other shares, a group may be any.
    @Test func groupsOfEarlierSharesAreNotDrawnAgain() throws {
        var world = ExperimentCheckTests.world()
        world.shares[1]?.holdout = 4_999
        let first = try #require(world.assigned.firstIndex { $0.arm == "a" })
        world.assigned[first].arm = "b"
        #expect(world.breaches().isEmpty)
    }

    /// Control of yesterday whose shadow is gone would be asked again today, while a treated member waits a month.
    @Test func aLostShadowIsSeen() throws {
        var world = ExperimentCheckTests.world()
        for index in world.assigned.indices { world.assigned[index].day = day("2026-11-20") }
        let control = world.assigned.filter(\.isControl)
        expect(world, breaks: .controlKeepsTheClock, members: control.count)
        world.history = control.map {
            World.Send(member: $0.member, playbook: "p", channel: "sms", day: day("2026-11-20"), fillsCap: false)
        }
        #expect(world.breaches().isEmpty)
    }

    /// Nobody misses the shadow of a group that a merged member brought along, of one that was written today, of a
    /// clock that has run out, or within a case, whose steps go on.
    @Test func aShadowIsMissedOnlyWhereAClockWouldHold() {
        var world = ExperimentCheckTests.world()
        func assigned(on text: String, isOwn: Bool = true) -> World {
            var changed = world
            for index in changed.assigned.indices {
                (changed.assigned[index].day, changed.assigned[index].isOwn) = (day(text), isOwn)
            }
            return changed
        }
        #expect(world.asOf == day("2026-11-21"))
        #expect(!assigned(on: "2026-10-22").breaches().isEmpty)
        #expect(assigned(on: "2026-10-21").breaches().isEmpty)
        #expect(assigned(on: "2026-11-21").breaches().isEmpty)
        #expect(assigned(on: "2026-11-17", isOwn: false).breaches().isEmpty)
        world.playbooks[0].steps.append(
            Playbook.Step(id: "s2", action: "call", via: "sms", after: CalendarPeriod(days: 3)))
        world.cases = world.assigned.filter(\.isControl).map {
            .init(member: $0.member, playbook: "p", opened: day("2026-11-17"), next: "s2", isShadow: true)
        }
        let reasons = assigned(on: "2026-11-17").decide().filter { $0.key.step == "s2" }.map(\.value.verdict.reason)
        #expect(reasons.contains(.controlGroup))
        #expect(assigned(on: "2026-11-17").breaches().isEmpty)
    }

    @Test func whoWasMergedBringsAGroupAlong() {
        var world = World.single([.sample("p", holdout: 5_000)])
        for isControl in [true, false] {
            world.assigned = [.init(member: "m1", experiment: "p", isControl: isControl, isOwn: false)]
            #expect((world.verdict("p")?.reason == .controlGroup) == isControl)
        }
        // Of two who were merged into the member, the one who was treated counts; the member's own group before both.
        world.assigned = [
            .init(member: "m1", experiment: "p", isControl: true, day: day("2026-01-01"), isOwn: false),
            .init(member: "m1", experiment: "p", isControl: false, isOwn: false),
        ]
        #expect(world.verdict("p")?.reason == .selected)
        world.assigned.append(.init(member: "m1", experiment: "p", isControl: true, day: day("2026-11-20")))
        #expect(world.verdict("p")?.reason == .controlGroup)
        #expect(world.breaches().isEmpty)
    }

    /// Decisions that break the promises cannot be made by the engine, so they are made here by hand.
    @Test func wrongDecisionsAreSeen() {
        let playbook = Playbook.sample("p", holdout: 5_000, arms: ExperimentCheckTests.shares.arms)
        func breaches(
            isControl: Bool, arm: String?, _ reason: ReasonCode, decided: Int? = nil, experiment: String = "p"
        )
            -> [ExperimentPromise]
        {
            var builder = AssignmentTable.Builder(count: 1)
            builder.add(
                row: 0, experiment: experiment, arm: arm, isControl: isControl, shares: 9, day: day("2026-11-01"))
            let arbitration = Arbitration(
                brand: "b", asOf: day("2026-11-21"), currency: Currency(code: "CNY"), playbooks: [playbook],
                channels: [Channel(id: "sms", title: LocalizedText("sms"), endpoint: "e")],
                memberIDs: PackedStrings(["m"]), values: MemberValues(scores: [0]),
                consents: ConsentTable.Builder(count: 1).build(), history: SendHistory.Builder(count: 1).build(),
                assignments: builder.build())
            let decision = Decision(row: 0, playbook: 0, step: 0, verdict: Verdict(reason), arm: decided)
            return arbitration.breaches(in: [decision]).map(\.promise)
        }
        #expect(breaches(isControl: false, arm: "a", .controlGroup) == [.treatedStaysTreated])
        #expect(breaches(isControl: true, arm: nil, .selected, decided: 0) == [.controlStaysUntreated])
        #expect(breaches(isControl: true, arm: nil, .budget, decided: 0) == [.controlStaysUntreated])
        #expect(breaches(isControl: true, arm: nil, .outsidePilot) == [.controlKeepsTheClock])
        #expect(breaches(isControl: false, arm: "a", .selected, decided: 1) == [.sharesMoveNobody])
        #expect(breaches(isControl: false, arm: "a", .selected, decided: 0).isEmpty)
        #expect(breaches(isControl: true, arm: nil, .controlGroup).isEmpty)
        #expect(breaches(isControl: true, arm: nil, .noConsent).isEmpty)
        let star = AssignmentTable.programme
        #expect(
            breaches(isControl: true, arm: nil, .selected, decided: 0, experiment: star) == [.controlStaysUntreated])
        #expect(breaches(isControl: true, arm: nil, .controlGroup, experiment: star) == [.controlStaysUntreated])
        #expect(breaches(isControl: false, arm: nil, .programmeControl, experiment: star) == [.treatedStaysTreated])
        #expect(breaches(isControl: true, arm: nil, .programmeControl, experiment: star).isEmpty)
    }

    @Test func randomWorldsKeepTheirPromises() {
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<300 {
            var world = World.random(&generator)
            // Drawn by shares that nobody knows, so the draw cannot contradict them.
            world.shares = [:]
            let broken = world.breaches().filter { $0.promise != .controlKeepsTheClock }
            #expect(broken.isEmpty, "RETIER_SEED=\(generator.seed)")
        }
    }
}
