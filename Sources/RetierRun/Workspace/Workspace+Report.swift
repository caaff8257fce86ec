import Foundation
import RetierBrand
package import RetierCore
import RetierLedger

extension Workspace {
    /// Writes the report and returns its path.
    ///
    /// A reader never sees half a page: the file is written beside and renamed.
    @discardableResult
    package func writeReport(to path: String? = nil, language wanted: Language? = nil) throws -> String {
        let model = try ReportModel.load(ledger: ledger, programme: programme, playbooks: brand.playbooks)
        let name = try ledger.lastRun().map(\.id) ?? "empty"
        let target = path ?? folder.reports.appendingPathComponent("report-\(name).html").path
        let page = ReportPage.html(model, language: wanted ?? language)
        do {
            try Data(page.utf8).write(to: URL(fileURLWithPath: target), options: .atomic)
        } catch {
            throw RetierError(
                .badConfiguration, "the report cannot be written to \(target): \(error.localizedDescription)",
                hint: "name another file with -o")
        }
        return target
    }
}
