import ArgumentParser
import RetierBrand

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Prints the JSON Schema of retier.yaml or of a playbook, for editors.")

    enum Kind: String, ExpressibleByArgument, CaseIterable { case programme, playbook }

    @Argument(help: "programme (retier.yaml) or playbook.")
    var kind: Kind

    func run() throws {
        switch kind {
        case .programme: Console.emit(BrandSchema.programme + "\n")
        case .playbook: Console.emit(BrandSchema.playbook + "\n")
        }
    }
}
