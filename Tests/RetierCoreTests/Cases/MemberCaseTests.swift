import Foundation
import RetierCore
import RetierTestSupport
import Testing

@Suite struct MemberCaseTests {
    private static func ladder(_ steps: [(id: String, after: String)], paused: Bool = false) -> CaseLadder {
        let later = steps.enumerated().map { number, step in
            Playbook.Step(
                id: step.id, level: number + 2, action: "care", via: "desk", after: CalendarPeriod(iso: step.after))
        }
        let playbook = Playbook(
            id: "p", title: LocalizedText("p"), version: 1, trigger: .daily, priority: .base, condition: .all([]),
            isPaused: paused, steps: [Playbook.Step(id: "l1", level: 1, action: "care", via: "desk")] + later)
        guard let ladder = CaseLadder(playbook) else { preconditionFailure("a playbook with later steps keeps cases") }
        return ladder
    }

    static let ladder = ladder([("l2", "P3D"), ("l3", "P7D")])
    private static let entry = day("2026-11-01")

    private static func open(_ ladder: CaseLadder = ladder, on entry: Day = entry) -> MemberCase {
        MemberCase(id: "case_1", entering: ladder, isShadow: false, on: entry)
    }

    /// What quiet hours hold for nine days leaves with L1 on the 10th; L2 is due three days later, not at once.
    @Test func theStepsAfterAHeldEntryKeepTheirDistance() throws {
        var value = MemberCase(
            id: "case_1", entering: Self.ladder, isShadow: false, on: Self.entry, leaving: day("2026-11-10"))
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-13"))
        #expect(value.handle(.taken(step: "l2"), on: day("2026-11-15"), ladder: Self.ladder) != nil)
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-19"))
    }

    // MARK: States and events

    static let events: [CaseEvent] = [
        .taken(step: "l2"), .skipped(step: "l2"), .deferred(step: "l2", until: day("2026-11-06")), .dayCame, .pause,
        .resume, .recover, .acknowledge, .close, .supersede,
    ]

    private static func name(_ event: CaseEvent) -> String {
        switch event {
        case .taken: "taken"
        case .skipped: "skipped"
        case .deferred: "deferred"
        case .dayCame: "dayCame"
        case .pause: "pause"
        case .resume: "resume"
        case .recover: "recover"
        case .acknowledge: "acknowledge"
        case .close: "close"
        case .supersede: "supersede"
        }
    }

    /// A case in a state, at various places of its way.
    private static func samples(_ state: CaseState) -> [MemberCase] {
        [("l2" as String?, 0), ("l2", 2), ("l3", 1), (nil, 0), ("gone", 0)].map { next, delay in
            var sample = open()
            sample.state = state
            sample.next = next
            sample.delay = delay
            sample.pausedOn = state == .paused ? entry.adding(days: 2) : nil
            return sample
        }
    }

    private static let days = [0, 2, 3, 5, 9, 12, 40].map { entry.adding(days: $0) }

    @Test func theDiagramShowsExactlyTheArrowsOfTheMachine() throws {
        var arrows: Set<String> = []
        for state in CaseState.allCases {
            for event in Self.events {
                for sample in Self.samples(state) {
                    for day in Self.days {
                        var value = sample
                        guard value.handle(event, on: day, ladder: Self.ladder) != nil else { continue }
                        arrows.insert("\(state.rawValue) --> \(value.state.rawValue) : \(Self.name(event))")
                    }
                }
            }
        }
        let diagram = try StateDiagram(page: "Cases.md", number: 1)
        #expect(diagram.arrows == arrows)
        #expect(diagram.ends == Set(CaseState.allCases.filter(\.isFinal).map(\.rawValue)))
    }

