import RetierCore
import Testing

struct GroundTests {
    @Test func everyGroundBecomesTextInItsPlace() {
        let grounds: [Verdict.Ground] = [
            .number(-123_456, decimals: 2, as: .predicted), .number(5, decimals: 3, as: .valuePerCost),
            .facts([.init("budget", "b"), .init("limit", "1")]), .number(12, as: .place),
            .day(Day(number: 0), as: .againFrom), .moment(Instant(seconds: 0), as: .factAt),
        ]
        #expect(
            Verdict(.budget, grounds).evidenceJSON
                == #"{"clv_13w":"-1234.56","value_per_cost":"0.005","budget":"b","limit":"1","place":"12","#
                + #""again_from":"1970-01-01","fact_at":"1970-01-01T00:00:00Z"}"#)
    }

    /// A million members have three million decisions, and two of three are refused.
    @Test func groundsAndDecisionsAreSmall() {
        #expect(MemoryLayout<Verdict.Ground>.stride == 16)
        #expect(MemoryLayout<Decision>.stride == 40)
    }

    @Test(arguments: [(Int?.none, Int?.none, Int?.none), (0, 0, 0), (3, 127, 32_000)])
    func aDecisionGivesBackItsPositions(_ arm: Int?, _ option: Int?, _ incident: Int?) {
        let decision = Decision(
            row: 2_000_000, playbook: 65_535, step: 300, verdict: Verdict(.selected), arm: arm, option: option,
            incident: incident)
        #expect((decision.row, decision.playbook, decision.step) == (2_000_000, 65_535, 300))
        #expect(decision.arm == arm && decision.option == option && decision.incident == incident)
    }
}
