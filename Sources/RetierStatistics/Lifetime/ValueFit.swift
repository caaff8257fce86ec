package import RetierCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A Gamma-Gamma model at its greatest likelihood.
package struct ValueFit: Sendable {
    package var model: ValueModel
    package var logLikelihood: Double
    /// Members it was fitted on.
    package var members: Int
    package var condition: Double
    /// Whether it is a true maximum; false too where the likelihood wants q at 1 or below, and the mean has no bound.
    package var isInterior: Bool
    /// Pearson's correlation of repeat purchase days and mean value; the model assumes that there is none.
    package var correlation: Double
}

extension ValueModel {
    /// Where ln p, ln(q - 1) and ln(v / mean) are searched.
    private static let lower = [1e-3, 1e-2, 1e-6].map { log($0) }
    private static let upper = [1e4, 1e4, 1e6].map { log($0) }
    private static let starts = [[6.0, 3, 0.5], [1.5, 1.5, 1], [0.5, 10, 10]]

    /// Fits the model: the greatest likelihood with q above 1, from several starts; nil without observations.
    package static func fit(_ values: [ObservedValue], workers: Workers) -> ValueFit? {
        let mean = values.reduce(0) { $0 + $1.mean } / Double(values.count)
        guard values.count > 1, mean > 0, mean.isFinite else { return nil }
        let points = starts.map { zip($0, [1, 1, mean]).map { log($0 * $1) } }
        let maxima = maxima(values, mean: mean, from: points, workers)
        let highest = maxima.map(\.value).max() ?? 0
        let near = maxima.filter { $0.value >= highest - 1e-9 * max(1, abs(highest)) }
        guard let best = near.first(where: \.isInterior) ?? near.first else { return nil }
        return ValueFit(
            model: ValueModel(p: exp(best.point[0]), q: 1 + exp(best.point[1]), v: exp(best.point[2])),
            logLikelihood: best.value, members: values.count, condition: best.condition,
            isInterior: best.isInterior, correlation: correlation(values))
    }

    /// Searches from every point; where there are many members, from the one that leads highest among a part of them.
    private static func maxima(
        _ values: [ObservedValue], mean: Double, from points: [[Double]], _ workers: Workers
    ) -> [Maximum] {
        var points = points
        let step = values.count / 10_000
        if step > 1 {
            let some = stride(from: 0, to: values.count, by: step).map { values[$0] }
            let tried = maxima(some, mean: mean, from: points, workers)
            points = tried.max { $0.value < $1.value }.map { [$0.point] } ?? points
        }
        let likelihood = ValueLikelihood(values, workers: workers)
        let shift = [0, 0, log(mean)]
        let maximiser = Maximiser(
            lower: zip(lower, shift).map(+), upper: zip(upper, shift).map(+)
        ) { likelihood.curvature(at: $0) }
        return points.map { maximiser.search(from: $0) }
    }

    private static func correlation(_ values: [ObservedValue]) -> Double {
        let count = Double(values.count)
        let x = values.reduce(0) { $0 + Double($1.repeats) } / count
        let y = values.reduce(0) { $0 + $1.mean } / count
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for value in values {
            let (dx, dy) = (Double(value.repeats) - x, value.mean - y)
            xx += dx * dx
            xy += dx * dy
            yy += dy * dy
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }
}

/// The log-likelihood of observed means under Gamma-Gamma, with its first two derivatives.
struct ValueLikelihood: Sendable {
    private let values: [ObservedValue]
    private let workers: Workers
    /// Members by repeats.
    private let members: [Double]
    private let mostRepeats: Int
    /// Sums over members of x, x ln(x z) and ln z: what the likelihood needs of them besides ln(v + x z).
    private let (repeats, repeatLogarithms, logarithms): (Double, Double, Double)

    init(_ values: [ObservedValue], workers: Workers) {
        self.values = values
        self.workers = workers
        mostRepeats = Int(values.map(\.repeats).max() ?? 0)
        var members = [Double](repeating: 0, count: mostRepeats + 1)
        var (repeats, repeatLogarithms, logarithms) = (0.0, 0.0, 0.0)
        for value in values {
            let x = Double(value.repeats)
            members[Int(value.repeats)] += 1
            repeats += x
            repeatLogarithms += x * log(x * value.mean)
            logarithms += log(value.mean)
        }
        self.members = members
        (self.repeats, self.repeatLogarithms, self.logarithms) = (repeats, repeatLogarithms, logarithms)
    }

    /// Value and derivatives by ln p, ln(q - 1) and ln v.
    func curvature(at point: [Double]) -> Curvature {
        let (p, q, v) = (exp(point[0]), 1 + exp(point[1]), exp(point[2]))
        var c = Curvature(order: 3)
        addGammas(p: p, q: q, v: v, to: &c)
        for part in workers.chunks(of: values.count, { ScaleSums(values[$0], p: p, q: q, v: v) }) { part.add(to: &c) }
        return c.inLogarithms(of: [p, q - 1, v])
    }

    // gamma(p x + q) / (gamma(p x) gamma(q)) * v^q * z^(p x - 1) * x^(p x)
    private func addGammas(p: Double, q: Double, v: Double, to c: inout Curvature) {
        let count = Double(values.count)
        c.value += p * repeatLogarithms - logarithms + count * (q * log(v) - GammaFunction.logarithm(q))
        c.gradient[0] += repeatLogarithms
        c.gradient[1] += count * (log(v) - GammaFunction.digamma(q))
        c.gradient[2] += count * q / v
        c.hessian[1, 1] -= count * GammaFunction.trigamma(q)
        c.hessian[1, 2] += count / v
        c.hessian[2, 2] -= count * q / (v * v)
        for (repeats, count) in members.enumerated() where count > 0 {
            let x = Double(repeats)
            let (digamma, trigamma) = (GammaFunction.digamma(p * x + q), GammaFunction.trigamma(p * x + q))
            c.value += count * (GammaFunction.logarithm(p * x + q) - GammaFunction.logarithm(p * x))
            c.gradient[0] += count * x * (digamma - GammaFunction.digamma(p * x))
            c.gradient[1] += count * digamma
            c.hessian[0, 0] += count * x * x * (trigamma - GammaFunction.trigamma(p * x))
            c.hessian[0, 1] += count * x * trigamma
            c.hessian[1, 1] += count * trigamma
        }
    }
}

/// Sums over members of -(p x + q) ln(v + x z) and its derivatives.
private struct ScaleSums: Sendable {
    private let (p, q): (Double, Double)
    private var (value, logarithms, repeatLogarithms) = (0.0, 0.0, 0.0)
    private var (inverse, repeatInverse) = (0.0, 0.0)
    private var (square, repeatSquare) = (0.0, 0.0)

    init(_ values: ArraySlice<ObservedValue>, p: Double, q: Double, v: Double) {
        (self.p, self.q) = (p, q)
        for observed in values {
            let x = Double(observed.repeats)
            let scale = v + x * observed.mean
            let (logarithm, over) = (log(scale), 1 / scale)
            value -= (p * x + q) * logarithm
            logarithms += logarithm
            repeatLogarithms += x * logarithm
            inverse += over
            repeatInverse += x * over
            square += over * over
            repeatSquare += x * over * over
        }
    }

    func add(to c: inout Curvature) {
        c.value += value
        c.gradient[0] -= repeatLogarithms
        c.gradient[1] -= logarithms
        c.gradient[2] -= p * repeatInverse + q * inverse
        c.hessian[0, 2] -= repeatInverse
        c.hessian[1, 2] -= inverse
        c.hessian[2, 2] += p * repeatSquare + q * square
    }
}
