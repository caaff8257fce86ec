// How a field reads its value from a member. No value is copied or allocated on the way to a comparison; inlining makes
// a condition a third faster.
extension Field {
    /// The member's values of a choice as bits (several only for tags and the kinds of transitions); nil where there is
    /// none.
    @inline(__always)
    func choices(of member: some MemberFields) -> UInt64? {
        switch self {
        case .tier: return member.hasTier ? Field.bit(member.tier) : nil
        case .rawTier: return member.hasTier ? Field.bit(member.rawTier) : nil
        case .segment: return member.segment.map { 1 << UInt64($0.rawValue) }
        case .tag: return member.tags
        case .cluster: return member.cluster > 0 ? Field.bit(member.cluster - 1) : nil
        case .incidentKind: return member.incident.flatMap { Field.bit($0.kind) }
        case .lifecycle: return 1 << UInt64(member.stage.rawValue)
        case .transitionKind:
            var bits: UInt64 = 0
            for transition in member.transitions { bits |= 1 << UInt64(transition.kind.rawValue) }
            return bits == 0 ? nil : bits
        case .transitionFrom:
            for move in member.transitions where Field.isMove(move.kind) { return move.fromTier.flatMap(Field.bit) }
            return nil
        case .transitionTo:
            for move in member.transitions where Field.isMove(move.kind) { return Field.bit(move.toTier) }
            return nil
        default: return nil
        }
    }

    /// The member's value of a flag; nil where it is unknown.
    @inline(__always)
    func flag(of member: some MemberFields) -> Bool? {
        switch self {
        case .slide: return member.transitions.contains { $0.kind == .slid }
        case .birthdayMonth:
            return member.birthday > 0 ? Int(member.birthday) / 100 == member.asOf.components.month : nil
        case .incidentOpen: return member.incident.map { $0.incident.until == nil }
        case .consent(let consent): return member.grants(consent)
        default: return nil
        }
    }

    /// The member's value of a text attribute; nil where it is absent or empty.
    func text(of member: some MemberFields) -> String? {
        guard case .attribute(let name) = self, let text = member.attribute(name), !text.isEmpty else { return nil }
        return text
    }

    /// The member's value of a number in the field's exact unit; nil where there is none.
    @inline(__always)
    func number(of member: some MemberFields) -> Int64? {
        switch self {
        case .daysSinceOrder, .recencyDays: member.lastPurchase.map { Int64(member.asOf.days(since: $0)) }
        case .daysSinceJoined: Int64(member.asOf.days(since: member.joined))
        case .daysInTier: member.hasTier ? Int64(member.asOf.days(since: member.tierSince)) : nil
        case .yearsInProgramme: Int64(member.joined.fullYears(until: member.asOf))
        case .frequencyDays: Int64(member.windowDays)
        case .orders: Int64(member.windowOrders)
        case .monetaryTotal: member.windowTotal.minorUnits
        case .averageOrderValue: Field.quotient(member.windowTotal.minorUnits, Int64(member.windowOrders))
        case .couponShare: Field.quotient(Int64(member.windowCouponOrders) * 1_000_000, Int64(member.windowOrders))
        case .recencyScore: member.recencyScore > 0 ? Int64(member.recencyScore) : nil
        case .frequencyScore: member.frequencyScore > 0 ? Int64(member.frequencyScore) : nil
        case .monetaryScore: member.monetaryScore > 0 ? Int64(member.monetaryScore) : nil
        case .score: Int64(member.score)
        case .rank(let dimension):
            member.rank(in: dimension) < 0 ? nil : Int64(member.rank(in: dimension))
        case .gapToNextTier: member.change(of: .spend, reachesNext: true)
        case .purchasesToNextTier: member.change(of: .purchases, reachesNext: true)
        case .daysToNextTier: member.change(of: .days, reachesNext: true).map { -$0 }
        case .spendToLoseTier: member.change(of: .spend, reachesNext: false).map { -$0 }
        case .purchasesToLoseTier: member.change(of: .purchases, reachesNext: false).map { -$0 }
        case .daysToLoseTier: member.change(of: .days, reachesNext: false)
        case .birthdayInDays: member.asOf.days(toMonthDay: member.birthday).map { Int64($0) }
        case .anniversaryInDays: Int64(member.asOf.days(toAnniversaryOf: member.joined))
        case .incidentHours: member.incident?.incident.startedHours.map { Int64($0) }
        case .fact(let fact): Field.further(fact, of: member)
        case .prediction(let prediction): member.prediction(prediction)
        case .attribute(let name): member.attribute(name).flatMap { Decimal6.parse($0) }
        default: nil
        }
    }

    private static func further(_ fact: FactReference, of member: some MemberFields) -> Int64? {
        let value = member.furtherFact(at: fact.position)
        return value == FactColumn.missing ? nil : value
    }

