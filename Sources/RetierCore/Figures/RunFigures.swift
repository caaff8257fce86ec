/// What a refresh looked like in numbers: totals only, nobody is named.
///
/// Counted once, stored with the run and never changed, so that reports of many runs never count members again. A
/// count of zero is not kept.
package struct RunFigures: Hashable, Sendable {
    private struct Key: Hashable {
        var part: Figure.Part
        var subject: String
        var object: String
        var quantity: Figure.Quantity
    }

    /// In the order in which they were counted; no two of the same thing.
    package private(set) var figures: [Figure] = []
    private var values: [Key: Int64] = [:]

    package init(_ figures: [Figure] = []) { for figure in figures { append(figure) } }

    package var isEmpty: Bool { figures.isEmpty }

    /// Nil where the figure is not kept, which for a count means 0.
    package func value(
        _ part: Figure.Part, _ subject: String = "", _ object: String = "", of quantity: Figure.Quantity
    ) -> Int64? {
        values[Key(part: part, subject: subject, object: object, quantity: quantity)]
    }

    /// The same for counts and sums.
    package func count(
        _ part: Figure.Part, _ subject: String = "", _ object: String = "", of quantity: Figure.Quantity = .members
    ) -> Int {
        Int(value(part, subject, object, of: quantity) ?? 0)
    }

    /// What the figures of a part name as their subjects, in the order in which they were counted.
    package func subjects(of part: Figure.Part) -> [String] {
        var known: Set<String> = []
        return figures.filter { $0.part == part && known.insert($0.subject).inserted }.map(\.subject)
    }

    package mutating func append(_ figure: Figure) {
        let key = Key(part: figure.part, subject: figure.subject, object: figure.object, quantity: figure.quantity)
        figures.append(figure)
        values[key] = figure.value
    }

    /// Keeps a count or sum unless it is zero.
    mutating func add(
        _ part: Figure.Part, _ subject: String = "", _ object: String = "", of quantity: Figure.Quantity = .members,
        is value: some BinaryInteger
    ) {
        if value != 0 { append(Figure(part, subject, object, of: quantity, is: Int64(clamping: value))) }
    }
}
