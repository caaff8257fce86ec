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
    /// The member is in another case, beside which this one cannot be, or in the other group of the experiment.
    case superseded

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
    /// Another escalation of the member began while the playbook was paused; or the member and another one, who is in a
    /// case that goes on, are one.
    case supersede
}

/// What the shell has to do, in the transaction that writes the new state.
package enum CaseEffect: Hashable, Sendable {
    /// Cancel the actions of the case that have not left.
    case cancelUnsent
}

extension CaseState {
    /// What the state means, for people.
    package var title: LocalizedText {
        switch self {
        case .open: LocalizedText(zh: "进行中", en: "its clock runs")
        case .paused: LocalizedText(zh: "剧本已暂停或已移除，时钟停住", en: "its playbook is paused or gone: the clock stands still")
        case .recovered: LocalizedText(zh: "会员已回来", en: "the member came back")
        case .acknowledged: LocalizedText(zh: "已有人确认跟进", en: "somebody said that the member is taken care of")
        case .closed: LocalizedText(zh: "由人工关闭", en: "a person closed it")
        case .unanswered: LocalizedText(zh: "所有步骤之后无回应", en: "no answer came after all its steps")
        case .superseded:
            LocalizedText(zh: "被该会员的另一个案或实验组别取代", en: "another case or group of the member took its place")
        }
    }
}
