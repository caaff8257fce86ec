import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun
import Testing

/// Secrets and members' data that are planted everywhere are found nowhere but where they belong, whatever goes wrong.
@Suite struct PlantedSecretTests {
    /// Secrets of all kinds; the webhook's key is the base64 of a text that holds the marker.
    private static let secrets = [
        "wecom": "ORIGIN/cgi-bin/webhook/send?key=PLANTED-wecom-key",
        "dingtalk": "ORIGIN/robot/send?access_token=PLANTED-dingtalk-token", "dingtalk-signing": "SECPLANTED-dingtalk",
        "feishu": "ORIGIN/open-apis/bot/v2/hook/PLANTED-feishu-token", "feishu-signing": "PLANTED-feishu-secret",
        "slack": "ORIGIN/services/T0/B0/PLANTED-slack-key", "hook": "whsec_UExBTlRFRFBMQU5URURQTEFOVEVEUExBTlRFRFBM",
        "github": "PLANTED-github-secret", "app": "PLANTED-app-secret", "custom": "ORIGIN/sms?key=PLANTED-custom-key",
        "bearer": "PLANTED-bearer",
    ]
    /// What must be nowhere: the planted text, and the webhook's key as it is written.
    private static let marks = ["PLANTED", "UExBTlRFRF", "MARKED-member"]

    private static func endpoints(_ origin: String) -> [Endpoint] {
        let account = WeComAccount(baseURL: origin, corpID: "ww1", secret: .file("app"))
        let answers = AnswerRules(success: [AnswerRule(statuses: [201])])
        let kinds: [(String, Endpoint.Kind)] = [
            ("wecom", .wecomRobot(RobotSettings(address: .file("wecom")))),
            ("dingtalk", .dingtalkRobot(RobotSettings(address: .file("dingtalk"), signing: .file("dingtalk-signing")))),
            ("feishu", .feishuRobot(RobotSettings(address: .file("feishu"), signing: .file("feishu-signing")))),
            ("slack", .slackRobot(RobotSettings(address: .file("slack")))),
            (
                "hook",
                .webhook(
                    url: origin + "/hook?token=PLANTED-hook-token", secret: .file("hook"), githubSecret: .file("github")
                )
            ),
            (
                "app",
                .wecomApp(
                    WeComAppSettings(
                        account: account, agentID: 1, recipients: .fixed(users: ["a"], parties: [], tags: [])))
            ),
            ("task", .wecomTask(WeComTaskSettings(account: account, identitySource: "wecom"))),
            (
                "custom",
                .custom(
                    CustomChannelSettings(
                        address: .secret(.file("custom")),
                        headers: [.init(name: "Authorization", value: .secret(.file("bearer"), prefix: "Bearer "))],
                        body: "x", answers: answers))
            ),
        ]
        return kinds.map {
            Endpoint(
                id: $0.0, kind: $0.1, concurrency: 1, timeoutSeconds: 1, retrySeconds: [], limits: EndpointLimits())
        }
    }

    @Test(arguments: Mishap.allCases)
    func plantedSecretsAreFoundNowhere(failure: Mishap) throws {
        let receiver = try LoopbackReceiver(
            script: LoopbackReceiver.Script(onRequest: { failure.behaviour($0) }))
        defer { receiver.stop() }
        let bench = try CourierBench()
        let origin = failure.origin(port: receiver.port)
        bench.endpoints = Self.endpoints(origin)
        try write(Self.secrets, origin: origin, failure: failure, to: bench.folder)
        try commit(bench)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(!failure.reaches || receiver.requests.count >= 6)

        var told = "\(summary)"
        dump(summary, to: &told)
        for problem in summary.problems { told += "\(problem.error)" + String(reflecting: problem.error) }
        for mark in Self.marks { #expect(!told.contains(mark), "\(told)") }
        #expect(summary.problems.isEmpty == ![Mishap.badSecrets, .openSecrets].contains(failure))
        for (place, text) in try ledgerText(bench.ledger) {
            for mark in Self.marks where text.contains(mark) {
                Issue.record("\(place) holds \(mark): \(text.prefix(300))")
            }
        }
        try checkFiles(bench.folder)
    }

    private func write(_ secrets: [String: String], origin: String, failure: Mishap, to folder: URL) throws {
        for (place, (name, text)) in secrets.sorted(by: { $0.key < $1.key }).enumerated() {
            let path = folder.appending(path: name)
            let content =
                failure == .badSecrets
                ? Mishap.unusable[place % Mishap.unusable.count] : text.replacing("ORIGIN", with: origin) + "\n"
            try Data(content.utf8).write(to: path)
            try FileManager.default.setAttributes(
                [.posixPermissions: failure == .openSecrets ? 0o644 : 0o600], ofItemAtPath: path.path)
        }
    }

    private func commit(_ bench: CourierBench) throws {
        try bench.ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO run
                    VALUES ('run-1', 'refresh', 'run-1', 20000, 'digest', ?, 0, 0, 0, 0, 0, '{}', NULL)
                    """,
                arguments: [CourierBench.now().seconds])
            for endpoint in bench.endpoints {
                for (position, form) in [MessageForm.payload, .attachment].enumerated() {
                    if form == .attachment, endpoint.id != "wecom" { continue }
                    try NewMessage(
                        id: "m-\(endpoint.id)-\(position)", run: "run-1", endpoint: endpoint.id, position: position + 1,
                        part: MessagePart(
                            form: form, body: Array(#"{"text":"MARKED-member 王芳 13800000000"}"#.utf8), actions: 1),
                        dueAt: CourierBench.now(), notAfter: CourierBench.now().adding(seconds: 3_600)
                    ).insert(in: database)
                }
            }
            try AuditTrail.appendCommit(ofRun: "run-1", at: CourierBench.now(), in: database)
        }
    }

    /// Every row of every table but the messages' own bytes.
    private func ledgerText(_ ledger: Ledger) throws -> [(place: String, text: String)] {
        try ledger.pool.read { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'message_body'")
            return try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { row in
                    let values = row.map { _, value in
                        Data.fromDatabaseValue(value).map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
                    }
                    return (table, values.joined(separator: "|"))
                }
            }
        }
    }

    /// No file holds a secret but the secrets' own and the cache of tokens, which is nobody else's to read.
    private func checkFiles(_ folder: URL) throws {
        let own = Set(Self.secrets.keys).union(["crm.secret"])
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !own.contains(name) {
            let path = folder.appending(path: name).path
            guard let content = FileManager.default.contents(atPath: path) else { continue }
            if name.hasPrefix("var/tokens/") {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
                continue
            }
            for mark in ["PLANTED", "UExBTlRFRF"] {
                let isClean = content.firstRange(of: Data(mark.utf8)) == nil
                #expect(isClean, "\(name) holds a secret")
            }
        }
    }
}
