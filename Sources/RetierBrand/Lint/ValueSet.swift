import RetierCore

/// The values of one field that a conjunction of clauses still allows.
struct ValueSet: Hashable {
    /// Choices, flags (bit 0 false, bit 1 true): what is still possible.
    private var bits = UInt64.max
    /// For fields with several values at once: each mask must be met, `forbidden` must not.
    private var wanted: [UInt64] = []
    private var forbidden: UInt64 = 0
    private var low = Int64.min
    private var high = Int64.max
    private var allowedNumbers: Set<Int64>?
    private var excludedNumbers: Set<Int64> = []
    private var allowedTexts: Set<String>?
    private var excludedTexts: Set<String> = []

    /// Whether no value is left.
    var isEmpty: Bool {
        bits == 0 || low > high || allowedTexts?.isEmpty == true || wanted.contains { $0 & ~forbidden == 0 }
            || numbers?.isEmpty == true || (low == high && excludedNumbers.contains(low))
    }

    /// The numbers that are left, where they are few enough to name.
    private var numbers: Set<Int64>? {
        allowedNumbers.map { allowed in allowed.filter { $0 >= low && $0 <= high && !excludedNumbers.contains($0) } }
    }

    /// Narrows the set to what a predicate allows.
    mutating func restrict(_ predicate: Predicate) {
        switch predicate.operand {
        case .choices(let mask):
            if predicate.field == .transitionKind || predicate.field == .tag {
                if predicate.comparison == .isIn { wanted.append(mask) } else { forbidden |= mask }
            } else {
                bits &= predicate.comparison == .isIn ? mask : ~mask
            }
        case .flag(let value): bits &= (predicate.comparison == .notEqual) == value ? 1 : 2
        case .number(let value): restrict(predicate.comparison, value)
        case .numbers(let values):
            if predicate.comparison == .isIn {
                allowedNumbers = allowedNumbers?.intersection(values) ?? Set(values)
            } else {
                excludedNumbers.formUnion(values)
            }
        case .text(let value): restrict([value], isAllowed: predicate.comparison == .equal)
        case .texts(let values): restrict(values, isAllowed: predicate.comparison == .isIn)
        }
    }

    private mutating func restrict(_ values: [String], isAllowed: Bool) {
        if isAllowed {
            allowedTexts = (allowedTexts?.intersection(values) ?? Set(values)).subtracting(excludedTexts)
        } else {
            excludedTexts.formUnion(values)
            allowedTexts?.subtract(values)
        }
    }

    private mutating func restrict(_ comparison: Predicate.Comparison, _ value: Int64) {
        switch comparison {
        case .less: high = min(high, value - 1)
        case .lessOrEqual: high = min(high, value)
        case .greater: low = max(low, value + 1)
        case .greaterOrEqual: low = max(low, value)
        case .equal, .isIn:
            low = max(low, value)
            high = min(high, value)
        case .notEqual, .isNotIn: excludedNumbers.insert(value)
        }
    }

    /// Whether every value that is left satisfies a predicate; false where that cannot be told.
    func satisfies(_ predicate: Predicate) -> Bool {
        var narrowed = self
        narrowed.restrict(predicate)
        return narrowed.canonical == canonical
    }

    /// The same set in one form, so that equal sets are equal values.
    private var canonical: ValueSet {
        var copy = self
        if let numbers {
            copy.allowedNumbers = numbers
            (copy.low, copy.high, copy.excludedNumbers) = (.min, .max, [])
        } else {
            copy.excludedNumbers = excludedNumbers.filter { $0 >= low && $0 <= high }
        }
        if allowedTexts != nil { copy.excludedTexts = [] }
        // A wanted mask that another one implies adds nothing.
        let masks = Set(wanted.map { $0 & ~forbidden })
        copy.wanted = masks.filter { mask in !masks.contains { $0 != mask && $0 & ~mask == 0 } }.sorted()
        return copy
    }
}
