import RetierCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The log-likelihood of many purchase histories under BG/NBD or MBG/NBD, with its first two derivatives.
///
/// Repeats, recencies and ages are small whole numbers, so that most of it is sums over them and not over members:
/// ln gamma(r + x) - ln gamma(r) is the sum of ln(r + k) over k < x, the beta functions likewise, and ln(alpha + T) is
/// looked up by day. Only the odds of having left need a pass over the rows, with one exp and one log1p each.
struct PurchaseLikelihood: Sendable {
    private let histories: PurchaseHistories
    private let kind: PurchaseModel.Kind
    private let workers: Workers
    /// Members with more than k repeats, and with more than k chances to have left.
    private let withMoreRepeats: [Double]
    private let withMoreChances: [Double]
    /// Members, and their repeats, by age in days.
    private let membersByAge: [Double]
    private let repeatsByAge: [Double]
    private let memberCount: Double
    /// The first row whose members can have left.
    private let firstRow: Int

    init(_ histories: PurchaseHistories, kind: PurchaseModel.Kind, workers: Workers) {
        self.histories = histories
        self.kind = kind
        self.workers = workers
        var repeats = [Double](repeating: 0, count: Int(histories.repeats.max() ?? 0))
        var chances = [Double](repeating: 0, count: repeats.count + Int(kind.firstChances))
        let oldest = Int(histories.age.max() ?? 0)
        var members = [Double](repeating: 0, count: oldest + 1)
        var products = members
        for row in 0..<histories.count {
            let (x, age, weight) = (
                Int(histories.repeats[row]), Int(histories.age[row]), Double(histories.members[row])
            )
            if x > 0 { repeats[x - 1] += weight }
            if x + Int(kind.firstChances) > 0 { chances[x + Int(kind.firstChances) - 1] += weight }
            members[age] += weight
            products[age] += weight * Double(x)
        }
        withMoreRepeats = PurchaseLikelihood.sumsFromHere(repeats)
        withMoreChances = PurchaseLikelihood.sumsFromHere(chances)
        membersByAge = members
        repeatsByAge = products
        memberCount = members.reduce(0, +)
        firstRow = kind.firstChances > 0 ? 0 : histories.repeats.partitioningIndex { $0 > 0 }
    }

    private static func sumsFromHere(_ values: [Double]) -> [Double] {
        var sums = values
        for index in values.indices.dropLast().reversed() { sums[index] += sums[index + 1] }
        return sums
    }

    /// Value and derivatives by the logarithms of r, alpha, a and b.
    func curvature(atLogarithms point: [Double]) -> Curvature {
        let parameters = point.map { exp($0) }
        let model = PurchaseModel(
            kind, r: parameters[0], alpha: parameters[1], a: parameters[2], b: parameters[3])
        var curvature = Curvature(order: 4)
        let ages = AgeTable(alpha: model.alpha, days: membersByAge.count)
        addRates(model, ages, to: &curvature)
        addChances(model, to: &curvature)
        addOdds(model, ages, to: &curvature)
        return curvature.inLogarithms(of: parameters)
    }

    // gamma(r + x) / gamma(r) * alpha^r / (alpha + T)^(r + x)
    private func addRates(_ model: PurchaseModel, _ ages: AgeTable, to c: inout Curvature) {
        let (r, alpha) = (model.r, model.alpha)
        c.value += memberCount * r * log(alpha)
        c.gradient[0] += memberCount * log(alpha)
        c.gradient[1] += memberCount * r / alpha
        c.hessian[0, 1] += memberCount / alpha
        c.hessian[1, 1] -= memberCount * r / (alpha * alpha)
        for (k, count) in withMoreRepeats.enumerated() {
            let inverse = 1 / (r + Double(k))
            c.value += count * log(r + Double(k))
            c.gradient[0] += count * inverse
            c.hessian[0, 0] -= count * inverse * inverse
        }
        for day in membersByAge.indices where membersByAge[day] > 0 {
            let power = r * membersByAge[day] + repeatsByAge[day]
            let inverse = ages.inverse[day]
            c.value -= power * ages.logarithm[day]
            c.gradient[0] -= membersByAge[day] * ages.logarithm[day]
            c.gradient[1] -= power * inverse
            c.hessian[0, 1] -= membersByAge[day] * inverse
            c.hessian[1, 1] += power * inverse * inverse
        }
    }

    // B(a, b + chances) / B(a, b)
    private func addChances(_ model: PurchaseModel, to c: inout Curvature) {
        for (k, count) in withMoreChances.enumerated() {
            let (stay, all) = (1 / (model.b + Double(k)), 1 / (model.a + model.b + Double(k)))
            c.value += count * log(all / stay)
            c.gradient[2] -= count * all
            c.gradient[3] += count * (stay - all)
            c.hessian[2, 2] += count * all * all
            c.hessian[2, 3] += count * all * all
            c.hessian[3, 3] += count * (all - stay) * (all + stay)
        }
    }

    /// ln(1 + odds of having left), for every row; the parts of the chunks are added in their order.
    private func addOdds(_ model: PurchaseModel, _ ages: AgeTable, to c: inout Curvature) {
        let chances = ChanceTable(model, count: withMoreRepeats.count + 1)
        let parts = workers.chunks(of: histories.count - firstRow) { rows in
            let shifted = rows.lowerBound + firstRow..<rows.upperBound + firstRow
            return OddsSums(histories, rows: shifted, model: model, ages: ages, chances: chances)
        }
        for part in parts { part.add(to: &c, a: model.a) }
    }
}

/// Functions of alpha + T by days.
struct AgeTable: Sendable {
    let logarithm: [Double]
    let inverse: [Double]

    init(alpha: Double, days: Int) {
        let sums = (0..<days).map { alpha + Double($0) / PurchaseHistories.daysPerWeek }
        logarithm = sums.map { log($0) }
        inverse = sums.map { 1 / $0 }
    }
}

/// Functions of the chances to have left, by repeats: ln(a / (b + chances - 1)) and 1 / (b + chances - 1).
struct ChanceTable: Sendable {
    let logarithm: [Double]
    let inverse: [Double]

    init(_ model: PurchaseModel, count: Int) {
        let sums = (0..<count).map { model.b + Double($0) + model.kind.firstChances - 1 }
        // Below one chance nothing is looked up.
        logarithm = sums.map { $0 > 0 ? log(model.a / $0) : 0 }
        inverse = sums.map { $0 > 0 ? 1 / $0 : 0 }
    }
}
