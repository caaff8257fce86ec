import RetierCore
import RetierTestSupport
import Testing

@Suite struct ExperimentQuestionTests {
    @Test func aPlaybookAsksForItsGoalWithinWholeDays() throws {
        var playbook = Playbook.sample("p", holdout: 1_000)
        let last = day("2026-11-21")
        #expect(ExperimentQuestion(playbook, lastDay: last)?.within == CalendarPeriod(days: 30))
        playbook.goal = .init(event: "event:reply", within: CalendarPeriod(months: 1, hours: 36))
        playbook.until = day("2026-11-22")
        let question = try #require(ExperimentQuestion(playbook, lastDay: last))
        #expect(question.goal == "reply" && question.within == CalendarPeriod(months: 1, days: 2))
        #expect(!question.decides && question.lastEnd == last)
        let later = try #require(ExperimentQuestion(playbook, lastDay: last.adding(days: 9)))
        #expect(later.decides && later.lastEnd == day("2026-11-22"))
        playbook.goal?.event = "order"
        #expect(try #require(ExperimentQuestion(playbook, lastDay: last)).goal == nil)
        #expect(ExperimentQuestion(.sample("q"), lastDay: last) == nil)
        #expect(ExperimentQuestion(.sample("q", pilot: 2_000), lastDay: last) != nil)
    }

    @Test func theProgrammeIsAskedOnlyWhereItHasAControlGroup() {
        let last = day("2026-11-21")
        #expect(ExperimentQuestion(ProgrammeControl(), lastDay: last) == nil)
        let question = ExperimentQuestion(ProgrammeControl(share: 500, until: last), lastDay: last)
        #expect(question?.experiment == "*" && question?.decides == true)
    }
}
