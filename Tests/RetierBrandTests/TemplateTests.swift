import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct TemplateTests {
    private func render(_ text: String, _ values: [String: String], partials: [String: String] = [:]) throws -> String {
        var findings = Findings(file: "t")
        var catalogue = TemplateCatalogue()
        catalogue.add(text, as: .init(name: "t", form: .text(.english)), into: &findings)
        for (name, partial) in partials {
            catalogue.add(partial, as: .init(name: name, form: .text(.english)), into: &findings)
        }
        #expect(findings.all == [])
        return try catalogue.render("t", language: .english, variables: values)
    }

    @Test(arguments: [
        ("a {{x}} b\n", "a <&> b"), ("{{{x}}}{{&x}}", "<&><&>"), ("{{#x}}[{{x}}]{{/x}}{{^x}}none{{/x}}", "[<&>]"),
        ("{{#y}}[{{y}}]{{/y}}{{^y}}none{{/y}}", "none"), ("{{y}}.", "."), ("{{with.a}}-{{attr.b}}-{{with.b}}", "1-2-"),
        ("{{! comment }}a", "a"), ("{{>p}}!", "(<&>)!"), ("{{#x}}{{>p}}{{/x}}", "(<&>)"), ("行一\n{{x}}\n", "行一\n<&>"),
    ])
    func plainTextIsRenderedWithoutEscaping(template: String, text: String) throws {
        let values = ["x": "<&>", "with.a": "1", "attr.b": "2"]
        #expect(try render(template, values, partials: ["p": "({{x}})"]) == text)
    }

    @Test func valuesAreNotTemplatesThemselves() throws {
        #expect(try render("{{x}}", ["x": "{{y}}", "y": "secret"]) == "{{y}}")
    }

    @Test func missingTemplateIsAnError() {
        #expect(throws: RetierError.self) {
            try TemplateCatalogue().render("none", language: .chinese, variables: [:])
        }
    }

    @Test func variablesIncludeThoseOfPartials() throws {
        let brand = try BrandFixture.load(BrandFixture.folder())
        #expect(
            brand.templates.variables(of: "care/l1", in: .chinese)
                == ["assignee", "brand", "days_since_order", "due", "member_id"])
    }

    @Test func scanNamesThePlaceOfEveryTag() {
        var findings = Findings(file: "t")
        let scan = TemplateScan("一{{ a }}\n{{#b}}{{{c}}}{{/b}}", into: &findings)
        #expect(findings.all == [])
        #expect(scan.uses.map(\.name) == ["a", "b", "c"])
        #expect(scan.uses.map(\.line) == [1, 2, 2])
        #expect(scan.uses.map(\.column) == [2, 1, 7])
        #expect(scan.uses[2].sections == ["b"])
    }

    @Test func cataloguedVariablesAreTheOnesThatHaveValues() throws {
        let brand = try BrandFixture.load(BrandFixture.folder())
        let playbook = brand.playbooks[0]
        var step = playbook.steps[1]
        (step.assign, step.due) = ("owner", CalendarPeriod(days: 2))
        let today = Day(number: 20_000)
        var member = MemberSnapshot(
            asOf: today, memberID: "m", joined: today, birthday: 1231, firstPurchase: today, lastPurchase: today,
            windowDays: 1, windowOrders: 1, windowTotal: Money(minorUnits: 100), windowCouponOrders: 0,
            recencyScore: 1, frequencyScore: 1, monetaryScore: 1, segment: .generalGrow, score: 999_999, ranks: .zero,
            tier: 1, rawTier: 1, tierSince: today, stage: .new, gapToNextTier: Money(minorUnits: 5),
            purchasesToNextTier: 2, attributes: ["city": "上海"])
        member.transitions = [
            Transition(
                row: 0, kind: .promoted, fromTier: 2, toTier: 1, fromStage: nil, toStage: .new,
                reason: TransitionReason(scoreAfter: 0, cut: 0))
        ]
        var (near, loss) = (TierGap(tier: 0), TierGap(tier: 1))
        for measure in ["m_total", "f_days", "r_days"] {
            near.ways.append(
                TierGap.Way(dimension: nil, measure: measure, value: 9, change: measure == "r_days" ? -3 : 2))
            loss.ways.append(
                TierGap.Way(dimension: nil, measure: measure, value: 9, change: measure == "r_days" ? 4 : -2))
        }
        (member.nextTier, member.tierLoss) = (near, loss)
        member.clusterName = LocalizedText(zh: "高消费", en: "high spend")
        for prediction in Prediction.allCases { member.predictions[prediction.rawValue] = 123_450 }
        var programme = brand.programme
        programme.zone = .utc
        programme.incidents = [IncidentKind(id: "app", title: LocalizedText("the app"), affects: ["order"])]
        member.incident = MemberIncident(
            incident: Incident(
                id: "i", kind: "app", from: Instant(seconds: 60), until: Instant(seconds: 3_720),
                registeredAt: Instant(seconds: 9_000)), kind: 0, fact: "order", at: Instant(seconds: 61))
        let values = TemplateVariables.values(
            for: member, programme: programme, playbook: playbook, step: step, language: .english)
        let names = Set(values.keys.filter { !$0.contains(".") })
        #expect(names == Set(TemplateVariable.all.map(\.name)))
        #expect(values["cluster"] == "high spend")
        #expect(values["incident"] == "the app" && values["incident_hours"] == "2")
        #expect(values["incident_from"] == "1970-01-01 00:01" && values["incident_until"] == "1970-01-01 01:02")
        #expect(values["days_gap"] == "3" && values["days_to_lose_tier"] == "4")
        #expect(values["spend_to_lose_tier"] == "CNY 0.02" && values["purchases_to_lose_tier"] == "2")
        #expect(values["clv_13w"] == "CNY 1234.50" && values["churn_risk"] == "12%")
        #expect(values["score"] == "99.9" && values["gap"] == "CNY 0.05" && values["next_tier"] == "Gold")
        #expect(values["birthday"] == "31 December" && values["previous_tier"] == "蒲公英" && values["attr.city"] == "上海")
        let long = TemplateVariables.longest(
            programme: programme, playbook: playbook, step: step, attributes: ["city"], language: .chinese)
        #expect(Set(long.keys).isSuperset(of: names))
    }
}
