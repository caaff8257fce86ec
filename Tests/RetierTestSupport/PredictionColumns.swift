import Testing

/// Compares the predicted columns of listings with the reference files, with the tolerances that those name.
package struct PredictionColumns {
    /// Whether the likelihood of the data set is flat, so that less can be asked of single members.
    private let isFlat: Bool

    package init(isFlat: Bool) { self.isFlat = isFlat }

    /// The rows are in the same order.
    package func expect(_ ours: [[String: String]], equal reference: [[String: String]]) throws {
        var (sum, wantedSum) = (0.0, 0.0)
        for (row, wanted) in zip(ours, reference) {
            let member = wanted["member_id"] ?? ""
            func both(_ column: String) throws -> (Double, Double) {
                (
                    try #require(Double(row[column] ?? ""), "\(column) of \(member)"),
                    try #require(Double(wanted[column] ?? ""), "\(column) of \(member)")
                )
            }
            let (alive, purchases) = (try both("p_alive"), try both("exp_purchases_13w"))
            let (value, worth) = (try both("exp_avg_value"), try both("clv_13w"))
            let share = isFlat ? 0.02 : 0.005
            #expect(abs(alive.0 - alive.1) <= (isFlat ? 0.01 : 0.001), "p_alive of \(member)")
            #expect(abs(purchases.0 - purchases.1) <= share * max(purchases.1, 1e-6), "purchases of \(member)")
            #expect(abs(value.0 - value.1) <= 1e-3 * value.1, "value of \(member)")
            #expect(abs(worth.0 - worth.1) <= (share + 1e-3) * max(worth.1, 1e-3), "clv_13w of \(member)")
            sum += purchases.0
            wantedSum += purchases.1
        }
        #expect(abs(sum / wantedSum - 1) < 0.0005)
    }
}
