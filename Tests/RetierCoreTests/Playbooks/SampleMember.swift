import RetierCore

/// A member with every value, to be changed by tests.
func sampleMember(asOf: String = "2026-03-01") -> MemberSnapshot {
    let today = Day(iso: asOf) ?? Day(number: 0)
    let member = MemberSnapshot(
        asOf: today, memberID: "m-1", joined: today.adding(months: -30), birthday: 305,
        firstPurchase: today.adding(days: -400), lastPurchase: today.adding(days: -31), windowDays: 3, windowOrders: 4,
        windowTotal: Money(minorUnits: 100_010), windowCouponOrders: 1, recencyScore: 2, frequencyScore: 4,
        monetaryScore: 5, segment: .importantKeep, score: 812_500,
        ranks: SIMD8(900_000, 700_000, 200_000, 500_000, -1, -1, -1, -1), tier: 1, rawTier: 2,
        tierSince: today.adding(days: -59), stage: .cooling, transitions: [], gapToNextTier: Money(minorUnits: 23_000),
        purchasesToNextTier: 1,
        attributes: ["city": "上海", "visits": "6", "empty": "", "rate": "1.25"],
        consents: ["*:service", "sms:marketing"])
    return member
}

/// A transition of the sample member.
func move(_ kind: Transition.Kind, from: Int?, to: Int) -> Transition {
    Transition(
        row: 0, kind: kind, fromTier: from, toTier: to, fromStage: .active, toStage: .cooling,
        reason: TransitionReason(scoreAfter: 0, cut: 0))
}

let sampleVocabulary = FieldVocabulary(tierIDs: ["core", "potential", "base"])
