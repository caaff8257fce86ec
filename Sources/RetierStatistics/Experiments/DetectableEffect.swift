/// What an experiment of a given precision can see.
package enum DetectableEffect {
    /// The true difference that a two-sided test at the level finds with the given chance: (z of alpha/2 + z of power)
    /// standard errors (Lachin, Controlled Clinical Trials 2, 1981).
    package static func smallest(standardError: Double, level: Double = 0.95, power: Double = 0.8) -> Double {
        let reach =
            NormalDistribution.quantile(ofUpperTail: (1 - level) / 2)
            + NormalDistribution.quantile(ofUpperTail: 1 - power)
        return reach * standardError
    }
}
