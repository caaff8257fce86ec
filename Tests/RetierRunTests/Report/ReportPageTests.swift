import Foundation
import FoundationXML
import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@testable import RetierRun

@Suite struct ReportPageTests {
    /// Refreshes and whether there are actions, messages and imports.
    struct Scene: Sendable, CustomTestStringConvertible {
        var refreshes: Int
        var isFull: Bool
        var language: Language

        var testDescription: String { "\(refreshes) refreshes, full \(isFull), \(language.rawValue)" }
    }

    static let scenes = [0, 1, 2, 3].flatMap { refreshes in
        [true, false].flatMap { isFull in
            Language.allCases.map { Scene(refreshes: refreshes, isFull: isFull, language: $0) }
        }
    }

    /// Outside the target's folder, where SwiftPM would ask what the pages are for.
    private static let goldenPlace = Repository.root + "/Tests/Fixtures/report/beside"

    private func page(_ scene: Scene) throws -> String {
        let size = ReportFixture.Size(
            members: 60, joiners: 9, leavers: 2, refreshes: scene.refreshes, dailyRuns: 2, isFull: scene.isFull)
        let fixture = try ReportFixture(size)
        defer { fixture.remove() }
        let model = try ReportModel.load(
            ledger: fixture.ledger, programme: ReportFixture.programme, playbooks: ReportFixture.playbooks)
        return ReportPage.html(model, language: scene.language)
    }

