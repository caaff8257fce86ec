package import RetierCore

/// The rows of `retier members`: facts, scores, segment, tier and lifecycle of every member.
package struct MemberListing {
    package enum Format: String, CaseIterable, Sendable { case table, csv, json }

    /// The columns of the contract, in order.
    ///
    /// `frequency`, `recency_w`, `T_w` and `monetary` describe all purchases (the vocabulary of customer lifetime
    /// value), `f_days` and `m_total` those of the window (that of RFM).
    package static let columns = [
        "member_id", "r_days", "f_days", "m_total", "frequency", "recency_w", "T_w", "monetary", "r_score", "f_score",
        "m_score", "segment8", "p_alive", "exp_purchases_13w", "exp_avg_value", "clv_13w", "score", "tier", "lifecycle",
        "churn_risk", "gap_to_next_tier", "purchases_to_next_tier", "days_to_next_tier", "spend_to_lose_tier",
        "purchases_to_lose_tier", "days_to_lose_tier", "cluster", "cluster_name",
    ]

    /// What a terminal of 120 columns has room for: the name above, the columns it shows and with how many decimals.
    private static let shown: [(title: String, columns: [String], decimals: Int)] = [
        ("member_id", ["member_id"], 0), ("tier", ["tier"], 0), ("lifecycle", ["lifecycle"], 0),
        ("score", ["score"], 2),
        ("rfm", ["r_score", "f_score", "m_score"], 0), ("segment8", ["segment8"], 0), ("r_days", ["r_days"], 0),
        ("m_total", ["m_total"], 2), ("p_alive", ["p_alive"], 2), ("churn", ["churn_risk"], 2),
        ("clv_13w", ["clv_13w"], 2), ("to_next", ["gap_to_next_tier"], 2), ("to_lose", ["spend_to_lose_tier"], 2),
    ]

    private let facts: FactTable
    private let outcome: TieringOutcome
    private let tierIDs: [String]
    private let decimals: Int
    /// Nil where nothing is predicted.
    private let predictions: PredictionTable?
    /// Nil where members are not clustered.
    private let clusters: ClusterTable?
    private let clusterNames: [String]
    /// Members without a purchase are listed too, with empty columns where there is nothing to say.
    private let includesAll: Bool

    package init(
        facts: FactTable, outcome: TieringOutcome, ladder: TierLadder, currency: Currency,
        predictions: PredictionTable? = nil, clusters: ClusterTable? = nil, language: Language = .chinese,
        includesAll: Bool = false
    ) {
        self.facts = facts
        self.outcome = outcome
        tierIDs = ladder.tiers.map(\.id)
        decimals = currency.decimals
        self.predictions = predictions
        self.clusters = clusters
        clusterNames = clusters?.summaries.map { $0.name(language) } ?? []
        self.includesAll = includesAll
    }

    /// Writes the listing block by block.
    package func write(_ format: Format, to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        switch format {
        case .csv: try writeCSV(to: sink)
        case .json: try writeJSON(to: sink)
        case .table:
            let text = table()
            try Array(text.utf8).withUnsafeBytes { try sink($0) }
        }
    }

    private func writeCSV(to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        var writer = ByteWriter(sink: sink)
        writer.append(MemberListing.columns.joined(separator: ",") + "\n")
        for row in 0..<facts.count where includesAll || facts.hasPurchase(row) {
            facts.memberIDs.withUTF8(at: row) { writer.append(csv: $0) }
            for index in 1..<MemberListing.columns.count {
                writer.append(byte: 0x2C)
                append(cell(index, of: row), to: &writer)
            }
            writer.append(byte: 0x0A)
            try writer.flushIfFull()
        }
        try writer.flush()
    }

    private func writeJSON(to sink: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        var writer = ByteWriter(sink: sink)
        let keys = MemberListing.columns.map { ",\"\($0)\":" }
        writer.append("{\"format_version\":1,\"as_of\":\"\(facts.asOf)\",\"members\":[")
        var isFirst = true
        for row in 0..<facts.count where includesAll || facts.hasPurchase(row) {
            writer.append((isFirst ? "\n{\"member_id\":" : ",\n{\"member_id\":") as StaticString)
            isFirst = false
            facts.memberIDs.withUTF8(at: row) { writer.append(json: $0) }
            for index in 1..<MemberListing.columns.count {
                writer.append(keys[index])
                append(json: cell(index, of: row), to: &writer)
            }
            writer.append(byte: 0x7D)
            try writer.flushIfFull()
        }
        writer.append("\n]}\n" as StaticString)
        try writer.flush()
    }

    private func table() -> String {
        let shown = MemberListing.shown + (clusters == nil ? [] : [("cluster", ["cluster"], 0)])
        let columns = shown.map { shown in
            (
                places: shown.columns.compactMap { MemberListing.columns.firstIndex(of: $0) },
                decimals: min(shown.decimals, decimals == 0 && shown.columns[0].contains("_t") ? 0 : shown.decimals)
            )
        }
        var table = TextTable(
            columns: shown.map {
                let isText = ["member_id", "tier", "lifecycle", "segment8"].contains($0.title)
                return TextTable.Column($0.title, isText ? .left : .right)
            })
        for row in 0..<facts.count where includesAll || facts.hasPurchase(row) {
            table.append(
                columns.map { column in
                    column.places.map { place in
                        place == 0 ? facts.memberIDs[row] : cell(place, of: row).text(decimals: column.decimals)
                    }.joined()
                })
        }
        return table.text()
    }

    private func append(_ cell: Cell, to writer: inout ByteWriter) {
        switch cell {
        case .none: break
        case .integer(let number): writer.append(number)
        case .decimal(let number, let decimals): writer.append(number, decimals: decimals)
        case .text(let text):
            var text = text
            text.withUTF8 { writer.append(csv: $0) }
        }
    }

    private func append(json cell: Cell, to writer: inout ByteWriter) {
        switch cell {
        case .none: writer.append("null" as StaticString)
        case .text(let text):
            var text = text
            text.withUTF8 { writer.append(json: $0) }
        default: append(cell, to: &writer)
        }
    }
}

