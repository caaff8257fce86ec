// The facts that every programme has besides the columns of `FactTable`. "In the window" is the programme's window.
extension FactCatalogue {
    static func builtIn(_ kinds: EventKinds) -> [FactDefinition] {
        spending + rhythm + prices + returned + variety + conduct(kinds) + influence(kinds) + voice(kinds)
    }

    private static func define(
        _ name: String, _ unit: Field.Unit, _ recipe: FactRecipe, zh chinese: String, en english: String
    ) -> FactDefinition {
        FactDefinition(name, unit, recipe, description: LocalizedText(zh: chinese, en: english))
    }

    private static let purchases = FactRows(.purchases)
    private static let allPurchases = FactRows(.purchases, .everything, .everything)

    private static let spending = [
        define(
            "purchase_total", .money, .value(FactTerm(.sum(.amount), of: purchases)), zh: "窗口内购买总额，不减退货",
            en: "sum of the purchases in the window, returns not taken off"),
        define(
            "largest_order", .money, .value(FactTerm(.largest(.amount), of: purchases)),
            zh: "窗口内最大一单；无购买则缺失", en: "largest purchase in the window; missing without one"),
        define(
            "lifetime_orders", .count, .value(FactTerm(.count, of: allPurchases)), zh: "历史购买单数",
            en: "purchases ever"),
        define(
            "lifetime_total", .money,
            .value(FactTerm(.sum(.amount), of: FactRows(.orders, .everything, .everything))),
            zh: "历史消费总额，已减退货", en: "sum of all amounts ever, returns taken off"),
        define(
            "spend_trend", .share,
            .ratio(
                FactTerm(.sum(.amount), of: FactRows(.purchases, .everything, .period(CalendarPeriod(months: 3)))),
                FactTerm(.sum(.amount), of: FactRows(.purchases, .everything, .period(CalendarPeriod(months: 6)))),
                scale: FactRecipe.shareScale),
            zh: "近 3 个月购买额占近 6 个月的比例，50% 为持平；近 6 个月无购买额则缺失",
            en: "purchases of the last 3 months as a share of the last 6, steady at 50%; missing without any"),
    ]

    private static let rhythm = [
        define(
            "days_since_first_order", .days, .value(FactTerm(.daysSinceFirst, of: allPurchases)),
            zh: "距首次购买的天数；无购买则缺失", en: "days since the first purchase; missing without one"),
        define(
            "purchase_cycle", .days, .value(FactTerm(.cycle, of: allPurchases)),
            zh: "自身复购周期：历史购买日间隔均值；不足 3 个购买日则缺失",
            en: "the member's own repurchase cycle: mean interval between purchase days ever; missing below 3 days"),
        define(
            "cycle_variation", .decimal, .value(FactTerm(.variation, of: allPurchases)),
            zh: "购买间隔的变异系数，0 最规律；不足 3 个购买日则缺失",
            en: "coefficient of variation of those intervals, 0 for a clockwork; missing below 3 purchase days"),
        define(
            "overdue_ratio", .decimal, .value(FactTerm(.overdue, of: allPurchases)),
            zh: "距上次购买的天数除以自身复购周期，大于 1 即逾期；不足 3 个购买日则缺失",
            en: "days since the last purchase in own cycles, above 1 is overdue; missing below 3 purchase days"),
    ]

    private static let prices = [
        define(
            "full_price_share", .share,
            .ratio(
                FactTerm(.count, of: FactRows(.purchases, .not(.discounted))), FactTerm(.count, of: purchases),
                scale: FactRecipe.shareScale),
            zh: "窗口内无券无折扣购买单数占比；无购买则缺失",
            en: "share of the purchases in the window without coupon and discount; missing without a purchase"),
        define(
            "discount_total", .money, .value(FactTerm(.sum(.discount), of: purchases)), zh: "窗口内优惠总额",
            en: "sum of the discounts on purchases in the window"),
        define(
            "discount_depth", .share,
            .ratio(
                FactTerm(.sum(.discount), of: purchases), FactTerm(.sum(.listPrice), of: purchases),
                scale: FactRecipe.shareScale),
            zh: "窗口内优惠额占原价（实付加优惠）的比例；无购买额则缺失",
            en: "discounts as a share of amounts plus discounts in the window; missing where that is zero"),
    ]

    private static let returned = [
        define(
            "returns", .count, .value(FactTerm(.count, of: FactRows(.returns))), zh: "窗口内退货单数",
            en: "returns in the window"),
        define(
            "return_total", .money, .value(FactTerm(.sum(.returned), of: FactRows(.returns))),
            zh: "窗口内退货金额（正数）", en: "sum of the returns in the window, as a positive amount"),
        define(
            "return_share", .share,
            .ratio(
                FactTerm(.sum(.returned), of: FactRows(.returns)), FactTerm(.sum(.amount), of: purchases),
                scale: FactRecipe.shareScale),
            zh: "窗口内退货金额占购买金额的比例，可超过 100%；无购买额则缺失",
            en: "amount returned as a share of the amount bought in the window; missing without purchases"),
    ]

