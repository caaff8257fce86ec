/// The texts of days, each made once.
struct DayTexts {
    private let first: Int32
    private var texts: [String?]

    init(around day: Day) {
        first = day.number - 2_000
        texts = Array(repeating: nil, count: 4_000)
    }

    subscript(day: Day) -> String {
        mutating get {
            let position = Int(day.number) - Int(first)
            guard texts.indices.contains(position) else { return day.description }
            if let known = texts[position] { return known }
            let text = day.description
            texts[position] = text
            return text
        }
    }
}
