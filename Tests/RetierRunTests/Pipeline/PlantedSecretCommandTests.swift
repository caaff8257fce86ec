import Foundation
import RetierLoopback
import RetierTestSupport
import Testing

/// The program with planted secrets over endpoints of every kind that all fail: nothing that it prints, writes or
/// leaves behind shows a secret.
@Suite struct PlantedSecretCommandTests {
    /// The planted texts, and the webhook's key as it is written; names of members, which the ledger may hold, have a
    /// mark of their own that begins alike.
    private static let marks = ["PLANTED-", "PLANTED not", "//PLANTED:", "UExBTlRFRF"]

    private static let secrets = [
        "hook": "whsec_UExBTlRFRFBMQU5URURQTEFOVEVEUExBTlRFRFBM", "github": "PLANTED-github-secret",
        "custom": "ORIGIN/sms?key=PLANTED-custom-key", "bearer": "PLANTED-bearer",
        "wecom": "ORIGIN/cgi-bin/webhook/send?key=PLANTED-wecom-key",
        "dingtalk": "ORIGIN/robot/send?access_token=PLANTED-dingtalk-token", "dingtalk-signing": "SECPLANTED-dingtalk",
        "feishu": "ORIGIN/open-apis/bot/v2/hook/PLANTED-feishu-token", "feishu-signing": "PLANTED-feishu-secret",
        "slack": "ORIGIN/services/T0/B0/PLANTED-slack-key", "app": "PLANTED-app-secret",
    ]

    /// Three brands reach every kind of endpoint that is not a folder, one a channel.
    enum Kinds: String, CaseIterable, Sendable {
        case systems, robots, staff

        var endpoints: [String] {
            switch self {
            case .systems:
                [
                    """
                    {kind: custom, address: {file: secrets/custom}, concurrency: 1, body: any, \
                    headers: {Authorization: {file: secrets/bearer, prefix: "Bearer "}}, success: {status: [201]}
                    """,
                    "{kind: wecom-robot, address: {file: secrets/wecom}, format: file",
                    """
                    {kind: webhook, url: "ORIGIN/hook", secret: {file: secrets/hook}, \
                    github_secret: {file: secrets/github}
                    """,
                ]
            case .robots:
                [
                    "{kind: slack-robot, address: {file: secrets/slack}",
                    "{kind: feishu-robot, address: {file: secrets/feishu}, signing: {file: secrets/feishu-signing}",
                    """
                    {kind: dingtalk-robot, address: {file: secrets/dingtalk}, signing: {file: secrets/dingtalk-signing}
                    """,
                ]
            case .staff:
                [
                    """
                    {kind: webhook, url: "ORIGIN/hook", secret: {file: secrets/hook}, \
                    github_secret: {file: secrets/github}
                    """,
                    """
                    {kind: wecom-task, corp_id: ww0123456789abcdef, secret: {file: secrets/app}, \
                    base_url: "ORIGIN", identity: wecom
                    """,
                    """
                    {kind: wecom-app, corp_id: ww0123456789abcdef, agent_id: 7, secret: {file: secrets/app}, \
                    base_url: "ORIGIN", to: {users: [zhangsan]}
                    """,
                ]
            }
        }
    }

