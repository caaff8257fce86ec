extension Verdict {
    /// Evidence as what its texts are made of: one fact, or several that many verdicts share.
    ///
    /// A run holds millions of verdicts, and what a budget, a cap or a playbook says is the same for thousands of
    /// them. So a ground is 16 bytes, and becomes text where a row is written or shown.
    package enum Ground: Hashable, Sendable {
        /// In their order; one array for all who say the same.
        case facts([Evidence])
        case day(Day, as: Key)
        case moment(Instant, as: Key)
        /// A whole number of units of which 10^`decimals` make one of those that are written.
        case number(Int64, decimals: UInt8 = 0, as: Key)

        /// What a day, a moment or a number is called; the raw values are stable.
        package enum Key: String, Sendable {
            /// What the member is worth to budgets, and how many get an action for one who responds.
            case predicted = "clv_13w"
            case score
            case response = "response_bp"
            /// Expected value for each unit of a budget, and how many it had to look at before.
            case valuePerCost = "value_per_cost"
            case place
            /// The days of an earlier entry and of the first that may follow.
            case entered
            case againFrom = "again_from"
            /// When something began or was due, and the last day on which it may leave.
            case since, due
            case notAfter = "not_after"
            case withdrawnAt = "withdrawn_at"
            case factAt = "fact_at"
            case level
        }
    }

    /// A fact as people and programmes read it.
    package struct Evidence: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The machine-readable facts behind the reason, in a fixed order: which cap, which sends counted, which playbook
    /// won.
    package var evidence: [Evidence] {
        var evidence: [Evidence] = []
        for ground in grounds {
            switch ground {
            case .facts(let facts): evidence += facts
            case .day(let day, let key): evidence.append(Evidence(key.rawValue, day.description))
            case .moment(let moment, let key): evidence.append(Evidence(key.rawValue, moment.description))
            case .number(let number, let decimals, let key):
                let text = Money(minorUnits: number).text(decimals: Int(decimals))
                evidence.append(Evidence(key.rawValue, text))
            }
        }
        return evidence
    }
}

extension Verdict.Ground {
    /// A single fact that is text already.
    static func fact(_ key: String, _ value: String) -> Verdict.Ground { .facts([Verdict.Evidence(key, value)]) }
}
