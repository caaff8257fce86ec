/// A mistake that the reference makes on purpose, so that a test can show that it would be found.
package enum Flaw: CaseIterable, Sendable {
    /// `once_per` P1M ends after 30 days.
    case monthsHaveThirtyDays
    case rollingWindowsAreADayLonger
    case quartersAreMonths
    case bouncedSendsFillCaps
    case grantsBeatWithdrawals
    case pausesDoNotStopTheClock
    case lateStepsDoNotMoveTheClock
    /// An escalation that begins ends nothing: the one that was paused goes on with its playbook.
    case pausedEscalationsGoOn
    case acknowledgementsAreIgnored
    case laterStepsAreEntries
    case shadowsInhibit
    case waitingNeverExpires
    case likingsAreIgnored
    case summerTimeIsIgnored
    case answersAreIgnored
    /// A change of the holdout's share moves members out of their groups.
    case groupsAreDrawnAnew
    /// A change of weights moves members out of their arms.
    case armsAreDrawnAnew
    /// Who would have been sent to, as control, is taken for new in the next run.
    case shadowsStartNoClock
    // Budgets.
    case costsDoNotRank
    /// An action that several budgets count is ranked by the first of them.
    case theFirstBudgetRanks
    /// Behind what cannot be paid nobody is.
    case nothingCheaperFollows
    /// Too rare for random brands.
    case nobodyIsLookedAtTwice
    // Members who are one.
    case whatTheOtherGotDoesNotCount
    case othersOrdersEndNothing
    case bothCasesOfOneGoOn
    case othersGroupsAreForgotten

    /// Those that only members who are one bring to light.
    package static let ofMerges: Set<Flaw> = [
        .whatTheOtherGotDoesNotCount, .othersOrdersEndNothing, .bothCasesOfOneGoOn, .othersGroupsAreForgotten,
    ]
}
