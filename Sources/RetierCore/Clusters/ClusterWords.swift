extension ClusterFact {
    /// A column with the words that people have for its two ends; `title` stands in where there are none.
    package static func standard(
        _ name: String, unit: Field.Unit, title: LocalizedText, decimals: Int
    ) -> ClusterFact {
        let scale = unit.isLongTailed ? Scale.logarithm(unit: unit.one(decimals: decimals)) : .linear
        if name.hasPrefix(rankPrefix) {
            let rank = LocalizedText(zh: title.chinese + "排名", en: title.english + " rank")
            return ClusterFact(
                name: name, unit: unit, title: rank, scale: scale,
                high: LocalizedText(zh: title.chinese + "靠前", en: "top " + title.english),
                low: LocalizedText(zh: title.chinese + "靠后", en: "low " + title.english))
        }
        guard let words = words[name] else {
            return ClusterFact(name: name, unit: unit, title: title, scale: scale)
        }
        return ClusterFact(
            name: name, unit: unit, title: words[0], scale: scale, high: words[1], low: words[2])
    }

    private static func words(
        _ title: (String, String), high: (String, String), low: (String, String)
    ) -> [LocalizedText] {
        [title, high, low].map { LocalizedText(zh: $0.0, en: $0.1) }
    }

    /// Title, high and low of the columns that brands cluster by most.
    private static let words: [String: [LocalizedText]] = [
        "m_total": words(("消费", "spend"), high: ("高消费", "high spend"), low: ("低消费", "low spend")),
        "avg_order_value": words(
            ("客单价", "basket"), high: ("高客单", "large baskets"), low: ("低客单", "small baskets")),
        "f_days": words(("频次", "frequency"), high: ("高频", "frequent"), low: ("低频", "infrequent")),
        "orders": words(("订单数", "orders"), high: ("多单", "many orders"), low: ("少单", "few orders")),
        "r_days": recency, "days_since_order": recency,
        "days_since_joined": words(
            ("入会时长", "tenure"), high: ("老会员", "long-standing"), low: ("新会员", "newly joined")),
        "coupon_share": words(
            ("用券占比", "coupon share"), high: ("价格敏感", "price-sensitive"), low: ("少用券", "rarely uses coupons")),
        "full_price_share": words(
            ("全价占比", "full-price share"), high: ("全价购买", "pays full price"), low: ("爱折扣", "buys discounted")),
        "discount_depth": words(
            ("优惠力度", "discount depth"), high: ("折扣依赖", "discount-driven"), low: ("少折扣", "little discount")),
        "return_share": words(
            ("退货占比", "return share"), high: ("高退货", "returns much"), low: ("少退货", "returns little")),
        "purchase_cycle": words(
            ("复购周期", "purchase cycle"), high: ("复购慢", "slow cycle"), low: ("复购快", "fast cycle")),
        "spend_trend": words(
            ("消费趋势", "spend trend"), high: ("消费上升", "rising spend"), low: ("消费下滑", "falling spend")),
        "categories": words(
            ("品类数", "categories"), high: ("多品类", "many categories"), low: ("少品类", "few categories")),
        "visits": words(("到访", "visits"), high: ("常到访", "visits often"), low: ("少到访", "rarely visits")),
        "logins": words(("登录", "logins"), high: ("常登录", "logs in often"), low: ("少登录", "rarely logs in")),
        "interactions": words(
            ("互动", "interactions"), high: ("高互动", "interactive"), low: ("少互动", "rarely interacts")),
        "referrals": words(
            ("推荐", "referrals"), high: ("爱推荐", "refers others"), low: ("少推荐", "rarely refers")),
        "shares": words(("分享", "shares"), high: ("爱分享", "shares often"), low: ("少分享", "rarely shares")),
        "complaints": words(
            ("投诉", "complaints"), high: ("多投诉", "complains"), low: ("少投诉", "rarely complains")),
        "p_alive": words(("存活率", "activity"), high: ("仍活跃", "still there"), low: ("或已流失", "may have left")),
        "churn_risk": words(("流失风险", "churn risk"), high: ("高流失风险", "at risk"), low: ("稳定", "safe")),
        "exp_purchases_13w": words(
            ("预计购买", "expected purchases"), high: ("将常购", "will buy often"), low: ("将少购", "will buy little")),
        "clv_13w": words(
            ("预测价值", "predicted value"), high: ("高潜力", "high potential"), low: ("低潜力", "low potential")),
    ]

    private static let recency = words(
        ("距上次消费", "silence"), high: ("久未消费", "long silent"), low: ("近期活跃", "recent"))
}