    @Test(arguments: CaseState.allCases, MemberCaseTests.events)
    func everyEventInEveryStateKeepsTheInvariants(state: CaseState, event: CaseEvent) {
        for sample in Self.samples(state) {
            for day in Self.days {
                var value = sample
                guard let effects = value.handle(event, on: day, ladder: Self.ladder) else {
                    #expect(value == sample, "what cannot happen changes nothing")
                    continue
                }
                #expect(!state.isFinal, "nothing happens to a case that is over")
                #expect((value.state == .paused) == (value.pausedOn != nil))
                #expect(value.delay >= sample.delay && value.waitsSince >= value.opened)
                let isWithdrawn = [.recovered, .acknowledged, .closed, .superseded].contains(value.state)
                #expect(effects.contains(.cancelUnsent) == isWithdrawn)
                if value.state.isFinal { #expect(value.due(in: Self.ladder) == nil) }
            }
        }
    }

    // MARK: The clock

    /// Each step is due so long after the entry; months are calendar months from the day of entry.
    @Test(arguments: [
        ("2026-11-01", "P3D", "2026-11-04"), ("2026-01-31", "P1M", "2026-02-28"), ("2028-01-31", "P1M", "2028-02-29"),
        ("2026-01-30", "P1M", "2026-02-28"), ("2026-03-31", "P1M", "2026-04-30"), ("2024-02-29", "P1Y", "2025-02-28"),
        ("2026-12-31", "P1D", "2027-01-01"), ("2026-12-15", "P1M", "2027-01-15"), ("2026-11-01", "PT36H", "2026-11-02"),
    ])
    func aStepIsDueItsPeriodAfterTheEntry(entry: String, after: String, due: String) {
        let ladder = Self.ladder([("l2", after)])
        let value = Self.open(ladder, on: day(entry))
        #expect(value.due(in: ladder)?.first == day(due))
        #expect(value.due(in: ladder)?.last == day(due).adding(days: 7))
    }

    @Test func aLateStepMovesTheClockSoThatTheNextKeepsItsDistance() {
        var value = Self.open()
        #expect(value.handle(.taken(step: "l2"), on: day("2026-11-03"), ladder: Self.ladder) == nil, "not due yet")
        // The machine was off from the 3rd to the 9th: L2 is five days late, L3 is not sent with it.
        #expect(value.handle(.taken(step: "l2"), on: day("2026-11-09"), ladder: Self.ladder) == [])
        #expect(value.level == 2)
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-13"))
    }

    @Test func whatIsTooLateIsLeftOutAndTheNextKeepsItsOwnDay() {
        var value = Self.open()
        let back = day("2026-11-13")
        #expect(value.handle(.taken(step: "l2"), on: back, ladder: Self.ladder) == nil, "its last day was the 11th")
        #expect(value.handle(.skipped(step: "l2"), on: back, ladder: Self.ladder) == [])
        #expect(value.level == 1)
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-08"))
        #expect(value.due(in: Self.ladder)?.last == day("2026-11-15"))
    }

    @Test func aDeferredStepIsTriedAgainOnItsDayAndExpiresWhereThatIsTooLate() {
        var value = Self.open()
        let due = day("2026-11-04")
        #expect(value.handle(.deferred(step: "l2", until: day("2026-11-06")), on: due, ladder: Self.ladder) == [])
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-06"))
        #expect(
            value.handle(.deferred(step: "l2", until: day("2026-12-24")), on: day("2026-11-06"), ladder: Self.ladder)
                == [])
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-12"), "the day after the last: to be left out")
    }

    @Test func aPauseStopsTheClock() {
        var value = Self.open()
        value.come(to: day("2026-11-02"), ladder: Self.ladder([("l2", "P3D"), ("l3", "P7D")], paused: true))
        value.come(to: day("2026-11-20"), ladder: nil)
        #expect(value.state == .paused && value.due(in: Self.ladder) == nil)
        value.come(to: day("2026-11-22"), ladder: Self.ladder)
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-24"), "twenty days later than without")
    }

    /// A step that is held when the pause begins is held for as many days more.
    @Test func aPauseStopsTheClockOfAHeldStep() {
        var value = Self.open()
        let held = CaseEvent.deferred(step: "l2", until: day("2026-11-08"))
        #expect(value.handle(held, on: day("2026-11-04"), ladder: Self.ladder) != nil)
        value.come(to: day("2026-11-05"), ladder: nil)
        value.come(to: day("2026-11-15"), ladder: Self.ladder)
        #expect(value.due(in: Self.ladder)?.planned == day("2026-11-14"))
        #expect(value.due(in: Self.ladder)?.first == day("2026-11-18"))
    }

    @Test func withoutAnAnswerACaseEndsTwoWeeksAfterItsLastStep() {
        var value = Self.open()
        #expect(value.handle(.taken(step: "l2"), on: day("2026-11-04"), ladder: Self.ladder) == [])
        #expect(value.handle(.taken(step: "l3"), on: day("2026-11-08"), ladder: Self.ladder) == [])
        value.come(to: day("2026-11-21"), ladder: Self.ladder)
        #expect(value.state == .open)
        value.come(to: day("2026-11-22"), ladder: Self.ladder)
        #expect(value.state == .unanswered)
    }

    /// Over random machines that are off now and then: never two steps in one run, never closer than the playbook
    /// says, never after a step's last day; and without a missed run exactly on the playbook's days.
    @Test func missedRunsNeverMakeABurst() {
        var generator = SeededGenerator(seed: 51)
        for round in 0..<300 {
            let periods = ["P2D", "P5D", "P1M", "P2M"]
            let ladder = Self.ladder(zip(["l2", "l3", "l4", "l5"], periods).map { ($0, $1) })
            let start = Day(number: Int32(generator.draw(in: 20_000...21_500)))
            var value = Self.open(ladder, on: start)
            let off = generator.pick(from: [0, 20, 60, 90])
            var taken: [(step: String, day: Day)] = []
            for offset in 1...150 where generator.draw(in: 0...99) >= off {
                let today = start.adding(days: offset)
                value.come(to: today, ladder: ladder)
                guard let due = value.due(in: ladder), due.first <= today else { continue }
                let event: CaseEvent = today > due.last ? .skipped(step: due.step) : .taken(step: due.step)
                #expect(value.handle(event, on: today, ladder: ladder) == [], "seed \(generator.seed), round \(round)")
                if case .taken = event { taken.append((due.step, today)) }
            }
            let planned = Dictionary(uniqueKeysWithValues: ladder.rungs.map { ($0.step, $0.after.after(start)) })
            for (earlier, later) in zip(taken, taken.dropFirst()) {
                let distance = (planned[later.step] ?? start).days(since: planned[earlier.step] ?? start)
                #expect(later.day.days(since: earlier.day) >= distance, "seed \(generator.seed), round \(round)")
            }
            if off == 0 { #expect(taken.map(\.day) == ladder.rungs.map { $0.after.after(start) }) }
        }
    }
}
