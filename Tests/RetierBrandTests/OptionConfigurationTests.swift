import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct OptionConfigurationTests {
    /// The valid folder, its second step with these lines instead of its cost, and with two tags.
    private func folder(_ step: String) throws -> TemporaryFolder {
        let folder = try BrandFixture.folder()
        let tags = "tags:\n  tea: {title: Tea, when: orders >= 2}\n  new: {title: New, when: orders == 1}\n"
        try folder.write(try folder.read("retier.yaml") + tags, to: "retier.yaml")
        let playbook = try folder.read("playbooks/quiet.yaml")
        try folder.write(playbook.replacing("    cost: 30\n", with: step), to: "playbooks/quiet.yaml")
        return folder
    }

    @Test func optionsHaveWhatTheFileSays() throws {
        let brand = try BrandFixture.load(
            folder(
                """
                    choose:
                      - {id: tasting, suits: [tea], cost: 60, response: 30%, with: {coupon: TEA, room: 2}}
                      - {id: card, cost: 30}

                """))
        let step = try #require(brand.playbooks.first?.steps.last)
        #expect(
            step.options == [
                .init(
                    id: "tasting", suits: ["tea"], cost: Money(minorUnits: 6_000), response: 3_000,
                    parameters: [("coupon", "TEA"), ("room", "2")]),
                .init(id: "card", cost: Money(minorUnits: 3_000)),
            ])
        let (tasting, card) = (step.choosing(step.options[0]), step.choosing(step.options[1]))
        #expect(tasting.cost == Money(minorUnits: 6_000) && tasting.response == 3_000)
        let own = ["amount=10", "stackable=false"]
        func texts(_ step: Playbook.Step) -> Set<String> { Set(step.parameters.map { "\($0.key)=\($0.value)" }) }
        #expect(texts(tasting) == Set(own + ["choice=tasting", "coupon=TEA", "room=2"]))
        #expect(texts(card) == Set(own + ["choice=card", "coupon=WELCOME10"]))
        #expect(step.variants.count == 2 && brand.playbooks[0].steps[0].variants.count == 1)
        #expect(brand.needsTags)
    }

    @Test(arguments: [
        ("    choose: [{id: a, cost: 1}]\n", "bad-value", "`choose` has 1 options"),
        ("    choose: [{id: a}, {id: a}]\n", "duplicate-id", "option `a` is given twice"),
        ("    choose: [{id: a, suits: [tee]}, {id: b}]\n", "unknown-tag", "there is no tag `tee` in retier.yaml"),
        ("    cost: 1\n    choose: [{id: a}, {id: b}]\n", "bad-value", "has the `cost` of the chosen option"),
        ("    choose: [{id: a, with: {choice: x}}, {id: b}]\n", "duplicate-key", "`choice` is the parameter"),
        ("    choose: [{id: a, response: 0%}, {id: b}]\n", "bad-value", "`response` is a share"),
        ("    choose: best_affordable\n", "wrong-type", "`steps[2].choose` is text"),
    ])
    func whatIsWrongIsSaid(step: String, code: String, message: String) throws {
        let found = try BrandFixture.check(folder(step)).filter { $0.severity == .error }
        #expect(found.contains { $0.code == code && $0.message.contains(message) && $0.line > 0 }, "\(found)")
    }

    /// A template may use a parameter only where every option has it.
    @Test func templatesNeedWhatAllOptionsSupply() throws {
        let folder = try folder("    choose: [{id: a, with: {room: 1}}, {id: b}]\n")
        for language in ["zh", "en"] {
            let path = "templates/care/l2.\(language).mustache"
            try folder.write(try folder.read(path) + "{{with.choice}} {{with.room}}\n", to: path)
        }
        let found = BrandFixture.check(folder).filter { $0.code == "unsupplied-variable" }
        #expect(!found.isEmpty && found.allSatisfy { $0.message.contains("with.room") }, "\(found)")
    }
}
