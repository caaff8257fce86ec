import Dispatch
import Foundation
import ProbeClock
import RetierCore
import RetierStatistics

/// Runs one model on numbers from a file and times it, for `Benchmarks`.
///
/// usage: StatisticsProbe kmeans COLUMNS MEMBERS CLUSTERS CENTRES STARTS
///
/// COLUMNS holds a column of doubles after the other, CENTRES the initial centres of every start as rows. Both are
/// native bytes. Writes one line of JSON.
@main
enum StatisticsProbe {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 7, arguments[1] == "kmeans", let members = Int(arguments[3]),
            let clusters = Int(arguments[4]), let starts = Int(arguments[6])
        else {
            FileHandle.standardError.write(Data("usage: kmeans COLUMNS MEMBERS CLUSTERS CENTRES STARTS\n".utf8))
            exit(64)
        }
        do {
            let columns = try doubles(in: arguments[2], rowsOf: members)
            let centres = try doubles(in: arguments[5], rowsOf: columns.count)
            try clusterings(columns, clusters: clusters, starts: starts, centres: centres)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(65)
        }
    }

    /// The same starts as the peer, then starts of its own.
    private static func clusterings(
        _ columns: [[Double]], clusters: Int, starts: Int, centres: [[Double]]
    ) throws {
        let settings = KMeans(clusters: clusters, starts: starts)
        let began = Moment()
        let points = PointBlocks(columns: columns)
        let standardised = Moment()
        let given = (0..<starts).map { Array(centres[$0 * clusters..<($0 + 1) * clusters]) }
        let runs = given.map { settings.run(from: $0, points: points, workers: threads) }
        let ran = Moment()
        let own = settings.clustering(of: points, workers: threads)
        let ended = Moment()
        let result: [String: Any] = [
            "standardise": standardised.since(began), "given": ran.since(standardised), "own": ended.since(ran),
            "inertia": runs.map(\.inertia), "steps": runs.map(\.steps), "own_inertia": own?.inertia ?? 0,
        ]
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: result))
    }

    private static let threads = Workers { count, body in
        DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }

    private static func doubles(in path: String, rowsOf length: Int) throws -> [[Double]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 8 / length).map { row in
                (0..<length).map { bytes.loadUnaligned(fromByteOffset: (row * length + $0) * 8, as: Double.self) }
            }
        }
    }
}
