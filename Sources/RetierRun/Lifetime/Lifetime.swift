package import RetierCore
import RetierStatistics

/// What a run knows of the next 13 weeks: what was learned, frozen or just now, and what it predicts.
package struct Lifetime: Sendable {
    package let learned: LearnedLifetime
    package let predictions: PredictionTable

    /// Predicts by what a calibration has frozen; without one it is learned from these facts.
    ///
    /// Nil where the programme predicts nothing, and where a calibration was made that learned nothing.
    init?(_ facts: FactTable, programme: Programme, calibration: Calibration?, threads: Int) {
        let workers = Workers.threads(threads)
        let decimals = programme.currency.decimals
        guard
            let learned = calibration.map({ LearnedLifetime(numbers: $0.lifetime) })
                ?? LearnedLifetime.learned(from: facts, programme: programme, threads: threads)
        else { return nil }
        self.learned = learned
        predictions = PredictionTable.predicting(facts, by: learned, decimals: decimals, workers: workers)
    }
}

extension LearnedLifetime {
    /// Learns as the programme says; nil where it predicts nothing.
    static func learned(from facts: FactTable, programme: Programme, threads: Int) -> LearnedLifetime? {
        guard programme.tiering.lifetime.model != .off else { return nil }
        return LearnedLifetime.learned(
            from: facts, decimals: programme.currency.decimals, settings: programme.tiering.lifetime,
            workers: .threads(threads))
    }
}
