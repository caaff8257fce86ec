import Foundation
import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

struct BrandLoadingTests {
    @Test func validFolderHasNothingToReport() throws {
        #expect(BrandFixture.check(try BrandFixture.folder()) == [])
    }

    @Test(arguments: BrandFixture.invalidCases)
    func invalidFolderIsReportedCompletely(name: String) throws {
        let folder = try BrandFixture.folder(name)
        let found = BrandFixture.check(folder)
        #expect(found == found.sorted())
        let text = found.map { $0.description + "\n" }.joined()
        #expect(!text.contains("hunter2") && !text.contains("aHVudGVyMg"))
        expectGolden(text, "diagnostics/\(name).txt")
        let isBroken = found.contains { $0.severity == .error }
        #expect((try? BrandFixture.load(folder)) == nil || !isBroken)
    }

    @Test func loadingFailsOnceWithEveryProblem() throws {
        let folder = try BrandFixture.folder("clauses")
        let error = #expect(throws: RetierError.self) { try BrandFixture.load(folder) }
        #expect(error?.code == .badConfiguration)
        #expect(error?.diagnostics == BrandFixture.check(folder))
    }

    @Test func programmeHasWhatTheFileSays() throws {
        let programme = try BrandFixture.load(BrandFixture.folder()).programme
        #expect(programme.brand == "test-brand" && programme.language == .chinese)
        #expect(programme.title(.english) == "Test Brand" && programme.zone.name == "Asia/Shanghai")
        #expect(programme.tiering.ladder.tiers.map(\.entry) == [.topShare(500), .topShare(2_000), .everyone])
        #expect(programme.tiering.ladder.tiers.map { $0.title(.english) } == ["Gold", "向日葵", "蒲公英"])
        #expect(programme.tiering.weights == ScoreWeights() && programme.tiering.stability == Stability())
        #expect(
            programme.tiering.lifetime
                == LifetimeSettings(
                    model: .mbgNBD, leastMembers: 1_000, leastRepeaters: LifetimeSettings().leastRepeaters))
        #expect(
            programme.channel("sms")?.cap
                == FrequencyCap(id: "sms", max: 2, window: .rolling(days: 7), channels: ["sms"]))
        #expect(programme.channel("sms")?.consent == "marketing" && programme.channel("desk")?.consent == nil)
        let hook = programme.endpoint("hook")
        let url = "https://crm.example.com/hook"
        #expect(
            hook?.kind
                == .webhook(url: url, secret: .credential("hook-secret"), githubSecret: .file("secrets/github")))
        #expect(hook?.retrySeconds == [5, 1_200, 7_200] && hook?.timeoutSeconds == 10 && hook?.batch == 50)
        #expect(hook?.expireHours == 36 && hook?.allowPrivate == ["10.0.0.5"])
        #expect(programme.endpoint("out")?.batch == 100)
        #expect(programme.guards.amounts[.actions]?.most == 1_000 && programme.guards.amounts[.cost]?.most == 50_050)
        #expect(programme.guards.maxRowFall == nil && programme.guards.maxDataAgeDays == 7)
        #expect(programme.imports.maxRejected == 250)
    }

    @Test func quietHoursAreWhatTheFileSays() throws {
        let brand = try BrandFixture.load(BrandFixture.folder())
        let quiet = brand.programme.quiet
        func dates(_ first: String, _ last: String) throws -> ClosedRange<Day> {
            try #require(Day(iso: first))...(try #require(Day(iso: last)))
        }
        #expect(
            quiet.windows == [
                QuietWindow(id: "nights", hours: .init(from: 1_260, to: 540), channels: ["sms", "sms2"]),
                QuietWindow(id: "weekends", hours: .init(from: 0, to: 690), weekdays: [5, 6], policy: .drop),
                QuietWindow(
                    id: "spring-festival",
                    dates: [try dates("2027-02-05", "2027-02-11"), try dates("2028-01-26", "2028-01-26")]),
            ])
        #expect(quiet.leavesAt == 9 * 60 + 5)
        #expect(quiet.zoneAttribute == "tz" && quiet.regionAttribute == "province")
        #expect(quiet.regions.mapValues(\.name) == ["CN-XJ": "Asia/Shanghai", "海外": "UTC"])
        #expect(brand.playbooks.flatMap(\.steps).map(\.ignoresQuietHours) == [true, false])
    }

    @Test func playbookHasWhatTheFileSays() throws {
        let brand = try BrandFixture.load(BrandFixture.folder())
        let playbook = try #require(brand.playbooks.first)
        #expect(playbook.id == "quiet" && playbook.version == 2 && playbook.trigger == .daily)
        #expect(playbook.priority == .protect && playbook.rank == 5 && playbook.oncePer == CalendarPeriod(days: 90))
        #expect(playbook.stopWhen == ["order", "event:reply"] && playbook.shares.holdout == 1_000)
        #expect(playbook.shares.arms == [.init(name: "a", weight: 1), .init(name: "b", weight: 2)])
        #expect(playbook.goal == .init(event: "order", within: CalendarPeriod(months: 1)))
        #expect(playbook.budget == .init(.money(Money(minorUnits: 200_000)), per: CalendarPeriod(months: 1)))
        let step = playbook.steps[1]
        #expect(step.level == 2 && step.after == CalendarPeriod(days: 3) && step.cost == Money(minorUnits: 3_000))
        #expect(step.requiresApproval && !playbook.steps[0].requiresApproval)
        #expect(step.parameters.map(\.key) == ["amount", "coupon", "stackable"])
        #expect(step.parameters.map(\.value) == ["10", "WELCOME10", "false"])
        #expect(brand.attributes == ["city"] && brand.needsConsents)
        let predicates = playbook.condition.clauses.map(\.predicate)
        #expect(
            predicates == [
                Predicate(.tier, .isIn, .choices(0b011)), Predicate(.daysSinceOrder, .greaterOrEqual, .number(30)),
                Predicate(.lifecycle, .isIn, .choices(1 << 4)), Predicate(.score, .greaterOrEqual, .number(125_000)),
                Predicate(.attribute("city"), .isIn, .texts(["上海", "北京"])),
                Predicate(.consent("sms:marketing"), .equal, .flag(true)),
                Predicate(.couponShare, .less, .number(300_000)),
            ])
        #expect(playbook.condition.clauses[1].line == 10 && playbook.condition.clauses[1].column == 7)
    }

    @Test func digestsFollowContentAndNotNames() throws {
        let folder = try BrandFixture.folder()
        let before = try BrandFixture.load(folder).digests
        let text = try folder.read("playbooks/quiet.yaml")
        try FileManager.default.removeItem(atPath: folder.path("playbooks/quiet.yaml"))
        try folder.write(text, to: "playbooks/deeper/renamed.yml")
        #expect(try BrandFixture.load(folder).digests == before)
        try folder.write(text.replacing("version: 2", with: "version: 3"), to: "playbooks/deeper/renamed.yml")
        let after = try BrandFixture.load(folder).digests
        #expect(after.playbooks != before.playbooks)
        #expect(after.configuration == before.configuration && after.templates == before.templates)
    }

    @Test func byteOrderMarkAndWindowsLineEndsAreAccepted() throws {
        let folder = try BrandFixture.folder()
        for path in ["retier.yaml", "playbooks/quiet.yaml", "templates/care/l1.zh.mustache"] {
            let text = try folder.read(path)
            try folder.write("\u{FEFF}" + text.replacing("\n", with: "\r\n"), to: path)
        }
        #expect(BrandFixture.check(folder) == [])
    }

    @Test func missingAndUnreadableFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write([0xFF, 0xFE, 0x00], to: "playbooks/latin.yaml")
        try folder.write("", to: "templates/.hidden")
        let codes = BrandFixture.check(folder).map { "\($0.file) \($0.code)" }
        #expect(codes == ["playbooks/latin.yaml unreadable", "retier.yaml unreadable", "templates empty-folder"])
    }
}
