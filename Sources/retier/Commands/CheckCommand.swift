import ArgumentParser
import RetierBrand
import RetierCore
import RetierLedger
import RetierRun

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validates configuration, playbooks and templates; shows all problems at once.")

    @OptionGroup var options: BrandOptions

    func run() throws {
        let diagnostics = Workspace.check(options.folder)
        for diagnostic in diagnostics { Console.emit(diagnostic.description + "\n") }
        let errors = diagnostics.filter { $0.severity == .error }.count
        let warnings = diagnostics.count - errors
        guard errors == 0 else {
            throw RetierError(
                .badConfiguration, "\(errors) error(s) and \(warnings) warning(s) in \(options.folder.path)",
                hint: "mend the lines above and run `retier check` again")
        }
        Console.say(warnings == 0 ? "no problems" : "\(warnings) warning(s), no errors")
    }
}