    @Test(arguments: scenes) func pageIsWellFormedXML(scene: Scene) throws {
        let page = try page(scene).replacing("<!DOCTYPE html>", with: "")
        let parser = XMLParser(data: Data(page.utf8))
        #expect(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    }

    @Test(arguments: scenes) func pageNeedsNothingElse(scene: Scene) throws {
        let page = try page(scene)
        let words = [
            "http:", "https:", "//", "<script", "src=", "href=", "url(", "@import", "<link", "onload", "onclick",
        ]
        for word in words {
            #expect(!page.contains(word), "\(word)")
        }
    }

    @Test(arguments: Language.allCases) func sameLedgerGivesTheSameBytes(language: Language) throws {
        let scene = Scene(refreshes: 3, isFull: true, language: language)
        let first = try page(scene)
        let second = try page(scene)
        #expect(first == second)
    }

    @Test(arguments: Language.allCases) func pageOfATinyBrand(language: Language) throws {
        let size = ReportFixture.Size(members: 20, joiners: 3, leavers: 1, refreshes: 2, dailyRuns: 1)
        let fixture = try ReportFixture(size)
        defer { fixture.remove() }
        let model = try ReportModel.load(
            ledger: fixture.ledger, programme: ReportFixture.programme, playbooks: ReportFixture.playbooks)
        let page = ReportPage.html(model, language: language)
        expectGolden(page, "tiny-brand.\(language.rawValue).html", testFile: ReportPageTests.goldenPlace)
    }

    @Test func textFromPeopleIsEscaped() throws {
        let page = try page(Scene(refreshes: 3, isFull: true, language: .english))
        #expect(page.contains("Core welcome &amp; &lt;gift&gt;"))
        #expect(!page.contains("<gift>"))
    }

    /// A page in one language holds no sentence of the other.
    @Test func englishPageHasNoChinese() throws {
        let page = try page(Scene(refreshes: 3, isFull: true, language: .english))
        let chinese = page.unicodeScalars.filter { (0x4E00...0x9FFF).contains($0.value) }
        #expect(chinese.isEmpty, "\(String(String.UnicodeScalarView(chinese)))")
    }

    @Test func talliesAreTheDecisionsOfTheScope() throws {
        let fixture = try ReportFixture(ReportFixture.Size(members: 600, joiners: 40, leavers: 4))
        defer { fixture.remove() }
        let model = try ReportModel.load(ledger: fixture.ledger, programme: ReportFixture.programme)
        let scope = try fixture.ledger.pool.read { database in
            try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM decision WHERE run NOT IN ('refresh-2026-01', 'refresh-2026-02')")
        }
        #expect(model.candidates == scope)
        #expect(model.tallies.reduce(0) { $0 + $1.total } == scope)
        #expect(Verdict.Outcome.allCases.reduce(0) { $0 + model.candidates($1) } == scope)
        #expect(model.figures.messages.reduce(0) { $0 + $1.actions } == model.candidates(.send))
        #expect(model.cost.minorUnits == model.tallies.reduce(0) { $0 + $1.cost.minorUnits })
    }

    @Test func ordersAfterTheDataDateAreNotTheNewest() throws {
        let fixture = try ReportFixture(ReportFixture.Size(members: 20, joiners: 2, leavers: 0))
        defer { fixture.remove() }
        let model = try ReportModel.load(ledger: fixture.ledger, programme: ReportFixture.programme)
        let newest = try #require(model.figures.newestOrder)
        #expect(newest.description == "2026-02-28T04:00:00Z")
        #expect(model.figures.waiting == 2)
    }

    @Test func aTierThatTheLadderDroppedIsStillShown() throws {
        let fixture = try ReportFixture(ReportFixture.Size(members: 50, joiners: 5, leavers: 0))
        defer { fixture.remove() }
        var programme = ReportFixture.programme
        programme.tiering.ladder.tiers.remove(at: 1)
        let model = try ReportModel.load(ledger: fixture.ledger, programme: programme)
        #expect(model.tiers.map(\.id) == ["core", "base", "potential"])
        #expect(model.members == 60)
    }
}

@Suite struct ReportWritingTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567"),
        (-1_234, "\u{2212}1,234"),
    ])
    func digitsAreGroupedInThrees(number: Int, text: String) { #expect(ReportNumbers.grouped(number) == text) }

    @Test(arguments: [
        (0, 0, "–"), (0, 10, "0.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 100_000, "< 0.1%"),
        (99_999, 100_000, "> 99.9%"), (5, 5, "100.0%"), (1, 2_000, "0.1%"), (123, 1_000, "12.3%"),
    ])
    func sharesAreRoundedHalfUp(part: Int, whole: Int, text: String) {
        #expect(ReportNumbers.percent(part, of: whole) == text)
    }

    @Test(arguments: [
        (123_456, 2, "CNY 1,234.56"), (5, 2, "CNY 0.05"), (-99_900, 2, "\u{2212}CNY 999.00"), (4_200, 0, "CNY 4,200"),
        (1_000_001, 3, "CNY 1,000.001"),
    ])
    func moneyIsGroupedAndExact(minorUnits: Int, decimals: Int, text: String) {
        let currency = Currency(code: "CNY", decimals: decimals)
        #expect(ReportNumbers.money(Money(minorUnits: Int64(minorUnits)), currency) == text)
    }

    @Test func momentsAreInTheBrandsZone() {
        let zone = ZoneRules(name: "Asia/Shanghai", changes: [], offsets: [28_800])
        #expect(ReportNumbers.moment(Instant(seconds: 1_772_301_660), in: zone) == "2026-03-01 02:01")
    }

    @Test(arguments: [
        ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"), ("金葵花", "金葵花"), ("nul\u{0}bell\u{7}", "nul\u{FFFD}bell\u{FFFD}"),
        ("</style><script>", "&lt;/style&gt;&lt;script&gt;"),
    ])
    func interpolatedTextIsEscaped(plain: String, escaped: String) {
        let markup: Markup = "<b>\(plain)</b>"
        #expect(markup.text == "<b>\(escaped)</b>")
    }

    @Test func markupInMarkupIsLeftAlone() {
        let inner: Markup = "<i>\("<")</i>"
        let outer: Markup = "<b>\(inner)\([inner, inner])\(3)</b>"
        #expect(outer.text == "<b><i>&lt;</i><i>&lt;</i><i>&lt;</i>3</b>")
    }

    @Test(arguments: [[1, 1, 1], [7, 0, 3], [1, 9_999, 1], [333, 333, 334]])
    func partsOfABarFillTheirSum(values: [Int]) throws {
        let parts = values.map { StackedBar.Part(value: $0, style: "c-send", title: "") }
        let bar = StackedBar(parts: parts, scale: values.reduce(0, +), label: "").markup.text
        let widths = bar.matches(of: #/x="\d+" y="0" width="(\d+)"/#).compactMap { Int($0.output.1) }
        #expect(widths.reduce(0, +) == 10_000)
        #expect(widths.count == values.count { $0 > 0 })
    }
}
