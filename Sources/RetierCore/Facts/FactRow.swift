/// A column of orders or events that facts read.
package enum RowColumn: String, CaseIterable, Hashable, Sendable {
    /// Of orders. `listPrice` is amount plus discount, `returned` the amount of a return as a positive number.
    case amount, discount
    case listPrice = "list_price"
    case returned, coupon, category, channel, status
    /// Of events. `value` as a number in millionths; its text is a column of its own.
    case kind, value
    case valueText = "value_text"
    case ref

    package var isOfOrders: Bool { orderOrEventCell.isOfOrders }

    /// Whether it holds numbers; the others hold texts.
    package var isNumber: Bool {
        switch self {
        case .amount, .discount, .listPrice, .returned, .value: true
        default: false
        }
    }

    /// Where a `FactRow` has it; computed columns name the cell that they start from.
    package var cell: Int { orderOrEventCell.cell }

    private var orderOrEventCell: (isOfOrders: Bool, cell: Int) {
        switch self {
        case .amount, .listPrice, .returned: (true, 0)
        case .discount: (true, 1)
        case .coupon: (true, 2)
        case .category: (true, 3)
        case .channel: (true, 4)
        case .status: (true, 5)
        case .kind: (false, 0)
        case .value: (false, 1)
        case .valueText: (false, 2)
        case .ref: (false, 3)
        }
    }
}

/// One order or event as facts see it: whole numbers, texts as numbers that stand for them.
package struct FactRow: Sendable {
    /// Seconds since 1970 UTC.
    package var at: Int64
    /// Local day.
    package var day: Int32
    /// By `RowColumn.cell`; `FactColumn.missing` where the row has no value.
    ///
    /// No vector: cells are read and written one at a time, by positions that are not known before.
    package var cells: Cells

    package typealias Cells = InlineArray<8, Int64>

    package init(at: Int64, day: Int32) {
        self.at = at
        self.day = day
        cells = Cells(repeating: FactColumn.missing)
    }

    package subscript(column: RowColumn) -> Int64 {
        get { cells[column.cell] }
        set { cells[column.cell] = newValue }
    }

    /// A number of the row, computed where it is; nil on overflow, `FactColumn.missing` where there is none.
    @inline(__always)
    func number(_ column: RowColumn) -> Int64? {
        let value = cells[column.cell]
        guard value != FactColumn.missing else { return value }
        switch column {
        case .listPrice:
            let discount = cells[RowColumn.discount.cell]
            guard discount != FactColumn.missing else { return value }
            let (sum, overflow) = value.addingReportingOverflow(discount)
            return overflow ? nil : sum
        case .returned: return -value
        default: return value
        }
    }
}
