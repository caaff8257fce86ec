/// The eight classic RFM segments: recency, frequency and monetary value above or below the mean.
package enum Segment8: UInt8, CaseIterable, Sendable {
    // Raw value: bit 2 = M high, bit 1 = R high, bit 0 = F high.
    case generalSave = 0, generalKeep = 1, generalGrow = 2, generalValue = 3
    case importantSave = 4, importantKeep = 5, importantGrow = 6, importantValue = 7

    package init(recencyHigh: Bool, frequencyHigh: Bool, monetaryHigh: Bool) {
        let bits = (monetaryHigh ? 4 : 0) | (recencyHigh ? 2 : 0) | (frequencyHigh ? 1 : 0)
        self = Segment8.allCases[bits]
    }

    /// The Chinese name that the field uses everywhere; also the stable id in CSV and conditions.
    package var name: String {
        switch self {
        case .importantValue: "重要价值"
        case .importantGrow: "重要发展"
        case .importantKeep: "重要保持"
        case .importantSave: "重要挽留"
        case .generalValue: "一般价值"
        case .generalGrow: "一般发展"
        case .generalKeep: "一般保持"
        case .generalSave: "一般挽留"
        }
    }

    /// An ASCII alias for conditions and English output.
    package var alias: String {
        switch self {
        case .importantValue: "important-value"
        case .importantGrow: "important-grow"
        case .importantKeep: "important-keep"
        case .importantSave: "important-save"
        case .generalValue: "general-value"
        case .generalGrow: "general-grow"
        case .generalKeep: "general-keep"
        case .generalSave: "general-save"
        }
    }
}
