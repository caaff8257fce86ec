extension LearnedLifetime {
    /// All of it as named numbers, which a calibration stores; `init(numbers:)` gives the same value back.
    package var numbers: [LearnedNumber] {
        var numbers = [
            LearnedNumber("method", Int64(method.rawValue)), LearnedNumber("mean_value", bits: meanValue),
            LearnedNumber("members", Int64(report.members)), LearnedNumber("repeaters", Int64(report.repeaters)),
            LearnedNumber("oldest_days", Int64(report.oldestDays)),
            LearnedNumber("log_likelihood", bits: report.logLikelihood),
            LearnedNumber("condition", bits: report.condition),
            LearnedNumber("value_members", Int64(report.valueMembers)),
            LearnedNumber("value_log_likelihood", bits: report.valueLogLikelihood),
            LearnedNumber("correlation", bits: report.correlation),
        ]
        for (prefix, model) in [("", purchases), ("churn_", churn)] {
            guard let model else { continue }
            numbers += [("r", model.r), ("alpha", model.alpha), ("a", model.a), ("b", model.b)].map {
                LearnedNumber(prefix + $0.0, bits: $0.1)
            }
        }
        if let values {
            numbers += [("p", values.p), ("q", values.q), ("v", values.v)].map { LearnedNumber($0.0, bits: $0.1) }
        }
        numbers += report.findings.map { LearnedNumber("finding", Int64($0.rawValue)) }
        return numbers + (report.backTest?.numbers ?? [])
    }

    /// What was stored; nil where something is missing, which is never so in what `numbers` made.
    package init?(numbers: [LearnedNumber]) {
        let byName = Dictionary(numbers.map { ($0.name, $0.value) }) { first, _ in first }
        func whole(_ name: String) -> Int? { byName[name].map { Int($0) } }
        func real(_ name: String) -> Double? { byName[name].map { Double(bitPattern: UInt64(bitPattern: $0)) } }
        func purchases(_ prefix: String) -> Purchases? {
            guard let r = real(prefix + "r"), let alpha = real(prefix + "alpha"), let a = real(prefix + "a"),
                let b = real(prefix + "b")
            else { return nil }
            return Purchases(r: r, alpha: alpha, a: a, b: b)
        }
        guard let method = whole("method").flatMap(Method.init), let members = whole("members"),
            let repeaters = whole("repeaters"), let oldestDays = whole("oldest_days")
        else { return nil }
        var report = LifetimeReport(members: members, repeaters: repeaters, oldestDays: oldestDays)
        report.logLikelihood = real("log_likelihood") ?? 0
        report.condition = real("condition") ?? 0
        report.valueMembers = whole("value_members") ?? 0
        report.valueLogLikelihood = real("value_log_likelihood") ?? 0
        report.correlation = real("correlation") ?? 0
        report.backTest = BackTest(whole)
        report.findings = numbers.filter { $0.name == "finding" }.compactMap {
            LifetimeFinding(rawValue: Int($0.value))
        }
        var values: Values?
        if let p = real("p"), let q = real("q"), let v = real("v") { values = Values(p: p, q: q, v: v) }
        self.init(
            method: method, purchases: purchases(""), churn: purchases("churn_"), values: values,
            meanValue: real("mean_value") ?? 0, report: report)
    }
}

extension LearnedNumber {
    /// A number that is not whole, kept as its bits.
    fileprivate init(_ name: String, bits value: Double) { self.init(name, Int64(bitPattern: value.bitPattern)) }
}

extension BackTest {
    fileprivate var numbers: [LearnedNumber] {
        var numbers = [
            ("test_day", Int(asOf.number)), ("test_members", members), ("test_actual", actual),
            ("test_error", model.meanError), ("test_rank", model.rankCorrelation), ("test_total", model.total),
            ("naive_error", naive.meanError), ("naive_rank", naive.rankCorrelation), ("naive_total", naive.total),
        ]
        for (index, decile) in deciles.enumerated() {
            numbers += [
                ("decile_\(index)_members", decile.members), ("decile_\(index)_predicted", decile.predicted),
                ("decile_\(index)_actual", decile.actual),
            ]
        }
        return numbers.map { LearnedNumber($0.0, Int64($0.1)) }
    }

    fileprivate init?(_ number: (String) -> Int?) {
        guard let day = number("test_day"), let members = number("test_members") else { return nil }
        func forecast(_ prefix: String) -> Forecast {
            Forecast(
                meanError: number(prefix + "_error") ?? 0, rankCorrelation: number(prefix + "_rank") ?? 0,
                total: number(prefix + "_total") ?? 0)
        }
        let deciles = (0..<10).map { index in
            Decile(
                members: number("decile_\(index)_members") ?? 0, predicted: number("decile_\(index)_predicted") ?? 0,
                actual: number("decile_\(index)_actual") ?? 0)
        }
        self.init(
            asOf: Day(number: Int32(day)), members: members, model: forecast("test"), naive: forecast("naive"),
            actual: number("test_actual") ?? 0, deciles: deciles)
    }
}
