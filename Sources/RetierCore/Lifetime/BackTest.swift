/// The model and the naive forecast on the last 13 weeks: both learned from what came before, and compared with what
/// members did.
package struct BackTest: Hashable, Sendable {
    /// A tenth of the members, by what the model predicted for them.
    package struct Decile: Hashable, Sendable {
        package var members: Int
        /// Sums of purchase days: predicted in millionths, and what came.
        package var predicted: Int
        package var actual: Int

        package init(members: Int = 0, predicted: Int = 0, actual: Int = 0) {
            self.members = members
            self.predicted = predicted
            self.actual = actual
        }
    }

    /// How good one forecast was.
    package struct Forecast: Hashable, Sendable {
        /// Mean absolute error in purchase days, millionths.
        package var meanError: Int
        /// Gini's correlation with what came, millionths: see `rankCorrelation(of:with:)`.
        package var rankCorrelation: Int
        /// Purchase days of all members, millionths.
        package var total: Int

        package init(meanError: Int, rankCorrelation: Int, total: Int) {
            self.meanError = meanError
            self.rankCorrelation = rankCorrelation
            self.total = total
        }
    }

    /// The day from which the 13 weeks were predicted.
    package var asOf: Day
    package var members: Int
    package var model: Forecast
    /// As many purchase days as in the 13 weeks before.
    package var naive: Forecast
    /// What came, purchase days.
    package var actual: Int
    /// Ten, the tenth with the lowest predictions first.
    package var deciles: [Decile]

    package init(asOf: Day, members: Int, model: Forecast, naive: Forecast, actual: Int, deciles: [Decile]) {
        self.asOf = asOf
        self.members = members
        self.model = model
        self.naive = naive
        self.actual = actual
        self.deciles = deciles
    }

    /// Whether the naive forecast is better in both respects, so that the model has nothing to say.
    package var isLost: Bool {
        naive.meanError < model.meanError && naive.rankCorrelation > model.rankCorrelation
    }
}
