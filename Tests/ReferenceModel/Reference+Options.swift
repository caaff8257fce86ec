/// Which of several benefits a member gets.
extension Reference {
    /// The options of a step, the best for a member first: the one that suits most of what the member likes; of equals
    /// the one that leaves most of what the member is worth, times the share that answers, over its cost; of equals the
    /// cheaper one, and then the first.
    func options(of step: Chronicle.Step, for member: String) -> [Chronicle.Option] {
        let likes = chronicle.likes[member] ?? []
        let value = max(0, values[member] ?? 0)
        func matches(_ option: Chronicle.Option) -> Int {
            flaw == .likingsAreIgnored ? 0 : option.suits.filter { likes.contains($0) }.count
        }
        func gain(_ option: Chronicle.Option) -> Int {
            value * (flaw == .answersAreIgnored ? 10_000 : option.response) - option.cost * 10_000
        }
        return step.options.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            return (-matches(first), -gain(first), first.cost, left.offset)
                < (-matches(second), -gain(second), second.cost, right.offset)
        }.map(\.element)
    }

    /// A step as it is sent to a member, by the id of the option that was chosen.
    func step(_ step: Chronicle.Step, choosing choice: String?) -> Chronicle.Step {
        guard let option = step.options.first(where: { $0.id == choice }) else { return step }
        var chosen = step
        chosen.cost = option.cost
        return chosen
    }
}
