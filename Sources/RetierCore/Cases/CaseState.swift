/// Where a case stands; the raw values are the ledger's.
package enum CaseState: String, CaseIterable, Sendable {
    /// Its clock runs.
    case open
    /// Its playbook is paused or gone: the clock stands still.
    case paused
    /// The member came back: an order, or an event that `stop_when` names.
    case recovered
    /// Somebody said that the member is taken care of.
    case acknowledged
    /// A person closed it.
    case closed
    /// All steps were taken and nothing came of them in time.
    case unanswered

    /// True where nothing more happens to the case.
    package var isFinal: Bool { self != .open && self != .paused }
}

/// What can happen to a case.
package enum CaseEvent: Hashable, Sendable {
    /// The step that was due was sent, or is one of a control group's shadows.
    case taken(step: String)
    /// The step that was due may not be sent, or its last day is over.
    case skipped(step: String)
    /// The step that was due waits, at least until a day where one is known.
    case deferred(step: String, until: Day?)
    /// A day on which nothing is due has come.
    case dayCame
    /// The playbook was paused or taken away; or is there again.
    case pause, resume
    /// The member did what `stop_when` names.
    case recover
    case acknowledge
    case close
}

/// What the shell has to do, in the transaction that writes the new state.
package enum CaseEffect: Hashable, Sendable {
    /// Cancel the actions of the case that have not left.
    case cancelUnsent
}
