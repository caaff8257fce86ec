/// A column of facts that clusters are found on, and how people speak of it.
package struct ClusterFact: Hashable, Sendable {
    /// What is done to a value before it is standardised.
    package enum Scale: Hashable, Sendable {
        /// The value as it is.
        case linear
        /// ln(1 + value / unit), a negative value counting as 0: for money, counts and days, whose tails are long.
        case logarithm(unit: Int64)

        /// The unit of the logarithm; 0 where there is none.
        package var number: Int64 {
            switch self {
            case .linear: 0
            case .logarithm(let unit): unit
            }
        }
    }

    /// Stands where nothing is known of a member.
    package static let missing = FactColumn.missing
    /// Columns of this prefix are the ranks of dimensions.
    package static let rankPrefix = "rank."

    /// The stable name of the column.
    package var name: String
    /// The unit of its values.
    package var unit: Field.Unit
    package var title: LocalizedText
    package var scale: Scale
    /// What a cluster is called whose centre lies high or low.
    package var high: LocalizedText
    package var low: LocalizedText

    package init(
        name: String, unit: Field.Unit = .count, title: LocalizedText, scale: Scale, high: LocalizedText,
        low: LocalizedText
    ) {
        self.name = name
        self.unit = unit
        self.title = title
        self.scale = scale
        self.high = high
        self.low = low
    }

    /// A fact without words of its own: high and low of its title.
    package init(name: String, unit: Field.Unit = .count, title: LocalizedText, scale: Scale) {
        self.init(
            name: name, unit: unit, title: title, scale: scale,
            high: LocalizedText(zh: title.chinese + "高", en: "high " + title.english),
            low: LocalizedText(zh: title.chinese + "低", en: "low " + title.english))
    }

    /// The dimension whose ranks it holds; nil where it is a fact or a prediction.
    package var dimension: Dimension? {
        guard name.hasPrefix(ClusterFact.rankPrefix) else { return nil }
        return Dimension(name: String(name.dropFirst(ClusterFact.rankPrefix.count)))
    }

    /// The prediction that it holds; nil where it is a fact or a rank.
    package var prediction: Prediction? { Prediction.allCases.first { $0.name == name } }
}

extension Field.Unit {
    /// Whether clusters look at the logarithm of such numbers unless the programme says otherwise.
    package var isLongTailed: Bool {
        switch self {
        case .money, .count, .days, .years: true
        case .points, .share, .decimal: false
        }
    }

    /// What people call one of it, in the exact unit; `decimals` are those of the currency.
    package func one(decimals: Int) -> Int64 {
        switch self {
        case .days, .count, .years: 1
        case .money: (0..<decimals).reduce(1) { one, _ in one * 10 }
        // One point of a hundred, and one percent.
        case .points, .share: 10_000
        case .decimal: 1_000_000
        }
    }
}
