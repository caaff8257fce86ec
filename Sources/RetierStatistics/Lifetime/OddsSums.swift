#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Sums over rows of n ln(1 + e^d) and of what its derivatives need, d being the log odds of having left.
///
/// d = ln a - ln(b + chances - 1) + (r + x) (ln(alpha + T) - ln(alpha + t_x)). With w = e^d / (1 + e^d) and
/// v = w (1 - w), a derivative of the sum is n w d', a second one n (v d' d' + w d'').
struct OddsSums: Sendable {
    private var value = 0.0
    // Names: the weight, then factors: `dr` and `da` for the derivatives of d by r and alpha, `q` for minus that by b.
    private var (w, v) = (0.0, 0.0)
    private var (wdr, wda, wq) = (0.0, 0.0, 0.0)
    private var (vdr, vda, vq) = (0.0, 0.0, 0.0)
    private var (vdrdr, vdrda, vdada, vdrq, vdaq, vqq) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    private var (wdrda, wdada, wqq) = (0.0, 0.0, 0.0)

    init(
        _ histories: PurchaseHistories, rows: Range<Int>, model: PurchaseModel, ages: AgeTable, chances: ChanceTable
    ) {
        for row in rows {
            let x = Int(histories.repeats[row])
            let (last, age) = (Int(histories.recency[row]), Int(histories.age[row]))
            let power = model.r + Double(x)
            let dr = ages.logarithm[age] - ages.logarithm[last]
            let odds = chances.logarithm[x] + power * dr
            let small = exp(-abs(odds))
            let count = Double(histories.members[row])
            value += count * (max(odds, 0) + log1p(small))
            let inverse = 1 / (1 + small)
            let weight = count * (odds > 0 ? inverse : small * inverse)
            let variance = count * small * inverse * inverse
            let (now, then) = (ages.inverse[age], ages.inverse[last])
            add(
                weight, variance, dr: dr, slope: now - then, power: power, sum: now + then, q: chances.inverse[x])
        }
    }

    @inline(__always)
    private mutating func add(
        _ weight: Double, _ variance: Double, dr: Double, slope: Double, power: Double, sum: Double, q: Double
    ) {
        let da = power * slope
        w += weight
        v += variance
        wdr += weight * dr
        wda += weight * da
        wq += weight * q
        vdr += variance * dr
        vda += variance * da
        vq += variance * q
        vdrdr += variance * dr * dr
        vdrda += variance * dr * da
        vdada += variance * da * da
        vdrq += variance * dr * q
        vdaq += variance * da * q
        vqq += variance * q * q
        wdrda += weight * slope
        wdada -= weight * da * sum
        wqq += weight * q * q
    }

    /// Adds the sums to a curvature by r, alpha, a and b.
    func add(to c: inout Curvature, a: Double) {
        c.value += value
        c.gradient[0] += wdr
        c.gradient[1] += wda
        c.gradient[2] += w / a
        c.gradient[3] -= wq
        c.hessian[0, 0] += vdrdr
        c.hessian[0, 1] += vdrda + wdrda
        c.hessian[0, 2] += vdr / a
        c.hessian[0, 3] -= vdrq
        c.hessian[1, 1] += vdada + wdada
        c.hessian[1, 2] += vda / a
        c.hessian[1, 3] -= vdaq
        c.hessian[2, 2] += (v - w) / (a * a)
        c.hessian[2, 3] -= vq / a
        c.hessian[3, 3] += vqq + wqq
    }
}
