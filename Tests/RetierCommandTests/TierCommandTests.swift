import RetierCore
import RetierTestSupport
import Testing

/// `retier tier set|list|clear` as an operator uses them: what happens, what is recorded, what is refused.
@Suite struct TierCommandTests {
    /// Far behind the clock of any test.
    private static let until = "2998-12-31"

    private func bench() throws -> (CommandBench, SampleWorld) {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.edit("retier.yaml", "language: zh", "language: en")
        try bench.edit("retier.yaml", "max_data_age: P7D", "max_data_age: off")
        let world = SampleWorld(seed: 5, members: 80)
        try bench.importWorld(world)
        return (bench, world)
    }

    private func tier(of member: String, in bench: CommandBench) throws -> String {
        let lines = try bench.must(["members", "--all", "--format", "csv"]).output.split(separator: "\n")
        let place = try #require(lines[0].split(separator: ",").map(String.init).firstIndex(of: "tier"))
        let line = try #require(lines.first { $0.hasPrefix(member + ",") })
        return String(line.split(separator: ",", omittingEmptySubsequences: false)[place])
    }

    /// A member of plain id who holds the last tier.
    private func someone(in bench: CommandBench, _ world: SampleWorld) throws -> String {
        let found = try world.memberIDs.first { id in
            try id.hasPrefix("M") && tier(of: id, in: bench) == "base"
        }
        return try #require(found)
    }

    @Test func aTierSetByHandHoldsUntilItsLastDay() throws {
        let (bench, world) = try bench()
        try bench.must(["run", "refresh", "--as-of", world.lastDay.description])
        let member = try someone(in: bench, world)
        let set = try bench.must(["tier", "set", member, "core", "--until", Self.until, "--reason", "complaint 7"])
        #expect(set.output.isEmpty)
        #expect(set.errors.contains("\(member): core until \(Self.until), from the next refresh on"))
        #expect(try tier(of: member, in: bench) == "base")
        let listed = try bench.must(["tier", "list", "--format", "csv"]).output.split(separator: "\n")
        #expect(listed.count == 2)
        for word in [member, "core", Self.until, "complaint 7", "operator-li"] {
            #expect(listed[1].split(separator: ",").contains { $0 == word }, "\(listed[1])")
        }
        #expect(try bench.must(["tier"]).output.contains("complaint 7"))
        #expect(try bench.must(["tier", "list", "--format", "json"]).output.contains("\"format_version\":1"))
        let next = world.lastDay.adding(days: 31)
        try bench.must(["run", "refresh", "--as-of", next.description])
        #expect(try tier(of: member, in: bench) == "core")
        #expect(
            try bench.must(["explain", member]).output
                .contains("set by operator-li until \(Self.until): complaint 7"))
        // On the day after its last one the rules decide again.
        try bench.must(["run", "refresh", "--as-of", "2999-01-01"])
        #expect(try tier(of: member, in: bench) == "base")
        try bench.must(["audit", "verify"])
    }

    @Test func aTierThatIsClearedIsTheRulesAgainAndTheTrailKnows() throws {
        let (bench, world) = try bench()
        try bench.must(["run", "refresh", "--as-of", world.lastDay.description])
        let member = try someone(in: bench, world)
        try bench.must(["tier", "set", member, "core", "--until", Self.until, "--reason", "a"])
        // The last word counts.
        try bench.must(["tier", "set", member, "potential", "--until", Self.until, "--reason", "b"])
        try bench.must(["run", "refresh", "--as-of", world.lastDay.adding(days: 31).description])
        #expect(try tier(of: member, in: bench) == "potential")
        #expect(try bench.must(["tier", "clear", member]).errors.contains("cleared; the rules decide"))
        #expect(try bench.must(["tier", "clear", member]).errors.contains("no tier was set"))
        #expect(try bench.must(["tier", "list", "--format", "csv"]).output.split(separator: "\n").count == 1)
        try bench.must(["run", "refresh", "--as-of", world.lastDay.adding(days: 62).description])
        #expect(try tier(of: member, in: bench) == "base")
        try bench.must(["audit", "verify"])
    }

    /// A plan that was made before somebody's word is stale.
    @Test func settingATierMakesAPlanStale() throws {
        let (bench, world) = try bench()
        let day = world.lastDay.description
        try bench.must(["plan", "refresh", "--as-of", day, "-o", bench.path("early.plan")])
        let member = try #require(world.memberIDs.first { $0.hasPrefix("M") })
        try bench.must(["tier", "set", member, "core", "--until", Self.until, "--reason", "vip"])
        let applied = try bench.retier(["apply", bench.path("early.plan")])
        #expect(applied.status == 4 && applied.errors.contains("overrides"), "\(applied.errors)")
        try bench.must(["run", "refresh", "--as-of", day])
        #expect(try tier(of: member, in: bench) == "core")
    }

    @Test(arguments: [
        (["set", "M10001", "gold", "--until", until, "--reason", "x"], "there is no tier gold"),
        (["set", "M10001", "core", "--until", "2020-01-01", "--reason", "x"], "2020-01-01 is over already"),
        (["set", "M10001", "core", "--until", until, "--reason", ""], "the reason is empty"),
        (["set", "nobody", "core", "--until", until, "--reason", "x"], "there is no member of that id"),
        (["set", "M10001", "core", "--reason", "x"], "--until"),
        (["set", "M10001", "core", "--until", until], "--reason"),
        (["set", "M10001", "core", "--until", "soon", "--reason", "x"], "soon"),
        (["clear", "nobody"], "there is no member of that id"),
        (["drop", "M10001"], "drop"),
    ])
    func mistakesAreUsage(arguments: [String], words: String) throws {
        let (bench, _) = try bench()
        let run = try bench.retier(["tier"] + arguments)
        #expect(run.status == 64 && run.errors.contains(words), "\(run.status) \(run.errors)")
        #expect(try bench.must(["tier", "list", "--format", "csv"]).output.split(separator: "\n").count == 1)
    }
}
