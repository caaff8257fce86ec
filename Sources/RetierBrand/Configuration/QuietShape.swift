import RetierCore

/// The keys of `quiet`.
enum QuietShape {
    static let keys = [
        Key(
            "windows", .table(.id, .keys(window)), required: true, zh: "免打扰时段，按 id",
            en: "times in which nothing is sent, by id"),
        Key(
            "leaves_at", .text(.time), fallback: "10:00", zh: "计划按这个时刻（品牌时区）判断免打扰",
            en: "when a run's actions leave, by the programme's clock: the moment at which a plan asks the windows"),
        Key(
            "zone_of", .text(.line), fallback: QuietSettings().zoneAttribute, zh: "会员属性：IANA 时区",
            en: "the attribute of members that holds their IANA time zone"),
        Key(
            "region_of", .text(.line), fallback: QuietSettings().regionAttribute, zh: "会员属性：地区或国家",
            en: "the attribute of members that holds their region"),
        Key(
            "regions", .table(.line, .text(.line)), zh: "各地区的 IANA 时区",
            en: "the IANA time zone of each region, for members without one of their own"),
    ]

    static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    static let window = [
        Key(
            "hours", .text(.hours), zh: "会员当地时间；可跨午夜；省略为整天",
            en: "by the member's clock, also over midnight; whole days when left out"),
        Key(
            "dates", .list(.text(.dates)), zh: "日期或起止日期；省略为每天",
            en: "local days or stretches of days; every day when left out"),
        Key("days", .list(.choice(weekdays)), zh: "星期；省略为每天", en: "days of the week; every day when left out"),
        Key("channels", .list(.text(.id)), zh: "所含渠道；省略为全部", en: "the channels it is about; all when left out"),
        Key(
            "policy", .choice(QuietWindow.Policy.allCases.map(\.rawValue)), fallback: QuietWindow.Policy.hold.rawValue,
            zh: "hold：顺延到首个可发时刻；drop：不发", en: "hold: leaves at the first moment that is open; drop: does not leave"),
    ]
}
