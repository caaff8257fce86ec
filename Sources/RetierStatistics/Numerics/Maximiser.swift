#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A function's value at a point, with its first and second derivatives.
package struct Curvature: Sendable {
    package var value: Double
    package var gradient: [Double]
    package var hessian: SymmetricMatrix

    package init(order: Int) {
        value = 0
        gradient = Array(repeating: 0, count: order)
        hessian = SymmetricMatrix(order: order)
    }

    /// The derivatives by the logarithms of the parameters: d/d(ln p) = p d/dp.
    package func inLogarithms(of parameters: [Double]) -> Curvature {
        var result = self
        for i in gradient.indices {
            result.gradient[i] *= parameters[i]
            for j in i..<gradient.count { result.hessian[i, j] *= parameters[i] * parameters[j] }
            result.hessian[i, i] += result.gradient[i]
        }
        return result
    }
}

/// Where a search for a maximum ended.
package struct Maximum: Sendable {
    package var point: [Double]
    package var value: Double
    /// The largest component of the gradient there.
    package var steepness: Double
    /// Largest against smallest curvature; infinite where some direction has none, or the wrong one.
    package var condition: Double
    /// Evaluations of the function.
    package var evaluations: Int
    /// False where the search gave up, or ended on the edge of the box.
    package var isInterior: Bool
}

/// Finds a maximum of a smooth function of few parameters, inside a box.
///
/// Newton's method with a trust region (Nocedal and Wright, Numerical Optimization, chapter 4), the Hessian being
/// analytic: the step is taken along the Hessian's eigenvectors, with curvatures of the wrong sign turned round, and
/// shortened where the last step promised more than it kept. Ends with two bare Newton steps.
package struct Maximiser: Sendable {
    private let lower: [Double]
    private let upper: [Double]
    private let function: @Sendable ([Double]) -> Curvature

    package init(
        lower: [Double], upper: [Double], of function: @escaping @Sendable ([Double]) -> Curvature
    ) {
        self.lower = lower
        self.upper = upper
        self.function = function
    }

    /// Searches uphill from a point.
    package func search(from start: [Double], mostSteps: Int = 200) -> Maximum {
        var point = clamped(start)
        var here = function(point)
        var evaluations = 1
        var radius = 1.0
        var hasArrived = false
        while evaluations < mostSteps, here.value.isFinite {
            let next = step(from: point, free(here, at: point), radius: radius)
            let promise = here.promise(of: zip(next, point).map { $0 - $1 })
            // What is left to gain is lost in the rounding of the sum.
            if promise <= 1e-13 * max(1, abs(here.value)) {
                hasArrived = true
                break
            }
            let there = function(next)
            evaluations += 1
            let gain = (there.value - here.value) / promise
            let length = distance(point, next)
            if gain > 0.05 { (point, here) = (next, there) }
            if !(gain > 0.25) {
                radius = max(length, 1e-300) / 4
            } else if gain > 0.75, length > 0.8 * radius {
                radius = min(radius * 2, 8)
            }
            if length < 1e-12 { break }
        }
        guard hasArrived else { return maximum(at: point, here, evaluations, hasArrived: false) }
        return polished(point, here, evaluations)
    }

    /// Two Newton steps without asking for a gain, which no longer shows; kept where the gradient gets no larger.
    private func polished(_ start: [Double], _ there: Curvature, _ count: Int) -> Maximum {
        var (point, here) = (start, there)
        for _ in 0..<2 {
            let next = step(from: point, free(here, at: point), radius: 1e-2)
            let tried = function(next)
            guard tried.value.isFinite, Maximiser.steepness(tried) <= Maximiser.steepness(here) else { break }
            (point, here) = (next, tried)
        }
        return maximum(at: point, here, count + 2, hasArrived: true)
    }

    /// A step uphill from a point, not beyond the box.
    private func step(from point: [Double], _ here: Curvature, radius: Double) -> [Double] {
        clamped(zip(point, here.uphill(within: radius)).map { $0 + $1 })
    }

    /// The curvature without the parameters that the box holds back.
    private func free(_ here: Curvature, at point: [Double]) -> Curvature {
        var result = here
        for i in point.indices {
            let slope = here.gradient[i]
            guard slope > 0 && point[i] >= upper[i] || slope < 0 && point[i] <= lower[i] else { continue }
            result.gradient[i] = 0
            for j in point.indices { result.hessian[i, j] = i == j ? -1 : 0 }
        }
        return result
    }

    private func maximum(
        at point: [Double], _ curvature: Curvature, _ evaluations: Int, hasArrived: Bool
    ) -> Maximum {
        let values = curvature.hessian.eigen().values.map { -$0 }
        let least = values.min() ?? 0
        let isOnEdge = point.indices.contains { point[$0] <= lower[$0] + 1e-9 || point[$0] >= upper[$0] - 1e-9 }
        return Maximum(
            point: point, value: curvature.value, steepness: Maximiser.steepness(curvature),
            condition: least > 0 ? (values.max() ?? 0) / least : .infinity, evaluations: evaluations,
            isInterior: hasArrived && !isOnEdge && least > 0)
    }

    private static func steepness(_ curvature: Curvature) -> Double { curvature.gradient.map { abs($0) }.max() ?? 0 }

    private func clamped(_ point: [Double]) -> [Double] {
        point.indices.map { min(max(point[$0], lower[$0]), upper[$0]) }
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
}

extension Curvature {
    /// What the quadratic model says a move gains.
    fileprivate func promise(of move: [Double]) -> Double {
        var gain = 0.0
        for i in move.indices {
            gain += gradient[i] * move[i]
            for j in move.indices { gain += hessian[i, j] * move[i] * move[j] / 2 }
        }
        return gain
    }

    /// Newton's step, at most as long as the radius.
    fileprivate func uphill(within radius: Double) -> [Double] {
        let (values, vectors) = hessian.eigen()
        let largest = values.reduce(0) { max($0, abs($1)) }
        let curves = values.map { max(abs($0), 1e-14 * largest, 1e-300) }
        let slopes = vectors.map { vector in zip(vector, gradient).reduce(0) { $0 + $1.0 * $1.1 } }
        func lengths(_ damping: Double) -> [Double] { zip(slopes, curves).map { $0 / ($1 + damping) } }
        func norm(_ steps: [Double]) -> Double { steps.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        var steps = lengths(0)
        if norm(steps) > radius {
            // The damping that makes the step as long as the radius, by halving.
            var (low, high) = (0.0, norm(slopes) / radius)
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if norm(lengths(middle)) > radius { low = middle } else { high = middle }
            }
            steps = lengths(high)
        }
        var move = [Double](repeating: 0, count: slopes.count)
        for (step, vector) in zip(steps, vectors) {
            for index in move.indices { move[index] += step * vector[index] }
        }
        return move
    }
}