    private static func bit(_ position: Int) -> UInt64? { (0..<64).contains(position) ? 1 << UInt64(position) : nil }

    private static func isMove(_ kind: Transition.Kind) -> Bool {
        kind == .enrolled || kind == .promoted || kind == .demoted
    }

    /// Rounded half away from zero; nil where nothing is divided.
    private static func quotient(_ dividend: Int64, _ divisor: Int64) -> Int64? {
        guard divisor > 0 else { return nil }
        let (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        return abs(rest) * 2 >= divisor ? whole + rest.signum() : whole
    }
}

extension Field {
    /// The member's value as people write it (`core`, `42`, `230.00`, `81.25`, `30%`); nil where there is none.
    package func valueText(of member: MemberSnapshot, in vocabulary: FieldVocabulary) -> String? {
        valueText(of: member, as: kind, in: vocabulary)
    }

    /// The same where the field's kind is known already.
    package func valueText(of member: MemberSnapshot, as kind: Kind, in vocabulary: FieldVocabulary) -> String? {
        switch kind {
        case .choice(let choice):
            guard let bits = choices(of: member) else { return nil }
            let names = vocabulary.names(of: choice)
            if bits.nonzeroBitCount == 1 {
                return names.indices.contains(bits.trailingZeroBitCount) ? names[bits.trailingZeroBitCount] : nil
            }
            let chosen = names.indices.filter { bits & (1 << UInt64($0)) != 0 }
            return chosen.isEmpty ? nil : chosen.map { names[$0] }.joined(separator: ",")
        case .flag: return flag(of: member).map { $0 ? "true" : "false" }
        case .attribute: return text(of: member)
        case .number(let unit):
            return number(of: member).map { Field.text($0, unit: unit, moneyDecimals: vocabulary.moneyDecimals) }
        }
    }

    /// A number in its exact unit as people write it.
    package static func text(_ value: Int64, unit: Unit, moneyDecimals: Int) -> String {
        switch unit {
        case .days, .count, .years: String(value)
        case .money: Money(minorUnits: value).text(decimals: moneyDecimals)
        case .points: Decimal6.text(value * 100)
        case .share: Decimal6.text(value * 100) + "%"
        case .decimal: Decimal6.text(value)
        }
    }
}

/// Exact decimal numbers in millionths.
package enum Decimal6 {
    /// Parses plain decimal text with at most six decimals and twelve digits before them; anything else gives nil.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        var value: Int64 = 0
        var decimals = -1
        var digits = 0
        var isNegative = false
        for (position, byte) in text.utf8.enumerated() {
            switch byte {
            case 0x2D where position == 0: isNegative = true
            case 0x2E where decimals < 0 && digits > 0: decimals = 0
            case 0x30...0x39:
                guard digits < 18, decimals < 6, decimals >= 0 || digits < 12 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
                digits += 1
                if decimals >= 0 { decimals += 1 }
            default: return nil
            }
        }
        guard digits > 0, decimals != 0 else { return nil }
        for _ in max(decimals, 0)..<6 { value *= 10 }
        return isNegative ? -value : value
    }

    /// The shortest decimal text: `81.25`, `30`, `-0.5`.
    package static func text(_ millionths: Int64) -> String {
        let whole = millionths.magnitude / 1_000_000
        var text = (millionths < 0 ? "-" : "") + String(whole)
        let rest = millionths.magnitude % 1_000_000
        guard rest > 0 else { return text }
        var decimals = rest.padded(to: 6)
        while decimals.last == "0" { decimals.removeLast() }
        text += "." + decimals
        return text
    }
}

extension Day {
    /// Days until the next day with this month and day (`month * 100 + day`), 0 today; nil for 0.
    ///
    /// 29 February is kept on 28 February in common years.
    func days(toMonthDay monthDay: Int16) -> Int? {
        guard monthDay > 0 else { return nil }
        let year = components.year
        for candidate in [year, year + 1].lazy {
            let length = Day.length(ofMonth: Int(monthDay) / 100, year: candidate)
            guard
                let day = Day(year: candidate, month: Int(monthDay) / 100, day: min(Int(monthDay) % 100, length))
            else { return nil }
            if day >= self { return day.days(since: self) }
        }
        return nil
    }

    /// Days until the next anniversary of `start`, 0 on the day; `start` itself is no anniversary.
    func days(toAnniversaryOf start: Day) -> Int {
        var years = max(components.year - start.components.year, 1)
        if start.adding(months: years * 12) < self { years += 1 }
        return start.adding(months: years * 12).days(since: self)
    }

    /// Full years from this day to a later one; an anniversary on 29 February falls on 28 February in common years.
    package func fullYears(until later: Day) -> Int {
        let years = later.components.year - components.year
        return max(adding(months: years * 12) > later ? years - 1 : years, 0)
    }
}
