import RetierCore

/// Plays one person's years day by day and writes down what a shop would have recorded.
struct DemoLife {
    let person: DemoPerson
    let lastDay: Day
    private var source: SplitMix64
    /// What surveys ask draws from a source of its own.
    private var survey: SplitMix64
    private var orderCount = 0

    private static let categories = ["茶", "咖啡", "护肤", "礼盒", "器具"]
    private static let channels = ["小程序", "天猫", "门店", "抖音"]
    private static let coupons = ["NEW20", "FEST50", "BACK30", "TEA15"]

    init(person: DemoPerson, lastDay: Day, source: SplitMix64) {
        self.person = person
        self.lastDay = lastDay
        self.source = source
        var seed = source
        survey = SplitMix64(seed: seed.next())
    }

    /// Adds everything that happens until the last day.
    mutating func play(into rows: inout DemoRows) {
        let joinedAt = DemoMoment(day: person.joined, second: source.draw(in: 9 * 3_600...12 * 3_600))
        join(at: joinedAt, into: &rows)
        consent(after: joinedAt, into: &rows)
        // Most people join because they buy.
        let firstPurchase = person.joined.adding(days: max(0, source.draw(in: -12...6)))
        var day = person.joined
        while day <= lastDay {
            let appetite = person.appetite(on: day) * DemoSeason.demand(on: day, from: person.temper) / 100
            let isFirst = day == firstPurchase && person.temper != .looker
            // Drawn even where it cannot matter, so that one temper's days never shift another's numbers.
            let comesAnyway = source.chance(millionths: min(appetite, 1_000_000))
            if isFirst || (comesAnyway && day > firstPurchase && person.temper != .looker) {
                buy(on: day, into: &rows)
            }
            day = day.adding(days: 1)
        }
    }

    private mutating func join(at moment: DemoMoment, into rows: inout DemoRows) {
        let birthday = person.birthday.map(\.description) ?? ""
        rows.members.append(
            DemoRow(
                at: moment, id: person.id,
                fields: [person.id, moment.text, birthday, person.city, person.contentTag]))
    }

    /// Consent is asked for at joining; some refuse, some withdraw it later, a few never want to hear anything.
    private mutating func consent(after joinedAt: DemoMoment, into rows: inout DemoRows) {
        var said = joinedAt
        said.second += 60
        let refusesAll = source.chance(millionths: 15_000)
        for channel in DemoWorld.consentChannels {
            let granted = source.chance(millionths: 900_000) && !refusesAll
            addConsent(channel, granted: granted, proof: "join-form", at: said, into: &rows)
            let withdraws = source.chance(millionths: 40_000)
            let withdrawal = person.joined.adding(days: source.draw(in: 30...700))
            if granted, withdraws, withdrawal <= lastDay {
                let moment = DemoMoment(day: withdrawal, second: 43_200)
                addConsent(channel, granted: false, proof: "reply-T", at: moment, into: &rows)
            }
        }
        if refusesAll {
            rows.consents.append(
                DemoRow(
                    at: said, id: person.id + DemoWorld.neverContact.channel,
                    fields: [
                        person.id, DemoWorld.neverContact.channel, DemoWorld.neverContact.purpose,
                        DemoWorld.neverContact.granted, said.text, "hotline",
                    ]))
        }
    }

    private func addConsent(
        _ channel: String, granted: Bool, proof: String, at moment: DemoMoment, into rows: inout DemoRows
    ) {
        rows.consents.append(
            DemoRow(
                at: moment, id: person.id + channel,
                fields: [person.id, channel, "marketing", granted ? "true" : "false", moment.text, proof]))
    }

