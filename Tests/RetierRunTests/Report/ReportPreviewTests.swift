import Foundation
import RetierCore
import Testing

@testable import RetierRun

/// Writes pages into the folder that `RETIER_REPORT_PREVIEW` names, to be looked at in a browser.
@Test(.enabled(if: ProcessInfo.processInfo.environment["RETIER_REPORT_PREVIEW"] != nil))
func writesPagesToLookAt() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["RETIER_REPORT_PREVIEW"])
    var first = ReportFixture.Size()
    first.refreshes = 1
    first.dailyRuns = 0
    var nothing = first
    nothing.refreshes = 0
    for (name, size) in [("full", ReportFixture.Size()), ("first", first), ("nothing", nothing)] {
        let fixture = try ReportFixture(size)
        defer { fixture.remove() }
        let model = try ReportModel.load(
            ledger: fixture.ledger, programme: ReportFixture.programme, playbooks: ReportFixture.playbooks)
        for language in Language.allCases {
            let page = ReportPage.html(model, language: language)
            try page.write(toFile: "\(folder)/\(name)-\(language.rawValue).html", atomically: true, encoding: .utf8)
        }
    }
}
