package import RetierCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A purchase model at its greatest likelihood, and how sure one can be of it.
package struct PurchaseFit: Sendable {
    package var model: PurchaseModel
    package var logLikelihood: Double
    /// Largest component of the gradient by the logarithms of the parameters, a member.
    package var steepness: Double
    /// Condition number of the Hessian by the logarithms of the parameters.
    package var condition: Double
    /// Whether it is a true maximum: not the edge of what was searched, and not a search that gave up.
    package var isInterior: Bool
    /// Evaluations of the likelihood of all rows.
    package var evaluations: Int

    /// Above this condition number, a and b are not identified: the likelihood is flat in some direction, and
    /// only it and the predictions mean anything.
    package static let identifiedBelow = 1e4

    package var isIdentified: Bool { condition <= PurchaseFit.identifiedBelow }
}

extension PurchaseModel {
    /// Where parameters are searched.
    ///
    /// Rates and chances beyond these bounds differ from those on them in nothing that data could show; alpha is in
    /// weeks.
    private static let lower = [1e-4, 0.01, 1e-6, 1e-5]
    private static let upper = [1e4, 1e6, 1e5, 1e6]
    /// Shapes to start from (r, a, b): sparse buying, regular buying with few leaving, heavy leaving.
    private static let starts: [(r: Double, a: Double, b: Double)] = [(0.3, 0.8, 2.5), (1, 0.05, 1), (3, 2, 20)]

    /// Fits a model: the greatest likelihood from several starts; nil without a member who has been known for a day.
    ///
    /// No penalty is added to the likelihood. The result does not depend on the number of threads.
    package static func fit(_ kind: Kind, to histories: PurchaseHistories, workers: Workers) -> PurchaseFit? {
        var (purchases, weeks) = (0.0, 0.0)
        for row in 0..<histories.count {
            let members = Double(histories.members[row])
            purchases += members * Double(histories.repeats[row])
            weeks += members * Double(histories.age[row]) / PurchaseHistories.daysPerWeek
        }
        guard purchases > 0, weeks > 0 else { return nil }
        let points = starts.map { start in [start.r, start.r * weeks / purchases, start.a, start.b].map { log($0) } }
        let maxima = maxima(kind, histories, from: points, workers)
        // An interior maximum before one on the edge that is higher by rounding only.
        let highest = maxima.map(\.value).max() ?? 0
        let near = maxima.filter { $0.value >= highest - 1e-9 * max(1, abs(highest)) }
        guard let best = near.first(where: \.isInterior) ?? near.first else { return nil }
        let parameters = best.point.map { exp($0) }
        return PurchaseFit(
            model: PurchaseModel(
                kind, r: parameters[0], alpha: parameters[1], a: parameters[2], b: parameters[3]),
            logLikelihood: best.value, steepness: best.steepness / Double(histories.memberCount),
            condition: best.condition, isInterior: best.isInterior,
            evaluations: maxima.reduce(0) { $0 + $1.evaluations })
    }

    /// Searches from every point; where there are many rows, from the one that leads highest among a part of them.
    private static func maxima(
        _ kind: Kind, _ histories: PurchaseHistories, from points: [[Double]], _ workers: Workers
    ) -> [Maximum] {
        var points = points
        let step = histories.count / 10_000
        if step > 1 {
            let tried = maxima(kind, histories.thinned(by: step), from: points, workers)
            points = tried.max { $0.value < $1.value }.map { [$0.point] } ?? points
        }
        let likelihood = PurchaseLikelihood(histories, kind: kind, workers: workers)
        let maximiser = Maximiser(lower: lower.map { log($0) }, upper: upper.map { log($0) }) {
            likelihood.curvature(atLogarithms: $0)
        }
        return points.map { maximiser.search(from: $0) }
    }
}