extension MemberListing {
    /// One value of the listing, still exact.
    fileprivate enum Cell {
        case none
        case integer(Int64)
        /// A number of units of 10^-decimals.
        case decimal(Int64, decimals: Int)
        case text(String)

        /// Rounded half away from zero to at most so many decimals.
        func text(decimals most: Int) -> String {
            switch self {
            case .none: return ""
            case .integer(let number): return String(number)
            case .decimal(let number, let decimals):
                let unit = (min(most, decimals)..<decimals).reduce(Int64(1)) { product, _ in product * 10 }
                let (whole, rest) = number.quotientAndRemainder(dividingBy: unit)
                let rounded = 2 * rest.magnitude >= unit.magnitude && unit > 1 ? whole + number.signum() : whole
                return Money(minorUnits: rounded).text(decimals: min(most, decimals))
            case .text(let text): return text
            }
        }
    }

    /// The value of a column (position in `columns`) of a row.
    fileprivate func cell(_ column: Int, of row: Int) -> Cell {
        let hasPurchase = facts.hasPurchase(row)
        switch column {
        case 2: return .integer(Int64(facts.windowDays[row]))
        case 3: return .decimal(facts.windowTotal[row], decimals: decimals)
        case 4: return .integer(Int64(max(facts.purchaseDays[row] - 1, 0)))
        case 17:
            let tier = outcome.standing.tier[row]
            return Int(tier) < tierIDs.count ? .text(tierIDs[Int(tier)]) : .none
        case 18: return .text(MemberListing.stageNames[Int(outcome.standing.stage[row])])
        case 20: return distance("m_total", of: row, rises: true).map { .decimal($0, decimals: decimals) } ?? .none
        case 21: return distance("f_days", of: row, rises: true).map { .integer($0) } ?? .none
        case 22: return distance("r_days", of: row, rises: true).map { .integer(-$0) } ?? .none
        case 23: return distance("m_total", of: row, rises: false).map { .decimal(-$0, decimals: decimals) } ?? .none
        case 24: return distance("f_days", of: row, rises: false).map { .integer(-$0) } ?? .none
        case 25: return distance("r_days", of: row, rises: false).map { .integer($0) } ?? .none
        case _ where !hasPurchase: return .none
        case 1: return .integer(Int64(facts.daysSincePurchase(row)))
        case 5: return weeks(Int(facts.lastPurchase[row] - facts.firstPurchase[row]))
        case 6: return weeks(Int(facts.asOf.number - facts.firstPurchase[row]))
        case 7: return .decimal(monetaryMillionths(row), decimals: 6)
        case 8: return .integer(Int64(outcome.scoring.table.recency[row]))
        case 9: return .integer(Int64(outcome.scoring.table.frequency[row]))
        case 10: return .integer(Int64(outcome.scoring.table.monetary[row]))
        case 11: return .text(MemberListing.segmentNames[Int(outcome.scoring.table.segment[row])])
        case 12: return prediction(.alive, of: row, decimals: 6)
        case 13: return prediction(.purchases, of: row, decimals: 9)
        case 14: return prediction(.averageValue, of: row, decimals: 6)
        case 15: return prediction(.value, of: row, decimals: 6)
        case 16: return .decimal(Int64(outcome.scoring.table.composite[row]), decimals: 4)
        case 19: return prediction(.churnRisk, of: row, decimals: 6)
        case 26: return cluster(of: row).map { .integer(Int64($0 + 1)) } ?? .none
        case 27: return cluster(of: row).map { .text(clusterNames[$0]) } ?? .none
        default: return .none
        }
    }

    /// The change of a number that reaches the next tier, or falls below the line that keeps the present one; nil where
    /// there is none.
    private func distance(_ measure: String, of row: Int, rises: Bool) -> Int64? {
        let held = outcome.standing.heldTier(row)
        guard rises else {
            guard let held, held < tierIDs.count - 1 else { return nil }
            return outcome.distance.change(of: measure, tier: held, row: row, rises: false)
        }
        let tier = held ?? tierIDs.count - 1
        return tier > 0 ? outcome.distance.change(of: measure, tier: tier - 1, row: row, rises: true) : nil
    }

    private func cluster(of row: Int) -> Int? {
        guard let cluster = clusters?.clusters[row], cluster != ClusterTable.none else { return nil }
        return Int(cluster)
    }

    private func prediction(_ prediction: Prediction, of row: Int, decimals: Int) -> Cell {
        guard let value = predictions?[prediction][row], value != PredictionTable.missing else { return .none }
        return .decimal(value, decimals: decimals)
    }

    private static let stageNames = LifecycleStage.allCases.map(\.name)
    private static let segmentNames = Segment8.allCases.map(\.name)

    /// Days / 7 in millionths, rounded to the nearest (a seventh is never half way).
    private func weeks(_ days: Int) -> Cell { .decimal(Int64((days * 2_000_000 + 7) / 14), decimals: 6) }

    /// The mean of the repeat purchase days in millionths of the currency's unit, rounded half up; 0 without one.
    private func monetaryMillionths(_ row: Int) -> Int64 {
        let days = Int128(facts.purchaseDays[row] - 1)
        guard days > 0 else { return 0 }
        var scaled = Int128(facts.repeatTotal[row])
        for _ in decimals..<max(6, decimals) { scaled *= 10 }
        return Int64(clamping: (2 * scaled + days) / (2 * days))
    }
}
