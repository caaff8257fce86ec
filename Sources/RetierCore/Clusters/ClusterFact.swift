/// A column of facts that clusters are found on, and how people speak of it.
package struct ClusterFact: Hashable, Sendable {
    /// What is done to a value before it is standardised.
    package enum Scale: Hashable, Sendable {
        /// The value as it is.
        case linear
        /// ln(1 + value / unit), a negative value counting as 0: for money, counts and days, whose tails are long.
        case logarithm(unit: Int64)
    }

    /// The stable name of the column.
    package var name: String
    package var title: LocalizedText
    package var scale: Scale
    /// What a cluster is called whose centre lies high or low.
    package var high: LocalizedText
    package var low: LocalizedText

    package init(name: String, title: LocalizedText, scale: Scale, high: LocalizedText, low: LocalizedText) {
        self.name = name
        self.title = title
        self.scale = scale
        self.high = high
        self.low = low
    }

    /// A fact without words of its own: high and low of its title.
    package init(name: String, title: LocalizedText, scale: Scale) {
        self.init(
            name: name, title: title, scale: scale,
            high: LocalizedText(zh: title.chinese + "高", en: "high " + title.english),
            low: LocalizedText(zh: title.chinese + "低", en: "low " + title.english))
    }
}
