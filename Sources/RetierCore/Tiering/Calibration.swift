/// Everything that was learned from the members of a named date and then frozen: the same facts earn the same tier
/// until it is learned again.
///
/// A value that is not a whole number is kept as its bits (`Double.bitPattern`), so that what was frozen comes back
/// exactly.
package struct Calibration: Hashable, Sendable {
    /// Counts the calibrations of a brand from 1; every run names the one it used.
    package var version: Int
    package var learnedOn: Day
    /// Identifies the ladder, weights and window that were in force: cuts of another model are not comparable.
    package var modelDigest: String
    /// The least that each tier asks for, highest tier first, in the unit of what it looks at: millionths of the
    /// composite score, minor units of money, ...; 0 for rules and for the last tier.
    package var entryCuts: [Int64]
    /// The weights of the dimensions as learned or configured.
    package var weights: ScoreWeights
    /// Parameters of the lifetime model; empty where it is not used.
    package var lifetime: [LearnedNumber]
    /// Centres of the clusters; empty where there are none.
    package var clusters: [LearnedNumber]

    package init(
        version: Int = 1, learnedOn: Day, modelDigest: String, entryCuts: [Int64],
        weights: ScoreWeights = ScoreWeights(), lifetime: [LearnedNumber] = [], clusters: [LearnedNumber] = []
    ) {
        self.version = version
        self.learnedOn = learnedOn
        self.modelDigest = modelDigest
        self.entryCuts = entryCuts
        self.weights = weights
        self.lifetime = lifetime
        self.clusters = clusters
    }
}

/// One learned value by name; what the name and the number mean is known to the model that learned it.
package struct LearnedNumber: Hashable, Sendable {
    package var name: String
    package var value: Int64

    package init(_ name: String, _ value: Int64) {
        self.name = name
        self.value = value
    }
}

/// One row of a calibration as plans and the ledger store it.
package struct CalibrationRow: Hashable, Sendable {
    /// What a row belongs to; the raw values are stored.
    package enum Part: String, CaseIterable, Sendable { case cut, weight, lifetime, cluster }

    package var part: Part
    package var number: LearnedNumber

    package init(part: Part, number: LearnedNumber) {
        self.part = part
        self.number = number
    }
}

extension Calibration {
    /// All learned values in a fixed order; `tiers` are the ids of the ladder, highest first.
    package func rows(tiers: [String]) -> [CalibrationRow] {
        zip(tiers, entryCuts).map { CalibrationRow(part: .cut, number: LearnedNumber($0, $1)) }
            + weights.used.map {
                CalibrationRow(part: .weight, number: LearnedNumber($0.name, Int64(weights[$0])))
            }
            + lifetime.map { CalibrationRow(part: .lifetime, number: $0) }
            + clusters.map { CalibrationRow(part: .cluster, number: $0) }
    }

    /// The calibration that was stored as these rows.
    package init(version: Int, learnedOn: Day, modelDigest: String, rows: [CalibrationRow]) {
        func numbers(_ part: CalibrationRow.Part) -> [LearnedNumber] {
            rows.filter { $0.part == part }.map(\.number)
        }
        var weights = ScoreWeights.none
        for number in numbers(.weight) {
            if let dimension = Dimension(name: number.name) { weights[dimension] = Int(number.value) }
        }
        self.init(
            version: version, learnedOn: learnedOn, modelDigest: modelDigest,
            entryCuts: numbers(.cut).map(\.value), weights: weights, lifetime: numbers(.lifetime),
            clusters: numbers(.cluster))
    }
}
