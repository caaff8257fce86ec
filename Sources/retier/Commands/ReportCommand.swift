import ArgumentParser
import RetierCore
import RetierRun

extension Language: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Writes the health report: one self-contained HTML page.")

    @OptionGroup var options: BrandOptions

    @Option(name: .shortAndLong, help: "Where to write it (default: var/reports/report-RUN.html).")
    var output: String?

    @Option(name: .long, help: "zh or en (default: the brand's language).")
    var language: Language?

    func run() throws {
        Console.emit(try options.open().writeReport(to: output, language: language) + "\n")
    }
}
