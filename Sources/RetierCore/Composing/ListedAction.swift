/// What a list for people says about one action.
package struct ListedAction: Hashable, Sendable {
    /// The playbook's id, for words to the operator.
    package var playbook: String
    /// The playbook's title.
    package var title: String
    package var step: String
    package var level: Int?
    package var memberID: String
    package var text: String?
    package var assign: String?
    package var due: Day?

    package init(
        playbook: String, title: String, step: String, level: Int? = nil, memberID: String, text: String? = nil,
        assign: String? = nil, due: Day? = nil
    ) {
        self.playbook = playbook
        self.title = title
        self.step = step
        self.level = level
        self.memberID = memberID
        self.text = text
        self.assign = assign
        self.due = due
    }

    /// The step and its level.
    var stage: String { level.map { "\(step) · L\($0)" } ?? step }

    package init(_ action: PlannedDecision) {
        self.init(
            playbook: action.playbook, title: action.title ?? action.playbook, step: action.step, level: action.level,
            memberID: action.memberID, text: action.text, assign: action.assign, due: action.due)
    }
}
