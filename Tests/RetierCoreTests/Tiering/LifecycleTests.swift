import RetierCore
import Testing

/// Defaults: new 30, cooling 60, dormant 90, lost 365 days; the day of the facts is 1000.
@Suite struct LifecycleTests {
    @Test(arguments: [
        (0, LifecycleStage.new), (29, .new), (30, .active), (59, .active), (60, .cooling), (89, .cooling),
        (90, .dormant), (364, .dormant), (365, .lost), (900, .lost),
    ])
    func aSinglePurchaseAges(days: Int, stage: LifecycleStage) {
        let member = SampleMember(id: "a", last: Int32(1_000 - days))
        #expect(LifecycleRules().stage(of: Samples.facts([member]), row: 0) == stage)
    }

    @Test(arguments: [
        (0, LifecycleStage.new), (29, .new), (30, .active), (60, .cooling), (90, .dormant), (365, .lost),
    ])
    func joiningCountsWhereThereIsNoPurchase(days: Int, stage: LifecycleStage) {
        let member = SampleMember(id: "a", joined: Int32(1_000 - days))
        #expect(LifecycleRules().stage(of: Samples.facts([member]), row: 0) == stage)
    }

    @Test(arguments: [
        (910, 1_000, LifecycleStage.returned), (911, 1_000, .active), (500, 971, .returned), (500, 970, .active),
        (500, 940, .cooling), (500, 910, .dormant),
    ])
    func aPurchaseAfterALongSilenceIsAReturn(previous: Int, last: Int, stage: LifecycleStage) {
        let member = SampleMember(id: "a", first: 100, previous: Int32(previous), last: Int32(last))
        #expect(LifecycleRules().stage(of: Samples.facts([member]), row: 0) == stage)
    }

    @Test func aSecondPurchaseSoonAfterTheFirstIsStillNew() {
        let member = SampleMember(id: "a", first: 980, previous: 980, last: 995)
        #expect(LifecycleRules().stage(of: Samples.facts([member]), row: 0) == .new)
    }
}
