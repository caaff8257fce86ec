#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif
package import RetierCore

extension LearnedLifetime {
    /// Learns purchases and their value from the facts of a day.
    ///
    /// Where there is too little to learn from, or the model loses the back-test on both counts, the method is naive,
    /// and the findings say so. `decimals` are those of the currency; `settings.model` must not be `off`. The result
    /// does not depend on the workers.
    package static func learned(
        from facts: FactTable, decimals: Int, settings: LifetimeSettings, workers: Workers
    ) -> LearnedLifetime {
        let histories = PurchaseHistories(facts)
        let report = LifetimeReport(
            members: histories.memberCount, repeaters: histories.repeaters,
            oldestDays: Int(histories.age.max() ?? 0))
        var learned = LearnedLifetime(method: .naive, report: report)
        learned.report.findings = histories.shortcomings(settings)
        if learned.report.findings.isEmpty {
            learned.learnPurchases(histories, settings, workers)
            learned.test(facts, settings, workers)
        }
        learned.learnValues(facts, decimals: decimals, settings, workers)
        learned.report.findings.sort { $0.rawValue < $1.rawValue }
        return learned
    }

    /// Fits the models of purchases.
    private mutating func learnPurchases(
        _ histories: PurchaseHistories, _ settings: LifetimeSettings, _ workers: Workers
    ) {
        let kind = settings.model.kind
        guard let fit = PurchaseModel.fit(kind, to: histories, workers: workers) else {
            report.findings.append(.noMaximum)
            return
        }
        method = kind == .bgNBD ? .bgNBD : .mbgNBD
        purchases = Purchases(fit.model)
        report.logLikelihood = fit.logLikelihood
        report.condition = fit.condition
        if !fit.isInterior { report.findings.append(.noMaximum) }
        if !fit.isIdentified { report.findings.append(.notIdentified) }
        switch settings.model {
        case .mbgNBD: churn = purchases
        case .auto:
            guard let fit = PurchaseModel.fit(.mbgNBD, to: histories, workers: workers) else { return }
            churn = Purchases(fit.model)
            if !fit.isInterior { report.findings.append(.churnNoMaximum) }
            if !fit.isIdentified { report.findings.append(.churnNotIdentified) }
        case .bgNBD, .off: break
        }
    }

    /// Tests the model on the last 13 weeks, and gives it up where it loses.
    private mutating func test(
        _ facts: FactTable, _ settings: LifetimeSettings, _ workers: Workers
    ) {
        guard purchases != nil else { return }
        report.backTest = BackTest.run(facts, settings: settings, workers: workers)
        guard let test = report.backTest else {
            report.findings.append(.noBackTest)
            return
        }
        guard test.isLost else { return }
        report.findings.append(.losesBackTest)
        method = .naive
        (purchases, churn) = (nil, nil)
    }

    /// Fits the model of values, or keeps to what was observed.
    private mutating func learnValues(
        _ facts: FactTable, decimals: Int, _ settings: LifetimeSettings, _ workers: Workers
    ) {
        let unit = CurrencyUnit(decimals: decimals)
        let values = (0..<facts.count).compactMap { row -> ObservedValue? in
            let value = ObservedValue(facts, row: row, unit: unit)
            return value.repeats > 0 && value.mean > 0 ? value : nil
        }
        report.valueMembers = values.count
        meanValue = values.isEmpty ? 0 : (values.reduce(0) { $0 + $1.mean } / Double(values.count)).frozen
        guard values.count >= settings.leastRepeaters else {
            report.findings.append(.tooFewValues)
            return
        }
        guard let fit = ValueModel.fit(values, workers: workers), fit.isInterior else {
            report.findings.append(.noValueMaximum)
            return
        }
        self.values = Values(p: fit.model.p.frozen, q: fit.model.q.frozen, v: fit.model.v.frozen)
        report.valueLogLikelihood = fit.logLikelihood
        report.correlation = fit.correlation
        if abs(fit.correlation) > 0.2 { report.findings.append(.correlatedValues) }
    }
}

extension LifetimeSettings.Model {
    /// The model that purchases and value are predicted by.
    var kind: PurchaseModel.Kind { self == .mbgNBD ? .mbgNBD : .bgNBD }
}

extension PurchaseHistories {
    /// Why nothing should be fitted to them; empty where something may.
    func shortcomings(_ settings: LifetimeSettings) -> [LifetimeFinding] {
        var findings: [LifetimeFinding] = []
        if memberCount < settings.leastMembers { findings.append(.tooFewMembers) }
        if repeaters < settings.leastRepeaters { findings.append(.tooFewRepeaters) }
        if (age.max() ?? 0) < FactTable.horizonDays { findings.append(.tooShortPast) }
        return findings
    }
}

extension LearnedLifetime.Purchases {
    fileprivate init(_ model: PurchaseModel) {
        self.init(r: model.r.frozen, alpha: model.alpha.frozen, a: model.a.frozen, b: model.b.frozen)
    }

    /// The model that these are the parameters of.
    package func model(_ kind: PurchaseModel.Kind) -> PurchaseModel {
        PurchaseModel(kind, r: r, alpha: alpha, a: a, b: b)
    }
}

extension Double {
    /// The value with eight significant digits: far more than data can tell, and few enough that two machines whose
    /// logarithms differ in the last bit freeze the same number.
    fileprivate var frozen: Double {
        guard self != 0, isFinite else { return self }
        let scale = pow(10, 7 - floor(log10(abs(self))))
        return (self * scale).rounded() / scale
    }
}
