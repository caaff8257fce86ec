import Foundation
import RetierTestSupport
import Testing

/// Odd folders, odd environments, odd files: the work is done, or refused in words, and the ledger stays whole.
@Suite struct HostileOperatorTests {
    private static let refresh = ["plan", "refresh", "--as-of", "2026-10-31"]

    private func plan(_ bench: CommandBench) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: bench.path("var/plans/refresh-2026-10.plan")))
    }

    /// The plan of an ordinary folder in an ordinary environment.
    private func ordinaryPlan() throws -> Data {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importWorld(SampleWorld(seed: 9, members: 50))
        try bench.must(Self.refresh)
        return try plan(bench)
    }

    @Test(arguments: [
        ("我的 品牌 (新)", ["HOME": ""]), ("b'rand;$x", ["TZ": "Antarctica/Troll"]),
        ("brand", ["TZ": ":nonsense", "LANG": "C"]),
        ("brand", ["LC_ALL": "tr_TR.UTF-8", "LANG": "", "PATH": ""]), ("-brand", ["LC_ALL": "C", "TZ": "UTC+25"]),
    ])
    func neitherPlaceNorEnvironmentChangesAPlan(name: String, environment: [String: String]) throws {
        let bench = try CommandBench(brand: name, environment: environment)
        try bench.liftGuards()
        try bench.importWorld(SampleWorld(seed: 9, members: 50))
        try bench.must(Self.refresh)
        #expect(try plan(bench) == ordinaryPlan())
    }

    @Test func relativePathsMeanTheCurrentFolder() throws {
        let bench = try CommandBench(scaffold: false)
        let world = SampleWorld(seed: 9, members: 50)
        for (kind, sheet) in world.sheets { try bench.folder.write(sheet.text, to: "\(kind).csv") }
        func retier(_ arguments: String..., in folder: String, brand: String = "") throws {
            let run = try bench.retier(arguments, environment: ["RETIER_BRAND": brand], in: folder)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
        }
        try retier("init", "brand", in: bench.folder.path)
        try bench.liftGuards()
        for (kind, _) in world.sheets {
            try retier("import", kind, "../brand/../\(kind).csv", "--brand", ".", in: bench.brand)
        }
        try retier(
            "plan", "refresh", "--as-of", "2026-10-31", "-o", "here.plan", in: bench.folder.path, brand: "brand/")
        #expect(try Data(contentsOf: URL(fileURLWithPath: bench.folder.path("here.plan"))) == ordinaryPlan())
        try retier("show", "../here.plan", in: bench.brand)
        try retier("apply", "../here.plan", in: bench.brand)
        #expect(bench.files("var/outgoing").count > 1)
    }

    @Test func windowsLineEndsAndByteOrderMarksAreRead() throws {
        let bench = try CommandBench()
        let before = try bench.must(["check"]).errors
        for name in ["retier.yaml", "playbooks/birthday.yaml", "templates/care/l1.zh.mustache"] {
            let text = try bench.read(name).replacingOccurrences(of: "\n", with: "\r\n")
            try bench.write("\u{FEFF}" + text, to: name)
        }
        let world = SampleWorld(seed: 10, members: 30)
        let windows = "\u{FEFF}" + world.members.text.replacingOccurrences(of: "\n", with: "\r\n")
        let run = try bench.must(["import", "members", try bench.folder.write(windows, to: "members.csv")])
        #expect(run.errors.contains("30 new + 0 updated + 0 unchanged + 0 rejected"))
        #expect(try bench.must(["check"]).errors == before)
    }

    @Test func unreadableConfigurationsAreNamedWithTheirPlaces() throws {
        let bench = try CommandBench()
        let sound = try bench.read("retier.yaml")
        let cases = [
            ("", "retier.yaml"), ("# nothing\n", "retier.yaml"), ("brand: x\n\ttitle: y\n", "retier.yaml:2:1"),
            ("- a\n- b\n", "retier.yaml:1:1"), ("a: [1, 2\n", "retier.yaml:"), ("a: *b\n", "retier.yaml:"),
            (
                sound.replacingOccurrences(of: "time_zone: Asia/Shanghai", with: "time_zone: Mars/Olympus"),
                "Mars/Olympus"
            ),
            (sound.replacingOccurrences(of: "currency: CNY", with: "currency: coins"), "retier.yaml:11"),
            (sound + "endpoints: {}\n", "endpoints"),
        ]
        for (text, words) in cases {
            try bench.write(text, to: "retier.yaml")
            let check = try bench.retier(["check"])
            #expect(check.status == 78 && check.output.contains(words), "\(words): \(check.output)")
            try bench.retier(["status"]).expectFailure(78, saying: words)
        }
        try FileManager.default.removeItem(atPath: bench.path("retier.yaml"))
        try FileManager.default.createDirectory(
            atPath: bench.path("retier.yaml"), withIntermediateDirectories: false)
        try bench.retier(["status"]).expectFailure(78, saying: "retier.yaml")
    }

    @Test func aBrandFolderThatCannotBeWrittenIsRefusedInWords() throws {
        let bench = try CommandBench()
        try bench.importWorld(SampleWorld(seed: 11, members: 20))
        let digest = try runProcess("sha256sum", [bench.path("var/retier.db")]).output
        // Another user, so that the rights count: root may write everywhere.
        _ = try runProcess("chmod", ["-R", "a-w,a+rX", bench.folder.path])
        defer { _ = try? runProcess("chmod", ["-R", "u+w", bench.folder.path]) }
        let isRoot = geteuid() == 0
        if isRoot { _ = try runProcess("chown", ["-R", "65534", bench.brand]) }
        let prefix = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"]
        for line in [Self.refresh, ["run", "refresh"], ["deliver"], ["import", "orders", "/dev/null"]] {
            let run = try runProcess(
                prefix[0], Array(prefix.dropFirst()) + [Repository.builtProgram("retier")] + line,
                ProcessOptions(environment: ["RETIER_BRAND": bench.brand]))
            #expect([78, 75, 65].contains(run.status) && run.errors.hasPrefix("retier: "), "\(line): \(run.errors)")
        }
        #expect(try runProcess("sha256sum", [bench.path("var/retier.db")]).output == digest)
    }

    @Test func rootDoesNotTouchAnotherUsersLedger() throws {
        let bench = try CommandBench()
        try bench.must(["status"])
        guard geteuid() == 0 else { return }
        _ = try runProcess("chown", ["65534", bench.path("var/retier.db")])
        try bench.retier(["status"]).expectFailure(78, saying: "belongs to nobody")
    }
}
