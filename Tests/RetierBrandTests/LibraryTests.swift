import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct LibraryTests {
    @Test func shippedLibraryIsFreeOfErrorsAndWarnings() throws {
        let folder = try BrandFixture.scaffold()
        let found = Brand.check(directory: URL(filePath: folder.path("brand")), zoneRules: BrandFixture.zoneRules)
        #expect(found.map(\.description) == [])
    }

    @Test func everyPlaybookHasBothLanguages() throws {
        let brand = try library()
        #expect(brand.playbooks.count >= 8)
        for playbook in brand.playbooks {
            #expect(playbook.title.chinese != playbook.title.english, "\(playbook.id)")
            for step in playbook.steps {
                let name = try #require(step.template, "\(playbook.id)/\(step.id)")
                #expect(brand.templates.languages(of: name) == Language.allCases, "\(name)")
            }
        }
    }

    @Test(arguments: Language.allCases)
    func everyTemplateRendersForEveryKindOfMember(language: Language) throws {
        let brand = try library()
        var text = ""
        for playbook in brand.playbooks {
            for step in playbook.steps.map({ $0.variants[0] }) {
                let name = try #require(step.template)
                for (label, member) in LibraryTests.members {
                    let values = TemplateVariables.values(
                        for: member, programme: brand.programme, playbook: playbook, step: step, language: language)
                    let rendered = try brand.templates.render(name, language: language, variables: values)
                    text += "== \(playbook.id)/\(step.id) (\(label))\n\(rendered)\n\n"
                    checkInvariants(rendered, "\(playbook.id)/\(step.id) \(label)", language)
                    let limit = brand.programme.channel(step.via)?.maxTextBytes ?? Int.max
                    #expect(rendered.utf8.count <= limit)
                }
            }
        }
        expectGolden(text, "library.\(language.rawValue).txt")
    }

    private func checkInvariants(_ text: String, _ name: String, _ language: Language) {
        #expect(!text.isEmpty, "\(name)")
        for mark in ["{{", "}}", "&amp;", "&#", "&lt;", "Optional(", "nil"] { #expect(!text.contains(mark), "\(name)") }
        #expect(text.last?.isNewline == false, "\(name)")
        let isHan = text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        #expect(isHan == (language == .chinese), "\(name)")
    }

    private func library() throws -> Brand {
        let folder = try BrandFixture.scaffold()
        return try Brand.load(directory: URL(filePath: folder.path("brand")), zoneRules: BrandFixture.zoneRules)
    }

    /// One member with every value and one with as few as the playbooks' conditions allow.
    private static var members: [(String, MemberSnapshot)] {
        let today = Day(number: 20_454)
        var full = MemberSnapshot(
            asOf: today, memberID: "M<1>&'2'", joined: today.adding(months: -30), birthday: 512,
            firstPurchase: today.adding(days: -400), lastPurchase: today.adding(days: -31), windowDays: 3,
            windowOrders: 4, windowTotal: Money(minorUnits: 123_456), windowCouponOrders: 1, recencyScore: 2,
            frequencyScore: 4, monetaryScore: 5, segment: .importantKeep, score: 812_599, ranks: .zero, tier: 1,
            rawTier: 1, tierSince: today.adding(days: -59), stage: .cooling, gapToNextTier: Money(minorUnits: 23_000),
            purchasesToNextTier: 1)
        full.transitions = [
            Transition(
                row: 0, kind: .demoted, fromTier: 0, toTier: 1, fromStage: .active, toStage: .cooling,
                reason: TransitionReason(scoreAfter: 0, cut: 0))
        ]
        let noon = Instant(utcMidnightOf: today)
        full.incident = MemberIncident(
            incident: Incident(
                id: "out-1", kind: "member-system", from: noon, until: noon.adding(seconds: 3_000), registeredAt: noon),
            kind: 0, fact: "order", at: noon)
        var top = full
        (top.tier, top.gapToNextTier, top.purchasesToNextTier) = (0, nil, nil)
        top.transitions[0].fromTier = 1
        return [("full", full), ("top", top)]
    }
}
