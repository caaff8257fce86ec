import Foundation
import RetierCore
import RetierStatistics
import RetierTestSupport
import Testing

/// Fits of real data against lifetimes 0.11.3 and an independent search, with the tolerances that the references name.
@Suite struct ReferenceFitTests {
    @Test(arguments: LifetimeData.all)
    func fitsAndPredictionsEqualTheReference(_ data: LifetimeData) throws {
        let rows = try data.rows()
        let histories = try data.histories(rows)
        let fit = try #require(PurchaseModel.fit(.bgNBD, to: histories, workers: .single))
        let reference = try Reference(data)
        #expect(fit.logLikelihood >= reference.number("bgnbd_mle", "ll") - 1e-4)
        #expect(fit.logLikelihood <= reference.number("bgnbd_mle", "ll") + 1e-4)
        #expect(abs(fit.condition / reference.number("bgnbd_mle", "hess_cond") - 1) < 0.01)
        #expect(fit.isInterior && fit.steepness < 1e-9 && fit.isIdentified == !data.isFlat)
        if !data.isFlat {
            for (ours, name) in [
                (fit.model.r, "r"), (fit.model.alpha, "alpha"), (fit.model.a, "a"), (fit.model.b, "b"),
            ] { #expect(abs(ours / reference.number("bgnbd_mle", name) - 1) < 1e-6, "\(name)") }
        }
        let values = try #require(ValueModel.fit(data.observedValues(rows), workers: .single))
        #expect(abs(values.logLikelihood - reference.number("gg_mle", "ll")) < 1e-4)
        for (ours, name) in [(values.model.p, "p"), (values.model.q, "q"), (values.model.v, "v")] {
            #expect(abs(ours / reference.number("gg_mle", name) - 1) < 1e-3, "\(name)")
        }
        try expectPredictions(data, rows, fit.model, values.model)
    }

    private func expectPredictions(
        _ data: LifetimeData, _ rows: [[String: String]], _ model: PurchaseModel, _ values: ValueModel
    ) throws {
        var (sum, wantedSum) = (0.0, 0.0)
        for row in rows {
            let member = row["member_id"] ?? ""
            let x = try row.number("frequency")
            let recency = (try row.number("recency_w") * 7).rounded() / 7
            let age = (try row.number("T_w") * 7).rounded() / 7
            let alive = model.alive(repeats: x, recency: recency, age: age)
            let expected = model.expectedPurchases(repeats: x, recency: recency, age: age, weeks: 13)
            let value = values.expected(repeats: x, observed: try row.number("monetary"))
            let wanted = try row.number("exp_purchases_13w")
            sum += expected
            wantedSum += wanted
            #expect(abs(alive - (try row.number("p_alive"))) <= (data.isFlat ? 0.01 : 0.001), "\(member)")
            #expect(abs(expected - wanted) <= (data.isFlat ? 0.02 * max(wanted, 0.01) : 0.005 * wanted), "\(member)")
            #expect(abs(value / (try row.number("exp_avg_value")) - 1) <= 1e-3, "\(member)")
            let worth = try row.number("clv_13w")
            #expect(abs(expected * value - worth) <= (data.isFlat ? 0.021 : 0.006) * max(worth, 0.01), "\(member)")
        }
        #expect(abs(sum / wantedSum - 1) < 0.0005)
    }

    /// Where lifetimes converged; its parameters are good to five digits or so.
    @Test(arguments: LifetimeData.all.filter { $0.day != "2010-11-30" })
    func modifiedModelEqualsThatOfLifetimes(_ data: LifetimeData) throws {
        let rows = try data.rows()
        let fit = try #require(PurchaseModel.fit(.mbgNBD, to: try data.histories(rows), workers: .single))
        #expect(fit.isInterior && fit.steepness < 1e-9)
        if !data.isFlat {
            let reference = try Reference(data)
            for (ours, name) in [
                (fit.model.r, "r"), (fit.model.alpha, "alpha"), (fit.model.a, "a"), (fit.model.b, "b"),
            ] { #expect(abs(ours / reference.number("mbgnbd_lifetimes", name) - 1) < 1e-4, "\(name)") }
        }
        for row in rows {
            let x = try row.number("frequency")
            let recency = (try row.number("recency_w") * 7).rounded() / 7
            let age = (try row.number("T_w") * 7).rounded() / 7
            let alive = fit.model.alive(repeats: x, recency: recency, age: age)
            let expected = fit.model.expectedPurchases(repeats: x, recency: recency, age: age, weeks: 13)
            let wanted = try row.number("mbg_exp_purchases_13w")
            #expect(abs(alive - (try row.number("mbg_p_alive"))) <= (data.isFlat ? 0.01 : 0.001))
            #expect(abs(expected - wanted) <= (data.isFlat ? 0.02 : 0.005) * max(wanted, 0.001))
        }
    }

    /// lifetimes gives up here, weekly or daily, with and without a penalty; a maximum is there all the same.
    @Test func theFlatLikelihoodHasAMaximumForTheModifiedModelToo() throws {
        let data = LifetimeData(folder: "online-retail-2010", day: "2010-11-30", suffix: ".csv.gz")
        let fit = try #require(PurchaseModel.fit(.mbgNBD, to: try data.histories(), workers: .single))
        #expect(fit.steepness < 1e-8 && !fit.isIdentified)
    }
}

/// The numbers of a `reference.json`.
struct Reference {
    private let object: [String: Any]

    init(_ data: LifetimeData) throws {
        let text = try Fixtures.text("\(data.folder)/reference.json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let runs = try #require(root["runs"] as? [String: Any])
        object = try #require(runs[data.day] as? [String: Any])
    }

    /// A number of a group, or not a number.
    func number(_ group: String, _ name: String) -> Double {
        ((object[group] as? [String: Any])?[name] as? NSNumber)?.doubleValue ?? .nan
    }
}
