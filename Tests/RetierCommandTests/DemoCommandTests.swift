import Foundation
import RetierTestSupport
import Testing

@Suite struct DemoCommandTests {
    private func expectReport(_ run: ProcessRun, location: SourceLocation = #_sourceLocation) throws {
        run.expectSuccess(location: location)
        let lines = run.output.split(separator: "\n").map(String.init)
        let last = try #require(lines.last)
        #expect(last.hasPrefix("report: "), sourceLocation: location)
        let page = try String(contentsOf: URL(fileURLWithPath: String(last.dropFirst(8))), encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("</html>"), sourceLocation: location)
        let receiver = try #require(lines.last { $0.hasPrefix("the receiver got ") })
        #expect(!receiver.contains(" 0 messages"), sourceLocation: location)
        #expect(receiver.hasSuffix("0 with a bad signature, 0 more than once"), "\(receiver)", sourceLocation: location)
        #expect(lines.contains { $0.hasPrefix("== retier explain ") }, sourceLocation: location)
        #expect(lines.contains { $0.hasPrefix("== retier audit ") }, sourceLocation: location)
    }

    @Test func aSmallMadeUpBrandEndsWithTheReceiversWordAndTheReport() throws {
        let bench = try CommandBench(brand: "demo", scaffold: false)
        let run = try bench.retier(["demo", "--brand", bench.brand, "--members", "300"])
        try expectReport(run)
        let incident = try #require(run.output.split(separator: "\n").first { $0.contains("outage-1") })
        let counts = incident.split(whereSeparator: { !$0.isNumber }).suffix(2).compactMap { Int($0) }
        #expect(counts[0] > 0 && counts[0] == counts[1], "\(incident)")
        let explained = try #require(run.output.split(separator: "\n").first { $0.contains(" outage-1 [") })
        #expect(explained.contains("2026-09-08 08:00 - 2026-09-08 20:00: ") && explained.hasSuffix("coupon"))
        #expect(try bench.must(["audit", "verify"]).errors.contains("holds"))
        let plans = bench.files("var/plans")
        #expect(plans.filter { $0.hasPrefix("refresh-") }.count == 3)
        #expect(plans.filter { $0.hasPrefix("daily-") }.count > 50)
    }

    @Test func somebodysOwnFilesGoThroughTheSameSteps() throws {
        let bench = try CommandBench(brand: "demo", scaffold: false)
        let files = ["members", "orders"].map { Fixtures.path("cdnow/sample/\($0).csv") }
        try expectReport(
            try bench.retier(["demo", "--brand", bench.brand, "--csv"] + files + ["--as-of", "1997-06-30"]))
        #expect(bench.files("var/plans").filter { $0.hasPrefix("refresh-") }.count == 3)
    }

    @Test func theDemoNeverWritesIntoAFolderInUse() throws {
        let bench = try CommandBench()
        let before = try bench.read("retier.yaml")
        try bench.retier(["demo", "--brand", bench.brand, "--members", "60"]).expectFailure(65, saying: "not empty")
        #expect(try bench.read("retier.yaml") == before)
    }
}
