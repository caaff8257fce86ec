import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

/// Facts and tags of `retier.yaml` mean what they say.
@Suite struct FactReadingTests {
    private func programme(_ text: String) throws -> Programme {
        let folder = try BrandFixture.folder()
        try folder.write(folder.read("retier.yaml") + text, to: "retier.yaml")
        return try BrandFixture.load(folder).programme
    }

    private func definition(_ text: String, _ name: String = "own") throws -> FactDefinition {
        let facts = try programme("facts:\n  own: {\(text)}\n").facts
        return facts.definitions[try #require(facts.reference(named: name)).position]
    }

    @Test func eachAggregateHasItsUnitAndRecipe() throws {
        let rows = FactRows(.purchases)
        let cases: [(String, Field.Unit, FactRecipe)] = [
            ("aggregate: count", .count, .value(FactTerm(.count, of: rows))),
            ("aggregate: days", .count, .value(FactTerm(.days, of: rows))),
            ("aggregate: sum, of: amount", .money, .value(FactTerm(.sum(.amount), of: rows))),
            (
                "aggregate: mean, of: list_price", .money,
                .ratio(FactTerm(.sum(.listPrice), of: rows), FactTerm(.values(.listPrice), of: rows), scale: 1)
            ),
            ("aggregate: min, of: discount", .money, .value(FactTerm(.smallest(.discount), of: rows))),
            ("aggregate: distinct, of: coupon", .count, .value(FactTerm(.distinct(.coupon), of: rows))),
            (
                "aggregate: max, over: events, of: value", .decimal,
                .value(FactTerm(.largest(.value), of: FactRows(.events)))
            ),
            (
                "aggregate: distinct, over: events, of: value", .count,
                .value(FactTerm(.distinct(.valueText), of: FactRows(.events)))
            ),
            (
                "aggregate: last, over: returns, of: returned", .money,
                .value(FactTerm(.last(.returned), of: FactRows(.returns)))
            ),
            (
                "aggregate: since_last, window: all", .days,
                .value(FactTerm(.daysSinceLast, of: FactRows(.purchases, .everything, .everything)))
            ),
            ("aggregate: variation", .decimal, .value(FactTerm(.variation, of: rows))),
        ]
        for (text, unit, recipe) in cases {
            let found = try definition(text)
            #expect(found.unit == unit && found.recipe == recipe, "\(text): \(found)")
        }
    }

    @Test func aShareDividesWhatItSays() throws {
        let found = try definition(
            "aggregate: share, of: amount, where: 'category in [tea, cup]', among: 'channel == shop', window: P1M")
        let among = RowFilter.test(.channel, .texts(["shop"], isNegated: false))
        let part = RowFilter.test(.category, .texts(["tea", "cup"], isNegated: false))
        let window = FactRows.Window.period(CalendarPeriod(months: 1))
        #expect(
            found.recipe
                == .ratio(
                    FactTerm(.sum(.amount), of: FactRows(.purchases, .all([among, part]), window)),
                    FactTerm(.sum(.amount), of: FactRows(.purchases, among, window)), scale: 1_000_000))
    }

    @Test func filtersCompareExactly() throws {
        let found = try definition("aggregate: count, over: events, where: {any: [value >= 8.5, value == great, ref]}")
        #expect(
            found.recipe.terms[0].rows.filter
                == .any([
                    .test(.value, .number(.greaterOrEqual, 8_500_000)),
                    .test(.valueText, .texts(["great"], isNegated: false)), .test(.ref, .present),
                ]))
        let amounts = try definition("aggregate: count, where: {not: 'amount not in [1, 2.50]'}")
        #expect(
            amounts.recipe.terms[0].rows.filter
                == .not(.all([.test(.amount, .number(.notEqual, 100)), .test(.amount, .number(.notEqual, 250))])))
    }

    @Test func kindsOfEventsAndStatusesAreTheProgrammes() throws {
        let standard = try programme("")
        #expect(standard.uncountedStatuses == Programme.usualUncountedStatuses)
        let own = try programme("orders: {uncounted: [void]}\nevents: {visit: [walk-in]}\n")
        #expect(own.uncountedStatuses == ["void"])
        let visits = try #require(own.facts.reference(named: "visits"))
        #expect(visits == standard.facts.reference(named: "visits"))
        #expect(
            own.facts.definitions[visits.position].recipe.terms[0].rows.filter
                == .test(.kind, .texts(["walk-in"], isNegated: false)))
    }

    @Test func ownFactsAndTagsAreFieldsAndVariables() throws {
        let folder = try BrandFixture.folder()
        let facts = """
            facts: {brews: {aggregate: count, over: events, where: kind == brew}}
            tags:
              fond: {title: 爱茶, prefers: {any_of: [tea], share: 30%, least: 2}}
              fond-brewer: {when: {all: ['tag in [fond]', brews >= 2, f_days >= 3]}}

            """
        try folder.write(folder.read("retier.yaml") + facts, to: "retier.yaml")
        let playbook = try folder.read("playbooks/quiet.yaml")
        let when = try #require(playbook.firstRange(of: "  all:\n"))
        try folder.write(
            playbook.replacingCharacters(in: when, with: "  all:\n    - brews >= 2\n    - tag not in [fond]\n"),
            to: "playbooks/quiet.yaml")
        try folder.write("{{brews}} {{nps_last}}", to: "templates/foot.zh.mustache")
        let brand = try BrandFixture.load(folder)
        #expect(brand.facts.map(\.name).sorted() == ["brews", "nps_last"])
        #expect(brand.needsTags)
        #expect(brand.programme.tags.map(\.id) == ["fond", "fond-brewer"])
        let fond = brand.programme.tags[0].condition
        #expect(fond.clauses.map(\.text) == ["tag.fond.share >= 30%", "tag.fond.count >= 2"])
        #expect(fond.clauses.map(\.predicate.operand) == [.number(300_000), .number(2)])
    }
}
