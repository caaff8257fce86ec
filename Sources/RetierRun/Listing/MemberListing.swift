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
        "churn_risk",
    ]

    private let facts: FactTable
    private let outcome: TieringOutcome
    private let tierIDs: [String]
    private let decimals: Int
    /// Nil where nothing is predicted.
    private let predictions: PredictionTable?
    /// Members without a purchase are listed too, with empty columns where there is nothing to say.
    private let includesAll: Bool

    package init(
        facts: FactTable, outcome: TieringOutcome, ladder: TierLadder, currency: Currency,
        predictions: PredictionTable? = nil, includesAll: Bool = false
    ) {
        self.facts = facts
        self.outcome = outcome
        tierIDs = ladder.tiers.map(\.id)
        decimals = currency.decimals
        self.predictions = predictions
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
        let shown = MemberListing.columns.indices
        var table = TextTable(
            columns: shown.map {
                TextTable.Column(MemberListing.columns[$0], [0, 11, 17, 18].contains($0) ? .left : .right)
            })
        for row in 0..<facts.count where includesAll || facts.hasPurchase(row) {
            table.append(shown.map { $0 == 0 ? facts.memberIDs[row] : cell($0, of: row).text })
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

        var text: String {
            switch self {
            case .none: ""
            case .integer(let number): String(number)
            case .decimal(let number, let decimals): Money(minorUnits: number).text(decimals: decimals)
            case .text(let text): text
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
        default: return .none
        }
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