    private static let variety = [
        define(
            "categories", .count, .value(FactTerm(.distinct(.category), of: purchases)), zh: "窗口内购买的品类数",
            en: "different categories bought in the window"),
        define(
            "favourite_category_share", .share,
            .ratio(
                FactTerm(.favourite(.category), of: purchases), FactTerm(.values(.category), of: purchases),
                scale: FactRecipe.shareScale),
            zh: "窗口内最常购品类的单数占比；无品类则缺失",
            en: "share of the category bought most often among purchases with one; missing without"),
        define(
            "order_channels", .count, .value(FactTerm(.distinct(.channel), of: purchases)), zh: "窗口内购买渠道数",
            en: "different channels of purchases in the window"),
        define(
            "favourite_channel_share", .share,
            .ratio(
                FactTerm(.favourite(.channel), of: purchases), FactTerm(.values(.channel), of: purchases),
                scale: FactRecipe.shareScale),
            zh: "窗口内最常用渠道的单数占比；无渠道则缺失",
            en: "share of the channel used most often among purchases with one; missing without"),
    ]

    // MARK: Events

    private static func events(
        _ meaning: EventKinds.Meaning, _ kinds: EventKinds, _ window: FactRows.Window = .programme
    ) -> FactRows {
        FactRows(.events, .test(.kind, .texts(kinds[meaning], isNegated: false)), window)
    }

    private static func conduct(_ kinds: EventKinds) -> [FactDefinition] {
        [
            define(
                "visits", .count, .value(FactTerm(.count, of: events(.visit, kinds))), zh: "窗口内到店或访问次数",
                en: "visits in the window"),
            define(
                "visit_days", .count, .value(FactTerm(.days, of: events(.visit, kinds))), zh: "窗口内到店或访问天数",
                en: "days with a visit in the window"),
            define(
                "days_since_visit", .days, .value(FactTerm(.daysSinceLast, of: events(.visit, kinds, .everything))),
                zh: "距上次到店或访问的天数；从无则缺失", en: "days since the last visit; missing without one"),
            define(
                "logins", .count, .value(FactTerm(.count, of: events(.login, kinds))), zh: "窗口内登录次数",
                en: "logins in the window"),
            define(
                "days_since_login", .days, .value(FactTerm(.daysSinceLast, of: events(.login, kinds, .everything))),
                zh: "距上次登录的天数；从无则缺失", en: "days since the last login; missing without one"),
            define(
                "interactions", .count, .value(FactTerm(.count, of: events(.interaction, kinds))),
                zh: "窗口内互动次数（点赞、收藏、评论）", en: "interactions (like, favourite, comment) in the window"),
            define(
                "content_views", .count, .value(FactTerm(.count, of: events(.contentView, kinds))),
                zh: "窗口内内容浏览次数", en: "content views and clicks in the window"),
            define(
                "content_topics", .count, .value(FactTerm(.distinct(.ref), of: events(.contentView, kinds))),
                zh: "窗口内浏览的话题数（ref）", en: "different topics (ref) of content views in the window"),
        ]
    }

    private static func influence(_ kinds: EventKinds) -> [FactDefinition] {
        [
            define(
                "referrals", .count, .value(FactTerm(.count, of: events(.referral, kinds))), zh: "窗口内推荐次数",
                en: "referrals made in the window"),
            define(
                "shares", .count, .value(FactTerm(.count, of: events(.share, kinds))), zh: "窗口内分享次数",
                en: "shares in the window"),
            define(
                "user_content", .count, .value(FactTerm(.count, of: events(.userContent, kinds))),
                zh: "窗口内原创内容数", en: "pieces of user-generated content in the window"),
        ]
    }

    private static func voice(_ kinds: EventKinds) -> [FactDefinition] {
        let everAnswered = events(.nps, kinds, .everything)
        return [
            define(
                "nps_answers", .count, .value(FactTerm(.values(.value), of: events(.nps, kinds))),
                zh: "窗口内 NPS 回答次数（有数值的）", en: "NPS answers with a number in the window"),
            define(
                "nps_last", .decimal, .value(FactTerm(.last(.value), of: everAnswered)),
                zh: "最近一次 NPS 分数；从未回答则缺失", en: "the latest NPS answer; missing without one"),
            define(
                "complaints", .count, .value(FactTerm(.count, of: events(.complaint, kinds))), zh: "窗口内投诉次数",
                en: "complaints in the window"),
            define(
                "days_since_complaint", .days,
                .value(FactTerm(.daysSinceLast, of: events(.complaint, kinds, .everything))),
                zh: "距上次投诉的天数；从无则缺失", en: "days since the last complaint; missing without one"),
            define(
                "service_contacts", .count, .value(FactTerm(.count, of: events(.service, kinds))),
                zh: "窗口内服务接触次数", en: "service contacts in the window"),
        ]
    }
}
