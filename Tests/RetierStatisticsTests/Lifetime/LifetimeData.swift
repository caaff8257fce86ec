import RetierStatistics
import RetierTestSupport
import Testing

/// A data set as of a day: histories of real members, and what other programs make of them.
struct LifetimeData: Sendable, CustomTestStringConvertible {
    var folder: String
    var day: String
    var suffix = ".csv"

    var testDescription: String { "\(folder) \(day)" }

    static let cdnowSample = LifetimeData(folder: "cdnow/sample", day: "1997-09-30")

    static let all = [
        cdnowSample, LifetimeData(folder: "cdnow/sample", day: "1998-03-31"),
        LifetimeData(folder: "cdnow/sample", day: "1998-06-30"),
        LifetimeData(folder: "cdnow", day: "1997-09-30", suffix: ".csv.gz"),
        LifetimeData(folder: "cdnow", day: "1998-03-31", suffix: ".csv.gz"),
        LifetimeData(folder: "online-retail-2010", day: "2010-08-31", suffix: ".csv.gz"),
        LifetimeData(folder: "online-retail-2010", day: "2010-11-30", suffix: ".csv.gz"),
    ]

    var isFlat: Bool { folder == "online-retail-2010" }

    /// The rows of the reference file.
    func rows() throws -> [[String: String]] { try Fixtures.rows("\(folder)/reference-\(day)\(suffix)") }

    /// The histories of the members, in the order of the rows.
    func histories(_ rows: [[String: String]]? = nil) throws -> PurchaseHistories {
        let rows = try rows ?? self.rows()
        let numbers = try rows.map { row in
            (
                repeats: Int32(try row.number("frequency")),
                recency: Int32((try row.number("recency_w") * 7).rounded()),
                age: Int32((try row.number("T_w") * 7).rounded())
            )
        }
        return PurchaseHistories(numbers.count) { numbers[$0] }
    }

    /// Members with a repeat purchase of value.
    func observedValues(_ rows: [[String: String]]? = nil) throws -> [ObservedValue] {
        try (rows ?? self.rows()).compactMap { row in
            let value = ObservedValue(
                repeats: Int32(try row.number("frequency")), mean: try row.number("monetary"))
            return value.repeats > 0 && value.mean > 0 ? value : nil
        }
    }
}
