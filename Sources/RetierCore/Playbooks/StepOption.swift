extension Playbook.Step {
    /// One of several benefits, of which a step gives each member the one that suits best and that budgets can pay.
    package struct Option: Hashable, Sendable {
        package var id: String
        /// Tags of members whom it suits.
        package var suits: [String]
        package var cost: Money
        /// Basis points, as `Playbook.Step.response`.
        package var response: Int
        /// Sorted by key; they come on top of the step's.
        package var parameters: [(key: String, value: String)]
        /// Of a scaled step: it is granted for an incident of at least so many started hours; nil where members choose.
        package var hours: Int?

        package init(
            id: String, suits: [String] = [], cost: Money = .zero, response: Int = 10_000,
            parameters: [(key: String, value: String)] = [], hours: Int? = nil
        ) {
            self.id = id
            self.suits = suits
            self.cost = cost
            self.response = response
            self.parameters = parameters
            self.hours = hours
        }

        package static func == (left: Option, right: Option) -> Bool {
            left.id == right.id && left.suits == right.suits && left.cost == right.cost
                && left.response == right.response && left.parameters.elementsEqual(right.parameters, by: ==)
                && left.hours == right.hours
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(id) }
    }

    package static let mostOptions = 20
    package static let mostLengths = 100

    /// Whether it grants by the length of an incident instead of by what suits the member.
    package var isScaled: Bool { options.contains { $0.hours != nil } }

    /// Position of the option for an incident of so many started hours: the longest that it has reached; nil where it
    /// has reached none.
    package func option(forHours hours: Int) -> Int? {
        options.indices.filter { options[$0].hours.map { $0 <= hours } ?? false }.max {
            (options[$0].hours ?? 0) < (options[$1].hours ?? 0)
        }
    }

    /// The parameter that names the option to the receiver and to templates.
    package static let choiceParameter = "choice"

    /// The step with one of its options chosen.
    package func choosing(_ option: Option) -> Playbook.Step {
        var step = self
        step.cost = option.cost
        step.response = option.response
        let added = option.parameters + [(key: Self.choiceParameter, value: option.id)]
        let own = parameters.filter { parameter in !added.contains { $0.key == parameter.key } }
        step.parameters = (own + added).sorted { $0.key < $1.key }
        return step
    }

    /// The step as members may get it: with each of its options, or as it is where it has none.
    package var variants: [Playbook.Step] { options.isEmpty ? [self] : options.map(choosing) }
}
