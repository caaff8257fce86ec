import Foundation
import RetierTestSupport
import Testing

/// Exit code 64: what was typed cannot be meant.
@Suite struct UsageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var words: String

        init(_ line: String, _ words: String) {
            self.line = line
            self.words = words
        }

        var testDescription: String { line }
        var arguments: [String] { line.split(separator: " ").map(String.init) }
    }

    static let cases = [
        Case("nonsense", "Unexpected argument"), Case("plan", "Missing expected argument"),
        Case("plan monthly", "refresh"), Case("plan refresh --as-of 2026-13-01", "--as-of"),
        Case("plan refresh --as-of 2026-02-29", "--as-of"), Case("plan refresh --as-of tomorrow", "--as-of"),
        Case("plan refresh --threads many", "--threads"), Case("plan refresh --dry-run", "--dry-run"),
        Case("run refresh --as-of 20261031", "--as-of"), Case("import", "Missing expected argument"),
        Case("import people x.csv", "members"), Case("import members", "Missing expected argument"),
        Case("import members x.csv --map id", "--map takes column=theirs"), Case("show", "Missing expected argument"),
        Case("show x.plan --format xml", "--format"), Case("show x.plan --verdict maybe", "--verdict takes"),
        Case("apply", "Missing expected argument"), Case("apply x.plan --override stale-data", "--override takes"),
        Case("apply x.plan --override wrong=because", "--override takes"), Case("deliver now", "now"),
        Case("doubts resolve msg_1", "--as"), Case("doubts resolve msg_1 --as lost", "--as"),
        Case("doubts resolve msg_1 --as sent", "not in doubt"), Case("doubts list --format xml", "--format"),
        Case("replay", "replay takes messages"), Case("replay --all --run x", "replay takes messages"),
        Case("replay msg_1", "msg_1 is unknown"), Case("endpoints enable", "Missing expected argument"),
        Case("endpoints disable nowhere", "no endpoint nowhere"), Case("members --format xml", "--format"),
        Case("members --as-of never", "--as-of"), Case("explain", "Missing expected argument"),
        Case("audit --state gone", "--state takes"), Case("audit --since yesterday", "--since"),
        Case("report --language fr", "--language"), Case("schema tier", "programme"),
        Case("demo --csv one.csv", "--csv takes two files"), Case("demo --members few", "--members"),
        Case("demo --members 0", "--members takes"), Case("demo --members=-1", "--members takes"),
        Case("demo --members 99999999999", "--members takes"),
    ]

    @Test(arguments: cases)
    func whatCannotBeMeantIsRefused(_ usage: Case) throws {
        let bench = try CommandBench()
        try bench.retier(usage.arguments, in: bench.folder.path).expectFailure(64, saying: usage.words)
    }

    @Test func namesThatNobodyHasAreUsageErrors() throws {
        let bench = try CommandBench()
        try bench.importWorld(SampleWorld(seed: 1, members: 20))
        for isCommitted in [false, true] {
            if isCommitted {
                try bench.liftGuards()
                try bench.must(["run", "refresh", "--as-of", "2026-10-31"])
            }
            try bench.retier(["explain", "NOBODY"]).expectFailure(64, saying: "no member of that id")
            try bench.retier(["explain", "M10001", "--playbook", "nope"]).expectFailure(64, saying: "no playbook nope")
            try bench.retier(["explain", "M10001", "--run", "run_x"]).expectFailure(64, saying: "no run run_x")
        }
    }

    @Test func aFolderThatIsNoBrandIsBadConfiguration() throws {
        let bench = try CommandBench(scaffold: false)
        for line in ["check", "status", "plan refresh", "run daily", "deliver", "members", "audit verify", "report"] {
            let run = try bench.retier(line.split(separator: " ").map(String.init))
            #expect(run.status == 78, "\(line): exit \(run.status) \(run.errors)")
            #expect(bench.files("").isEmpty, "\(line) made files in a folder that is no brand's")
        }
        try bench.retier(["status"]).expectFailure(78, saying: "retier init DIR")
    }

    @Test func initFillsTheFolderInWhichSomebodyStands() throws {
        let bench = try CommandBench(scaffold: false)
        let program = Repository.builtProgram("retier")
        let script = "mkdir brand && cd brand && '\(program)' init . && ls && '\(program)' check --brand ."
        let run = try runProcess(
            "bash", ["-c", script],
            ProcessOptions(environment: ["RETIER_LIBRARY": Repository.root], folder: bench.folder.path))
        run.expectSuccess()
        #expect(run.output.split(separator: "\n") == ["inbox", "playbooks", "retier.yaml", "templates", "var"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) == ["brand"])
    }

    @Test func initNeverOverwrites() throws {
        let bench = try CommandBench()
        let before = try bench.read("retier.yaml")
        try bench.retier(["init", bench.brand]).expectFailure(65, saying: "not empty")
        #expect(try bench.read("retier.yaml") == before)
    }
}
