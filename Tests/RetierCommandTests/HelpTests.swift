import RetierTestSupport
import Testing

/// The words of every command's help are part of the contract: a change shows in a golden file.
@Suite struct HelpTests {
    static let commands = [
        "", "init", "check", "import", "plan", "show", "approve", "apply", "run", "deliver", "canary", "canary list",
        "canary go", "canary stop", "doubts", "doubts list",
        "doubts resolve", "replay", "learn", "tier", "tier list", "tier set", "tier clear",
        "case", "case list", "case ack", "case close", "incident", "incident list", "incident open", "incident close",
        "incident reopen", "incident withdraw", "endpoints",
        "endpoints list", "endpoints enable", "endpoints disable",
        "identities", "identities unresolved", "identities merges", "identities merge", "identities unmerge", "members",
        "facts",
        "explain", "audit", "audit list", "audit verify", "measure", "report", "status", "schema",
        "demo",
    ]

    @Test(arguments: commands)
    func helpIsTheRecordedText(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let run = try runProcess(
            Repository.builtProgram("retier"), words + ["--help"], ProcessOptions(environment: ["COLUMNS": "100"]))
        #expect(run.status == 0 && run.errors.isEmpty)
        let name = command.isEmpty ? "retier" : words.joined(separator: "-")
        expectGolden(run.output, "help/\(name).txt", testFile: Fixtures.path("commands/HelpTests.swift"))
    }

    @Test func everyCommandOfTheFrontPageHasARecordedHelp() throws {
        let run = try runProcess(Repository.builtProgram("retier"), ["--help"])
        let listed = run.output.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(listed.count == 27)
        #expect(Set(listed).isSubset(of: HelpTests.commands))
    }

    @Test func theVersionIsOneLineOfData() throws {
        let run = try runProcess(Repository.builtProgram("retier"), ["--version"])
        #expect(run.status == 0 && run.errors.isEmpty && run.output.split(separator: "\n").count == 1)
    }
}
