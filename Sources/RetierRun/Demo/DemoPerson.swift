import RetierCore

/// What kind of customer a made-up member is; nobody but the generator ever sees it.
enum DemoTemper: CaseIterable {
    /// Buys every two to four weeks, whatever is on sale.
    case loyal
    /// Buys more and more often from some day on.
    case promising
    /// High spending until some day, then less and less.
    case coolingOff
    /// Regular, then silent for months, then back.
    case returning
    /// Buys on sale days, with a coupon.
    case bargainHunter
    /// Now and then.
    case casual
    /// Bought once.
    case oneTime
    /// Regular until some day, then gone.
    case leaving
    /// Bought presents by the dozen one summer; a year later that summer leaves the window, and the tier with it.
    case giftBuyer
    /// Joined and never bought.
    case looker

    /// Members of a thousand.
    var share: Int {
        switch self {
        case .loyal: 130
        case .promising: 130
        case .coolingOff: 90
        case .returning: 90
        case .bargainHunter: 150
        case .casual: 150
        case .oneTime: 160
        case .leaving: 60
        case .giftBuyer: 20
        case .looker: 20
        }
    }

    /// Days between purchases in ordinary times.
    var interval: ClosedRange<Int> {
        switch self {
        case .loyal: 13...28
        case .promising: 60...90
        case .coolingOff: 11...20
        case .returning: 24...40
        case .giftBuyer: 30...45
        case .bargainHunter: 40...70
        case .casual: 60...120
        case .oneTime, .looker: 900...1_400
        case .leaving: 25...60
        }
    }

    /// An ordinary basket in whole yuan.
    var basket: ClosedRange<Int> {
        switch self {
        case .loyal: 160...420
        case .promising: 120...320
        case .coolingOff: 260...680
        case .giftBuyer: 320...700
        case .returning: 140...360
        case .bargainHunter: 60...150
        case .casual, .leaving: 80...260
        case .oneTime, .looker: 50...220
        }
    }

    /// Purchases with a coupon, millionths.
    var couponShare: Int {
        switch self {
        case .bargainHunter: 900_000
        case .oneTime, .casual, .leaving: 320_000
        case .promising, .returning: 180_000
        case .loyal, .coolingOff, .giftBuyer, .looker: 70_000
        }
    }

    static func drawn(from source: inout SplitMix64) -> DemoTemper {
        var rest = source.draw(below: allCases.reduce(0) { $0 + $1.share })
        for temper in allCases {
            rest -= temper.share
            if rest < 0 { return temper }
        }
        return .casual
    }
}

/// One made-up member and what will become of them.
struct DemoPerson {
    let id: String
    let temper: DemoTemper
    let joined: Day
    let birthday: Day?
    let city: String
    let contentTag: String
    /// Days between purchases before anything turns.
    let interval: Int
    /// An ordinary basket in yuan.
    let basket: Int
    /// The day on which the temper shows: growth, cooling, silence or leaving begins.
    let turn: Day
    /// Length of a returning member's silence in days.
    let silence: Int

    private static let cities = [
        "上海", "北京", "杭州", "成都", "深圳", "广州", "武汉", "西安", "南京", "苏州", "长沙", "重庆", "厦门", "青岛",
    ]
    private static let contentTags = ["成分党", "功效党", "手冲咖啡", "原叶茶", "送礼", "性价比", "新品尝鲜"]

    init(number: Int, joined: Day, lastDay: Day, source: inout SplitMix64) {
        id = "M" + number.padded(to: 6)
        temper = DemoTemper.drawn(from: &source)
        self.joined = joined
        let birthYear = source.draw(in: 1965...2006)
        let birthday = Day(
            year: birthYear, month: source.draw(in: 1...12), day: source.draw(in: 1...28))
        self.birthday = source.chance(millionths: 780_000) ? birthday : nil
        city = source.pick(from: DemoPerson.cities)
        contentTag = source.pick(from: DemoPerson.contentTags)
        interval = source.draw(in: temper.interval)
        basket = source.draw(in: temper.basket)
        silence = source.draw(in: 95...230)
        // Turns lie in the last 400 days, and late enough for the member to have a history.
        let daysAgo = temper == .leaving ? source.draw(in: 20...800) : source.draw(in: 10...400)
        turn =
            temper == .giftBuyer
            ? max(lastDay.adding(days: -425), joined.adding(days: 5))
            : max(lastDay.adding(days: -daysAgo), joined.adding(days: 60))
    }

    /// The chance of a purchase on a day, in millionths, before seasons.
    func appetite(on day: Day) -> Int {
        let base = 1_000_000 / interval
        let sinceTurn = day.days(since: turn)
        guard sinceTurn >= 0 else { return base }
        switch temper {
        case .promising: return base + base * min(sinceTurn, 150) / 40
        case .coolingOff: return sinceTurn < 60 ? base / 4 : base / 25
        case .leaving: return 0
        case .giftBuyer:
            if sinceTurn < 30 { return 600_000 }
            if sinceTurn == 362 { return 1_000_000 }
            return sinceTurn < 362 ? base : base / 6
        case .returning:
            if sinceTurn < silence { return 0 }
            return sinceTurn == silence ? 1_000_000 : base
        case .loyal, .bargainHunter, .casual, .oneTime, .looker: return base
        }
    }
}