    /// Endpoints `e0` to `e2`, one behind each channel; the first step is committed, nothing is sent.
    private func committed(_ kinds: Kinds, origin: String) throws -> CommandBench {
        let world = SampleWorld(seed: 60, members: 60)
        let bench = try CommandBench.loaded(world)
        let lines = kinds.endpoints.enumerated().map {
            "  e\($0): \($1), timeout: 1s, retry: [1s], avoid_half_hours: off}\n"
        }.joined()
        try bench.edit("retier.yaml", "endpoints:\n", "endpoints:\n" + lines.replacing("ORIGIN", with: origin))
        for (channel, old, new) in [
            ("sms", "sms", "e0"), ("wecom", "crm", "e1"), ("service-desk", "staff", "e2"),
        ] {
            let head = try #require(try bench.read("retier.yaml").firstRange(of: "\n  \(channel):\n    title"))
            var text = try bench.read("retier.yaml")
            let place = try #require(text[head.upperBound...].firstRange(of: "endpoint: \(old)\n"))
            text.replaceSubrange(place, with: "endpoint: \(new)\n")
            try bench.write(text, to: "retier.yaml")
        }
        try bench.write(#"{"to": "{{member_id}}", "text": "{{text}}"}"#, to: "templates/any.json.mustache")
        try plant(in: bench, origin: origin)
        let identities = world.memberIDs.enumerated().map { "wecom,wm\($0),\"\($1.replacing("\"", with: "\"\""))\"\n" }
        let file = try bench.folder.write("source,external_id,member_id\n" + identities.joined(), to: "ids.csv")
        try bench.must(["import", "identities", file])
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
        return bench
    }

    private func plant(in bench: CommandBench, origin: String, mishap: Mishap = .echo200) throws {
        for (place, (name, text)) in Self.secrets.sorted(by: { $0.key < $1.key }).enumerated() {
            let unusable = Mishap.unusable[place % Mishap.unusable.count]
            let content = mishap == .badSecrets ? unusable : text.replacing("ORIGIN", with: origin)
            try bench.write(content + "\n", to: "secrets/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: mishap == .openSecrets ? 0o644 : 0o600], ofItemAtPath: bench.path("secrets/\(name)")
            )
        }
    }

    /// Fails on a mark in a text.
    private func expectClean(_ text: String, _ what: String) {
        for mark in Self.marks + [SampleWorld.mark] where text.contains(mark) {
            Issue.record("\(what) shows \(mark): \(text.prefix(2_000))")
        }
    }

    /// Every file of the brand but the secrets themselves, and tokens that only their owner may read.
    private func expectCleanFiles(of bench: CommandBench) throws {
        for name in bench.files("") where !name.hasPrefix("secrets/") && name != "retier.yaml" {
            let path = bench.path(name)
            guard let bytes = FileManager.default.contents(atPath: path) else { continue }
            if name.hasPrefix("var/tokens/") {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
                continue
            }
            for mark in Self.marks where bytes.firstRange(of: Data(mark.utf8)) != nil {
                Issue.record("\(name) holds \(mark)")
            }
        }
    }

    @Test(arguments: Kinds.allCases)
    func nothingThatTheProgramSaysOrWritesShowsASecret(kinds: Kinds) throws {
        // One ledger meets one mishap after the other: what each leaves is met by all that follow.
        let bench = try committed(kinds, origin: "http://127.0.0.1:9")
        let endpoints = try bench.ledger().lines("SELECT DISTINCT endpoint FROM message ORDER BY 1")
        #expect(endpoints == ["e0", "e1", "e2"])
        var origin = "http://127.0.0.1:9"
        for mishap in [
            Mishap.closedPort, .openSecrets, .badSecrets, .unknownHost, .privateAddress, .noTLS, .timeout, .reset,
            .echo500, .garbage, .redirect, .echo429, .echo403, .echo400, .echo200,
        ] {
            let receiver = try LoopbackReceiver(script: .init(onRequest: { mishap.behaviour($0) }))
            defer { receiver.stop() }
            let next = mishap.origin(port: receiver.port)
            try bench.write(bench.read("retier.yaml").replacing(origin, with: next), to: "retier.yaml")
            origin = next
            try plant(in: bench, origin: origin, mishap: mishap)
            for endpoint in endpoints { _ = try bench.retier(["endpoints", "enable", endpoint]) }
            for id in try bench.ledger().lines("SELECT id FROM message WHERE state = 'in_doubt'") {
                try bench.must(["doubts", "resolve", id, "--as", "resend"])
            }
            _ = try bench.retier(["replay", "--all"])
            for line in [
                ["deliver"], ["status"], ["endpoints"], ["doubts", "--format", "json"], ["audit", "--format", "csv"],
                ["check"],
            ] {
                let run = try bench.retier(line)
                #expect([0, 3, 75, 78].contains(run.status) && !run.endedBySignal, "\(line): \(run.errors)")
                expectClean(run.output + run.errors, "\(mishap), \(line)")
            }
            if mishap.reaches { #expect(!receiver.requests.isEmpty, "\(mishap)") }
        }
        for line in [
            ["report"], ["status", "--json"], ["endpoints", "--format", "csv"], ["doubts"], ["audit"],
            ["audit", "--format", "json"], ["audit", "verify"], ["show", bench.refreshPlan()],
        ] {
            let run = try bench.retier(line)
            #expect([0, 3].contains(run.status), "\(line): \(run.errors)")
            expectClean(run.output + run.errors, "\(line)")
        }
        try expectCleanFiles(of: bench)
    }

    /// A process with all secrets in memory, killed by each signal of a crash, its report switched on.
    @Test(arguments: [SIGSEGV, SIGBUS, SIGILL, SIGTRAP])
    func aCrashLeavesNoMemoryBehind(signal: Int32) throws {
        let receiver = try LoopbackReceiver(script: .init(onRequest: { _ in .hang }))
        defer { receiver.stop() }
        let bench = try committed(.systems, origin: "http://127.0.0.1:\(receiver.port)")
        let child = try ChildProcess(
            Repository.builtProgram("retier"), ["deliver", "--brand", bench.brand],
            environment: ["SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no"])
        #expect(waits(atMostSeconds: 10) { receiver.requests.count >= 3 })
        let arguments = try String(contentsOfFile: "/proc/\(child.processID)/cmdline", encoding: .utf8)
        let variables = try String(contentsOfFile: "/proc/\(child.processID)/environ", encoding: .utf8)
        let limits = try String(contentsOfFile: "/proc/\(child.processID)/limits", encoding: .utf8)
        expectClean(arguments + variables, "what every user of the machine may read")
        #expect(limits.contains(#/Max core file size +0 +0 /#), "\(limits)")
        child.signal(signal)
        let end = child.waits(atMostSeconds: 10)
        #expect(end?.status == signal && end?.bySignal == true)
        expectClean(child.output + child.errors, "the crash")
        #expect(!child.errors.contains("Registers:"), "memory is shown")
    }
}
