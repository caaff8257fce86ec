/// How people write the numbers that tiers and dimensions read.
package struct MeasureText: Sendable {
    private let facts: FactCatalogue
    private let currency: Currency

    package init(facts: FactCatalogue = .standard, currency: Currency = Currency(code: "CNY")) {
        self.facts = facts
        self.currency = currency
    }

    /// The title of a number; its name in conditions where it has none.
    package func title(of name: String) -> LocalizedText { MeasureText.titles[name] ?? LocalizedText(name) }

    /// A value with its unit, such as `CNY 230.00`, `3`, `12 days` or `20%`.
    package func value(_ value: Int64, of name: String) -> LocalizedText {
        let text = plain(value, of: name)
        switch unit(of: name) {
        case .money: return LocalizedText("\(currency.code) \(text)")
        case .days: return LocalizedText(zh: "\(text) 天", en: text == "1" ? "1 day" : "\(text) days")
        case .years: return LocalizedText(zh: "\(text) 年", en: text == "1" ? "1 year" : "\(text) years")
        default: return LocalizedText(text)
        }
    }

    /// A value without its unit, such as `230.00`, `3` or `20%`.
    package func plain(_ value: Int64, of name: String) -> String {
        let unit = unit(of: name)
        return Field.text(inField(value, of: name, unit), unit: unit, moneyDecimals: currency.decimals)
    }

    /// A change of a number as a part of a sentence: `CNY 230.00 more spend`, `2 purchase days fewer`.
    package func change(_ change: Int64, of name: String) -> LocalizedText {
        let isMore = change > 0
        let title = title(of: name)
        let size = value(Int64(clamping: change.magnitude), of: name)
        switch (name, unit(of: name)) {
        case ("m_total", _):
            return LocalizedText(
                zh: "消费金额\(isMore ? "增加" : "减少") \(size.chinese)",
                en: "\(size.english) \(isMore ? "more" : "less") spend")
        case ("r_days", _), ("days_since_order", _):
            return isMore
                ? LocalizedText(zh: "再过 \(size.chinese)不消费", en: "\(size.english) more without a purchase")
                : LocalizedText(zh: "最近一次消费近 \(size.chinese)", en: "a last purchase \(size.english) more recent")
        case (_, .count):
            let isOne = change.magnitude == 1 && title.english.hasSuffix("s")
            let noun = isOne ? String(title.english.dropLast()) : title.english
            return LocalizedText(
                zh: "\(title.chinese)\(isMore ? "增加" : "减少") \(size.chinese)",
                en: "\(size.english) \(isMore ? "more" : "fewer") \(noun)")
        default:
            return LocalizedText(
                zh: "\(title.chinese)\(isMore ? "增加" : "减少") \(size.chinese)",
                en: "\(title.english) \(isMore ? "up" : "down") by \(size.english)")
        }
    }

    /// The unit of a number in conditions; a count where nobody knows it.
    package func unit(of name: String) -> Field.Unit {
        if let fact = facts.reference(named: name) { return fact.unit }
        if case .number(let unit)? = FieldCatalogue.definition(named: name)?.kind { return unit }
        return .count
    }

    /// What people count a number in: one unit of the currency, a day, one percent.
    package func grain(of name: String) -> Int64 {
        func power(_ digits: Int) -> Int64 { (0..<digits).reduce(1) { product, _ in product * 10 } }
        switch (Prediction.allCases.first { $0.name == name }, unit(of: name)) {
        case (.purchases, _): return power(9)
        case (.averageValue, _), (.value, _), (_, .decimal), (_, .points): return power(6)
        case (_, .money): return power(currency.decimals)
        case (_, .share): return power(4)
        case (_, .days), (_, .count), (_, .years): return 1
        }
    }

    /// A value in the unit that conditions use, away from 0 where it is between two: predictions are ranked as finely
    /// as they are known.
    private func inField(_ value: Int64, of name: String, _ unit: Field.Unit) -> Int64 {
        let digits: Int
        switch Prediction.allCases.first(where: { $0.name == name }) {
        case nil, .alive, .churnRisk: return value
        case .purchases: digits = 3
        case .averageValue, .value: digits = max(6 - currency.decimals, 0)
        }
        let divisor = (0..<digits).reduce(Int64(1)) { product, _ in product * 10 }
        let (whole, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return whole + rest.signum()
    }

    private static let titles = [
        "m_total": LocalizedText(zh: "消费金额", en: "spend"),
        "f_days": LocalizedText(zh: "购买天数", en: "purchase days"),
        "r_days": LocalizedText(zh: "最近消费", en: "recency"),
        "days_since_order": LocalizedText(zh: "最近消费", en: "recency"),
        "orders": LocalizedText(zh: "订单数", en: "orders"),
        "full_price_orders": LocalizedText(zh: "正价订单", en: "full-price orders"),
        "coupon_orders": LocalizedText(zh: "用券订单", en: "coupon orders"),
        "coupon_share": LocalizedText(zh: "用券占比", en: "share of orders with a coupon"),
        "full_price_share": LocalizedText(zh: "正价占比", en: "share of orders at full price"),
        "avg_order_value": LocalizedText(zh: "客单价", en: "value of an order"),
        "days_since_joined": LocalizedText(zh: "入会天数", en: "time since joining"),
        "days_since_first_order": LocalizedText(zh: "首购至今", en: "time since the first purchase"),
        "cycle_variation": LocalizedText(zh: "购买间隔波动", en: "variation of purchase intervals"),
        "days_since_visit": LocalizedText(zh: "距上次到访", en: "time since the last visit"),
        "days_since_login": LocalizedText(zh: "距上次登录", en: "time since the last login"),
        "visits": LocalizedText(zh: "到访次数", en: "visits"),
        "logins": LocalizedText(zh: "登录次数", en: "logins"),
        "interactions": LocalizedText(zh: "互动次数", en: "interactions"),
        "referrals": LocalizedText(zh: "推荐人数", en: "referrals"),
        "shares": LocalizedText(zh: "分享次数", en: "shares"),
        "user_content": LocalizedText(zh: "原创内容", en: "posts"),
        "p_alive": LocalizedText(zh: "存续概率", en: "probability to buy again"),
        "churn_risk": LocalizedText(zh: "流失风险", en: "churn risk"),
        "exp_purchases_13w": LocalizedText(zh: "13 周预计购买天数", en: "purchase days expected in 13 weeks"),
        "exp_avg_value": LocalizedText(zh: "预计每购买日金额", en: "value expected of a purchase day"),
        "clv_13w": LocalizedText(zh: "13 周预测价值", en: "value predicted for 13 weeks"),
    ]
}
