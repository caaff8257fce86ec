import Dispatch
import Foundation
import RetierCore
import RetierStatistics

/// Fits BG/NBD to a file of purchase histories, predicts 13 weeks, and prints what it took and came to as JSON.
///
/// `Benchmarks/lifetime` runs it beside lifetimes. Arguments: the file (a header, then lines of repeats, recency and
/// age in days, separated by commas) and the number of threads.
@main struct LifetimeProbe {
    static func main() throws {
        guard CommandLine.arguments.count == 3, let threads = Int(CommandLine.arguments[2]) else {
            FileHandle.standardError.write(Data("usage: LifetimeProbe FILE THREADS\n".utf8))
            exit(64)
        }
        let members = try read(CommandLine.arguments[1])
        let workers =
            threads == 1
            ? Workers.single
            : Workers { pieces, body in DispatchQueue.concurrentPerform(iterations: pieces) { body($0) } }
        let clock = ContinuousClock()
        let start = clock.now
        let histories = PurchaseHistories(members.count) { members[$0] }
        guard let fit = PurchaseModel.fit(.bgNBD, to: histories, workers: workers) else { exit(65) }
        let fitted = clock.now
        let predictions = fit.model.predicted(histories, workers: workers)
        let predicted = clock.now
        let numbers: [(String, Double)] = [
            ("fit_seconds", seconds(fitted - start)), ("predict_seconds", seconds(predicted - fitted)),
            ("r", fit.model.r), ("alpha", fit.model.alpha), ("a", fit.model.a), ("b", fit.model.b),
            ("log_likelihood", fit.logLikelihood), ("steepness", fit.steepness), ("condition", fit.condition),
            ("evaluations", Double(fit.evaluations)), ("rows", Double(histories.count)),
            ("expected", predictions.reduce(0) { $0 + $1.purchases }),
            ("alive", predictions.reduce(0) { $0 + $1.alive }),
        ]
        print("{" + numbers.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}")
    }

    private static func read(_ path: String) throws -> [(repeats: Int32, recency: Int32, age: Int32)] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.utf8.split(separator: 0x0A).dropFirst().map { line in
            let numbers = line.split(separator: 0x2C).map { $0.reduce(Int32(0)) { $0 * 10 + Int32($1) - 0x30 } }
            return (numbers[0], numbers[1], numbers[2])
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
