package import RetierCore

/// How weights of dimensions are learned from their columns.
package enum WeightScheme: Hashable, Sendable {
    /// The less even a column, the more weight: Shannon's entropy of its shares (Zou, Yun, Sun 2006).
    case entropy
    /// Spread times disagreement with the other columns (Diakoulaki, Mavrotas, Papayannakis 1995).
    case critic
    /// CRITIC between the three axes power, willingness and spread, equal weights within an axis.
    case threeAxis
}

/// One of the three axes that sum a member up: 消费能力, 消费意愿, 传播潜力.
///
/// An axis counts once however many dimensions measure it, so five dimensions of willingness do not drown the one of
/// spread.
package enum ValueAxis: Hashable, CaseIterable, Sendable {
    /// What a member can spend: spend, potential.
    case power
    /// How much a member wants to: frequency, recency, activity, loyalty, buying at full price.
    case willingness
    /// Whom a member brings: influence.
    case spread

    /// The axis that a dimension belongs to, by its stable name; willingness for a name that is not one of the eight.
    package init(dimension name: String) {
        switch name {
        case "spend", "potential": self = .power
        case "influence": self = .spread
        default: self = .willingness
        }
    }
}

/// The values of one dimension for all members, larger being better; all columns have one length.
package struct WeightColumn: Sendable {
    /// The stable name of the dimension.
    package var name: String
    package var title: LocalizedText
    package var axis: ValueAxis
    /// Nil where the brand has no data for the dimension.
    package var values: [Double]?

    package init(name: String, title: LocalizedText, values: [Double]?) {
        self.name = name
        self.title = title
        self.values = values
        axis = ValueAxis(dimension: name)
    }
}
