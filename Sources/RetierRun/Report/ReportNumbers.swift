import RetierCore

/// Numbers as the report prints them: the same in every locale.
enum ReportNumbers {
    /// Digits in groups of three.
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "\u{2212}" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Grouped, with its sign in front unless it is zero.
    static func signed(_ number: Int) -> String { number > 0 ? "+" + grouped(number) : grouped(number) }

    /// A share with one decimal, rounded half up; `< 0.1%` for a trace, `–` of nothing.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let thousandths = perMille(part, of: whole)
        if thousandths == 0, part > 0 { return "< 0.1%" }
        if thousandths == 1000, part < whole { return "> 99.9%" }
        return "\(thousandths / 10).\(thousandths % 10)%"
    }

    /// Rounded half up; 0 of nothing.
    static func perMille(_ part: Int, of whole: Int) -> Int {
        whole > 0 ? (part * 1000 + whole / 2) / whole : 0
    }

    /// The difference of two shares in percentage points with one decimal and its sign.
    static func points(_ part: Int, of whole: Int, since earlierPart: Int, of earlierWhole: Int) -> String {
        let change = perMille(part, of: whole) - perMille(earlierPart, of: earlierWhole)
        let sign = change > 0 ? "+" : change < 0 ? "\u{2212}" : "±"
        return "\(sign)\(abs(change) / 10).\(abs(change) % 10)"
    }

    /// The currency's code and a grouped amount.
    static func money(_ amount: Money, _ currency: Currency) -> String {
        let text = Money(minorUnits: Int64(clamping: amount.minorUnits.magnitude)).text(decimals: currency.decimals)
        let whole = text.split(separator: ".").first.flatMap { UInt64($0) } ?? 0
        let fraction = text.split(separator: ".").dropFirst().first.map { "." + $0 } ?? ""
        return "\(amount.minorUnits < 0 ? "\u{2212}" : "")\(currency.code) \(grouped(whole))\(fraction)"
    }

    /// A rank in millionths as a percentile, `p91`: better than 91 % of the members.
    static func percentile(_ millionths: Int) -> String { "p\(millionths / 10_000)" }

    /// `2026-03-01 02:41` in the zone.
    static func moment(_ instant: Instant, in zone: ZoneRules) -> String {
        let local = instant.adding(seconds: zone.offset(at: instant)).utc
        return "\(local.day) \((local.second / 3600).padded(to: 2)):\((local.second / 60 % 60).padded(to: 2))"
    }

    /// Millionths with some decimals (at most six), rounded half up.
    static func decimals(_ millionths: Int, _ count: Int) -> String {
        let step = (count..<6).reduce(1) { product, _ in product * 10 }
        let rounded = (millionths.magnitude + UInt(step / 2)) / UInt(step)
        let unit = (0..<count).reduce(UInt(1)) { product, _ in product * 10 }
        let fraction = count > 0 ? "." + Int(rounded % unit).padded(to: count) : ""
        return (millionths < 0 ? "\u{2212}" : "") + grouped(rounded / unit) + fraction
    }
}
