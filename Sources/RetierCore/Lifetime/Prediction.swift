/// What is predicted of a member, by the names that conditions, templates, dimensions and listings use.
package enum Prediction: Int, CaseIterable, Sendable {
    case alive, churnRisk, purchases, averageValue, value

    package var name: String {
        switch self {
        case .alive: "p_alive"
        case .churnRisk: "churn_risk"
        case .purchases: "exp_purchases_13w"
        case .averageValue: "exp_avg_value"
        case .value: "clv_13w"
        }
    }

    package var unit: Field.Unit {
        switch self {
        case .alive, .churnRisk: .share
        case .purchases: .decimal
        case .averageValue, .value: .money
        }
    }

    /// The greatest value, in the unit that people write; nil where there is none.
    var most: Int? { unit == .share ? 100 : nil }

    package var description: LocalizedText {
        switch self {
        case .alive:
            LocalizedText(
                zh: "仍会再次购买的概率；BG/NBD 下只买过一次者恒为 100%，预警请用 churn_risk；无购买则缺失",
                en: "probability that the member will ever buy again; under BG/NBD always 100% after one purchase, so "
                    + "alerts read churn_risk; missing without a purchase")
        case .churnRisk:
            LocalizedText(
                zh: "已流失的概率（MBG/NBD），只买过一次者也适用；未知则缺失",
                en: "probability that the member has left (MBG/NBD), after one purchase too; or missing")
        case .purchases:
            LocalizedText(
                zh: "未来 13 周预计购买天数；无购买则缺失",
                en: "purchase days to expect in the next 13 weeks; missing without a purchase")
        case .averageValue:
            LocalizedText(zh: "预计每个购买日的金额；无购买则缺失", en: "value of a purchase day to expect; missing without a purchase")
        case .value:
            LocalizedText(
                zh: "未来 13 周预计消费额（CLV，不折现）；无购买则缺失",
                en: "value to expect in the next 13 weeks, not discounted; missing without a purchase")
        }
    }
}

extension PredictionTable {
    /// The column of a prediction, as finely as it is known.
    package subscript(prediction: Prediction) -> [Int64] {
        switch prediction {
        case .alive: alive
        case .churnRisk: churnRisk
        case .purchases: purchases
        case .averageValue: averageValue
        case .value: value
        }
    }

    /// All predictions of a row by `Prediction.rawValue`, in the units of their fields: millionths, or minor units of a
    /// currency with so many decimals; `missing` where there is none.
    package func fields(of row: Int, decimals: Int) -> SIMD8<Int64> {
        var values = PredictionTable.noFields
        for prediction in Prediction.allCases {
            values[prediction.rawValue] = field(prediction, of: row, decimals: decimals)
        }
        return values
    }

    /// One prediction of a row in the unit of its field; `missing` where there is none.
    func field(_ prediction: Prediction, of row: Int, decimals: Int) -> Int64 {
        PredictionTable.field(self[prediction][row], prediction, decimals)
    }

    /// The column of a prediction in the unit of its field.
    package func column(_ prediction: Prediction, decimals: Int) -> [Int64] {
        self[prediction].map { PredictionTable.field($0, prediction, decimals) }
    }

    /// All columns by the names of their predictions, as finely as they are known: what dimensions rank members by.
    package var measures: [String: [Int64]] {
        Dictionary(uniqueKeysWithValues: Prediction.allCases.map { ($0.name, self[$0]) })
    }

    /// Nothing predicted.
    package static let noFields = SIMD8<Int64>(repeating: missing)

    /// A value in the unit of its field, rounded half up.
    private static func field(_ value: Int64, _ prediction: Prediction, _ decimals: Int) -> Int64 {
        guard value != missing else { return missing }
        switch prediction.unit {
        case .decimal: return rounded(value, dropping: 3)
        case .money: return rounded(value, dropping: 6 - decimals)
        default: return value
        }
    }

    private static func rounded(_ value: Int64, dropping digits: Int) -> Int64 {
        var divisor: Int64 = 1
        for _ in 0..<max(digits, 0) { divisor *= 10 }
        return value / divisor + (value % divisor * 2 >= divisor && divisor > 1 ? 1 : 0)
    }
}
