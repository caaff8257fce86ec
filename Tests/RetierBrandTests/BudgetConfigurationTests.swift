import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct BudgetConfigurationTests {
    /// The valid folder with budgets; its second step carries a tag and a response.
    private func folder() throws -> TemporaryFolder {
        let folder = try BrandFixture.folder()
        let budgets = """
            budgets:
              coupons: {amount: 5000, per: P1M, tiers: [core], playbooks: [quiet], channels: [sms]}
              agent-calls: {actions: 200, per: P1D, channels: [sms], tags: [call]}

            """
        try folder.write(try folder.read("retier.yaml") + budgets, to: "retier.yaml")
        let playbook = try folder.read("playbooks/quiet.yaml")
        try folder.write(
            playbook.replacing("    cost: 30\n", with: "    cost: 30\n    response: 40%\n    tags: [call]\n")
                .replacing("budget: {amount: 2000, per: P1M}", with: "budget: {actions: 7, per: P1D}"),
            to: "playbooks/quiet.yaml")
        return folder
    }

    @Test func budgetsHaveWhatTheFilesSay() throws {
        let brand = try BrandFixture.load(folder())
        #expect(
            brand.programme.budgets == [
                Budget(
                    id: "coupons", limit: .money(Money(minorUnits: 500_000)), per: CalendarPeriod(months: 1),
                    scope: .init(playbooks: ["quiet"], tiers: ["core"], channels: ["sms"])),
                Budget(
                    id: "agent-calls", limit: .actions(200), per: CalendarPeriod(days: 1),
                    scope: .init(channels: ["sms"], tags: ["call"])),
            ])
        let playbook = try #require(brand.playbooks.first)
        #expect(playbook.budget == .init(.actions(7), per: CalendarPeriod(days: 1)))
        #expect(playbook.steps[0].response == 10_000 && playbook.steps[1].response == 4_000)
        #expect(brand.usesPredictions, "budgets rank by what members are predicted to be worth")
    }
}
