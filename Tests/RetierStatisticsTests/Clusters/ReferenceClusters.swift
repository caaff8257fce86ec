import Foundation
import RetierCore
import RetierStatistics
import RetierTestSupport

/// The published data with scikit-learn's clusters: see `Tests/Fixtures/README.md`.
struct ReferenceClusters {
    /// What `reference.json` says of one day.
    struct Expected: Decodable {
        var inertia: Double
        var mean: [Double]
        var sd: [Double]
        var centers_z: [[Double]]
    }
    private struct File: Decodable {
        struct Run: Decodable { var kmeans: Expected }
        var runs: [String: Run]
    }

    /// Recency in days, frequency in days, money in minor units.
    var columns: [[Int64]]
    var expected: Expected

    static let facts = [
        ClusterFact(
            name: "m_total", title: LocalizedText(zh: "消费", en: "spend"), scale: .logarithm(unit: 100),
            high: LocalizedText(zh: "高消费", en: "high spend"), low: LocalizedText(zh: "低消费", en: "low spend")),
        ClusterFact(
            name: "f_days", title: LocalizedText(zh: "频次", en: "frequency"), scale: .logarithm(unit: 1),
            high: LocalizedText(zh: "高频", en: "frequent"), low: LocalizedText(zh: "低频", en: "rare")),
        ClusterFact(
            name: "r_days", title: LocalizedText(zh: "距上次消费", en: "days since purchase"), scale: .logarithm(unit: 1),
            high: LocalizedText(zh: "久未消费", en: "silent"), low: LocalizedText(zh: "近期活跃", en: "recent")),
    ]

    /// The facts of one day of one data set, spend first, in the order of `facts`.
    init(_ folder: String, day: String) throws {
        let path = Fixtures.path("\(folder)/reference.json")
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        guard let run = file.runs[day] else { throw CocoaError(.fileReadCorruptFile) }
        expected = run.kmeans
        // The reference has recency, frequency, money.
        expected.mean.reverse()
        expected.sd.reverse()
        expected.centers_z = expected.centers_z.map { $0.reversed() }
        let suffix = folder == "cdnow/sample" ? ".csv" : ".csv.gz"
        let rows = try Fixtures.rows("\(folder)/reference-\(day)\(suffix)")
        columns = ["m_total", "f_days", "r_days"].map { name in
            rows.map { row in
                let number = Double(row[name] ?? "") ?? 0
                return Int64((name == "m_total" ? number * 100 : number).rounded())
            }
        }
    }

    /// The columns as the reference scaled them.
    var scaled: [[Double]] {
        zip(columns, [100.0, 1, 1]).map { column, unit in column.map { log1p(Double(max($0, 0)) / unit) } }
    }
}