    private mutating func buy(on day: Day, into rows: inout DemoRows) {
        orderCount += 1
        let order = DemoOrder(
            id: "T\(day.description.filter { $0 != "-" })-\(person.id)-\(orderCount)",
            at: DemoMoment(day: day, second: source.draw(in: 12 * 3_600...23 * 3_600 + 3_599)),
            price: person.basket * 100 * source.draw(in: 60...160) / 1_000 * 10,
            withCoupon: source.chance(millionths: couponShare(on: day)),
            category: source.pick(from: DemoLife.categories),
            channel: source.pick(from: DemoLife.channels), coupon: source.pick(from: DemoLife.coupons),
            percentOff: source.draw(in: 8...25))
        rows.orders.append(order.row(of: person.id))
        if source.chance(millionths: 20_000) {
            let back = order.at.day.adding(days: source.draw(in: 3...10))
            let moment = DemoMoment(day: back, second: source.draw(in: 10 * 3_600...20 * 3_600))
            if back <= lastDay { rows.orders.append(order.returned(at: moment).row(of: person.id)) }
        }
        let stars = String(source.draw(in: 3...5))
        happen("visit", share: 400_000, daysLater: 0, near: order, into: &rows)
        happen("review", share: 80_000, daysLater: source.draw(in: 3...12), stars: stars, near: order, into: &rows)
        happen("referral", share: 12_000, daysLater: source.draw(in: 1...20), near: order, into: &rows)
        answer(after: order, into: &rows)
    }

    /// One order in twelve is followed by a survey that asks for a recommendation, from 0 to 10.
    private mutating func answer(after order: DemoOrder, into rows: inout DemoRows) {
        let isAsked = survey.draw(in: 1...12) == 1
        let day = order.at.day.adding(days: survey.draw(in: 2...9))
        let score = survey.pick(from: [10, 10, 10, 9, 9, 9, 8, 8, 7, 7, 6, 5, 3, 0])
        guard isAsked, day <= lastDay else { return }
        let moment = DemoMoment(day: day, second: survey.draw(in: 36_000...80_000))
        let id = "E-\(order.id)-nps"
        rows.events.append(
            DemoRow(at: moment, id: id, fields: [id, person.id, moment.text, "nps", String(score), order.id]))
    }

    private func couponShare(on day: Day) -> Int {
        DemoSeason.isFestival(day) ? max(person.temper.couponShare, 500_000) : person.temper.couponShare
    }

    private mutating func happen(
        _ kind: String, share: Int, daysLater: Int, stars: String? = nil, near order: DemoOrder,
        into rows: inout DemoRows
    ) {
        guard source.chance(millionths: share) else { return }
        let day = order.at.day.adding(days: daysLater)
        guard day <= lastDay else { return }
        // A visit comes minutes before its order, everything else at a time of its own.
        let second = daysLater == 0 ? order.at.second - 600 : source.draw(in: 36_000...80_000)
        let moment = DemoMoment(day: day, second: second)
        let id = "E-\(order.id)-\(kind)"
        let ref = stars == nil ? "" : order.id
        rows.events.append(DemoRow(at: moment, id: id, fields: [id, person.id, moment.text, kind, stars ?? "", ref]))
    }
}

/// One made-up order before it becomes a line.
struct DemoOrder {
    var id: String
    var at: DemoMoment
    /// The price before a discount, fen.
    var price: Int
    var withCoupon: Bool
    var category: String
    var channel: String
    var coupon: String
    var percentOff: Int
    var isReturn = false

    private var discount: Int { withCoupon ? price * percentOff / 1_000 * 10 : 0 }

    /// The whole order given back.
    func returned(at moment: DemoMoment) -> DemoOrder {
        var copy = self
        copy.id += "-R"
        copy.at = moment
        copy.isReturn = true
        return copy
    }

    func row(of member: String) -> DemoRow {
        let amount = Money(minorUnits: Int64(isReturn ? discount - price : price - discount))
        return DemoRow(
            at: at, id: id,
            fields: [
                id, member, at.text, amount.text(), category, channel, withCoupon && !isReturn ? coupon : "",
                withCoupon && !isReturn ? Money(minorUnits: Int64(discount)).text() : "",
                isReturn ? "returned" : "paid",
            ])
    }
}
