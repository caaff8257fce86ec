/// What was learned of purchases and their value on a day, with what is to be known of its quality.
///
/// A part of a `Calibration`: it is frozen with the entry cuts, and predictions of later days come from it.
package struct LearnedLifetime: Hashable, Sendable {
    /// How purchases are predicted; the raw values are stored.
    package enum Method: Int, CaseIterable, Sendable {
        /// As many purchase days as in the last 13 weeks.
        case naive, bgNBD, mbgNBD
    }

    /// Parameters of a purchase model, in weeks.
    package struct Purchases: Hashable, Sendable {
        package var r: Double
        package var alpha: Double
        package var a: Double
        package var b: Double

        package init(r: Double, alpha: Double, a: Double, b: Double) {
            self.r = r
            self.alpha = alpha
            self.a = a
            self.b = b
        }
    }

    /// Parameters of the Gamma-Gamma model, v in units of the currency.
    package struct Values: Hashable, Sendable {
        package var p: Double
        package var q: Double
        package var v: Double

        package init(p: Double, q: Double, v: Double) {
            self.p = p
            self.q = q
            self.v = v
        }
    }

    package var method: Method
    /// The model of purchases; nil where the method is naive.
    package var purchases: Purchases?
    /// The MBG/NBD that the risk of having left comes from; nil where it is not asked for, or was not found.
    package var churn: Purchases?
    /// The model of values; nil where members are worth what they were worth.
    package var values: Values?
    /// The mean value of a repeat purchase day over members, in units of the currency: what members without one get
    /// where there is no model of values.
    package var meanValue: Double
    package var report: LifetimeReport

    package init(
        method: Method, purchases: Purchases? = nil, churn: Purchases? = nil, values: Values? = nil,
        meanValue: Double = 0, report: LifetimeReport
    ) {
        self.method = method
        self.purchases = purchases
        self.churn = churn
        self.values = values
        self.meanValue = meanValue
        self.report = report
    }
}

/// What there is to know of the quality of a fit.
package struct LifetimeReport: Hashable, Sendable {
    /// Members with a purchase, and with a repeat purchase day.
    package var members: Int
    package var repeaters: Int
    /// Days since the first purchase of the member who is known longest.
    package var oldestDays: Int
    /// Of the model of purchases: log-likelihood and condition number of its Hessian; 0 without one.
    package var logLikelihood = 0.0
    package var condition = 0.0
    /// Of the model of values: members, log-likelihood, correlation of repeats and value.
    package var valueMembers = 0
    package var valueLogLikelihood = 0.0
    package var correlation = 0.0
    /// Nil where there is not enough past for one.
    package var backTest: BackTest?
    /// In the order of their raw values.
    package var findings: [LifetimeFinding] = []

    package init(members: Int, repeaters: Int, oldestDays: Int) {
        self.members = members
        self.repeaters = repeaters
        self.oldestDays = oldestDays
    }
}

/// What must be said of a fit; the raw values are stored.
package enum LifetimeFinding: Int, CaseIterable, Sendable {
    /// Nothing was fitted: too few members, too few who bought again, or nobody known for 13 weeks.
    case tooFewMembers = 1
    case tooFewRepeaters, tooShortPast
    /// The search found no maximum inside its bounds.
    case noMaximum
    /// The likelihood is flat: parameters mean nothing, predictions do.
    case notIdentified
    /// The same of the MBG/NBD that the risk of having left comes from.
    case churnNoMaximum, churnNotIdentified
    /// Too little past to test the model on the last 13 weeks.
    case noBackTest
    /// The naive forecast was better by mean error and by rank, and is used.
    case losesBackTest
    /// Too few members with a repeat purchase of value, or no maximum with q above 1: values are observed means.
    case tooFewValues, noValueMaximum
    /// Repeats and value are correlated above 0.2, against what the model of values assumes.
    case correlatedValues
}
