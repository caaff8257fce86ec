import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct IncidentConfigurationTests {
    private static let kinds = """
        incidents:
          app: {title: {zh: 应用故障, en: App}, affects: [order, event:login], late: P1M}
          till: {title: Till, affects: [order]}

        """

    /// The valid folder with kinds of incidents and a playbook about one, written with these lines.
    private func folder(
        kinds: String = kinds, on: String = "daily", when: String = "incident.kind in [app]", more: String = "",
        step: String = "cost: 10"
    ) throws -> TemporaryFolder {
        let folder = try BrandFixture.folder()
        try folder.write(try folder.read("retier.yaml") + kinds, to: "retier.yaml")
        try folder.write(
            """
            playbook: sorry
            title: Sorry
            version: 1
            on: \(on)
            priority: protect
            when: \(when)
            \(more)
            steps:
              - {id: coupon, do: coupon, via: sms, \(step)}

            """, to: "playbooks/sorry.yaml")
        return folder
    }

    private func step(_ folder: TemporaryFolder) throws -> Playbook.Step {
        let brand = try BrandFixture.load(folder)
        return try #require(brand.playbooks.first { $0.id == "sorry" }?.steps.first)
    }

    @Test func kindsHaveWhatTheFileSays() throws {
        let brand = try BrandFixture.load(folder())
        #expect(
            brand.programme.incidents == [
                IncidentKind(
                    id: "app", title: LocalizedText(zh: "应用故障", en: "App"), affects: ["event:login", "order"],
                    late: CalendarPeriod(months: 1)),
                IncidentKind(id: "till", title: LocalizedText("Till"), affects: ["order"]),
            ])
    }

    /// 10.00 an hour, 35.00 at the most: four lengths, the last one cut off.
    @Test func anHourlyAmountIsATableUpToTheMost() throws {
        let step = try step(folder(step: "scale: {per_hour: 10.00, most: 35.00}"))
        #expect(step.options.map(\.id) == ["1h", "2h", "3h", "4h"] && step.options.map(\.hours) == [1, 2, 3, 4])
        #expect(step.options.map(\.cost.minorUnits) == [1_000, 2_000, 3_000, 3_500])
        #expect(step.options.last?.parameters.map { "\($0.key)=\($0.value)" } == ["amount=35.00"])
        #expect([0, 1, 2, 4, 99].map(step.option(forHours:)) == [nil, 0, 1, 3, 3])
    }

    @Test func aTableHasItsLengths() throws {
        let step = try step(
            folder(step: "scale: [{id: a, hours: 2, cost: 5, with: {coupon: X}}, {id: b, hours: 6, cost: 9}]"))
        #expect(step.options.map(\.hours) == [2, 6] && step.isScaled)
        #expect([1, 2, 5, 6, 99].map(step.option(forHours:)) == [nil, 0, 0, 1, 1])
        #expect(step.choosing(step.options[0]).parameters.map(\.key) == ["choice", "coupon"])
    }

    @Test(arguments: [
        ("refresh", "incident.open", "", "cost: 1", "bad-incident", "is matched by the daily run"),
        ("daily", "incident.open", "", "cost: 1, after: P1D", "bad-incident", "acts at once"),
        ("daily", "score > 1", "", "scale: {per_hour: 1, most: 2}", "bad-incident", "asks for no incident"),
        ("daily", "incident.kind in [shop]", "", "cost: 1", "unknown-incident-kind", "no kind of incident `shop`"),
        ("daily", "incident.hours >= 0", "", "cost: 1", "out-of-range", "never reaches `0`"),
        ("daily", "incident.open", "", "cost: 1, scale: {per_hour: 1, most: 2}", "bad-value", "has no `cost`"),
        ("daily", "incident.open", "", "scale: {per_hour: 3, most: 2}", "bad-value", "less than one hour"),
        ("daily", "incident.open", "", "scale: {per_hour: 0, most: 2}", "bad-value", "nothing is granted"),
        ("daily", "incident.open", "", "scale: {per_hour: 1, most: 101}", "bad-value", "after 101 hours only"),
        ("daily", "incident.open", "", "scale: {per_hour: 1.234, most: 2}", "bad-value", "more decimals than CNY"),
        ("daily", "incident.open", "", "scale: []", "bad-value", "`scale` has 0 lengths"),
        (
            "daily", "incident.open", "", "scale: [{id: a, hours: 2}, {id: b, hours: 2}]", "bad-value",
            "not for a longer"
        ),
        ("daily", "incident.open", "", "scale: [{id: a, hours: 1}, {id: a, hours: 2}]", "duplicate-id", "given twice"),
        ("daily", "incident.open", "", "scale: 10.00", "bad-value", "`steps[1].scale` is not valid"),
    ])
    func whatIsWrongIsSaid(
        on: String, when: String, more: String, step: String, code: String, message: String
    ) throws {
        let found = try BrandFixture.check(folder(on: on, when: when, more: more, step: step))
            .filter { $0.severity == .error }
        #expect(found.contains { $0.code == code && $0.message.contains(message) && $0.line > 0 }, "\(found)")
    }

    @Test func kindsThatAreWrongAreSaid() throws {
        let kinds =
            "incidents:\n  app: {title: A, affects: []}\n  b: {title: B, affects: [orders]}\n  c: {affects: [order]}\n"
        let found = try BrandFixture.check(folder(kinds: kinds)).filter { $0.severity == .error }
        #expect(found.map(\.code).sorted() == ["bad-value", "bad-value", "missing-key"], "\(found)")
        #expect(found.contains { $0.message.contains("affects nobody") })
        let once = try BrandFixture.check(folder(more: "once_per: P1M"))
        #expect(once.contains { $0.code == "bad-incident" && $0.severity == .warning }, "\(once)")
    }

    /// Who is asked for has an incident; only what is over has an end.
    @Test(arguments: [
        ("incident.open", ["incident_until"]), ("incident.open == false", []), ("incident.open != true", []),
        ("incident.hours >= 1", []), ("{not: incident.open}", ["incident", "incident_until"]),
    ])
    func templatesKnowWhatEveryAffectedMemberHas(when: String, optional: [String]) throws {
        let folder = try folder(when: when, step: "cost: 1, template: sorry")
        for language in ["zh", "en"] {
            try folder.write("字 {{incident}} {{incident_until}}", to: "templates/sorry.\(language).mustache")
        }
        let found = BrandFixture.check(folder).filter { $0.code == "optional-variable" && $0.file.contains("sorry.en") }
        #expect(found.count == optional.count, "\(found)")
        for name in optional { #expect(found.contains { $0.message.hasPrefix("`\(name)`") }, "\(found)") }
    }
}
