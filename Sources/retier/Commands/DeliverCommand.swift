import ArgumentParser
import RetierRun

struct DeliverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "Sends what is due in the outbox; also goes on after a crash.")

    @OptionGroup var options: BrandOptions

    func run() throws {
        try Delivering.finish(try Runs(try options.open(), log: Console.log).deliver())
    }
}
