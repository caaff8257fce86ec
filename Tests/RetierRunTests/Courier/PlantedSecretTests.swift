import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun
import Testing

/// Secrets and members' data that are planted everywhere are found nowhere but where they belong, whatever goes wrong.
@Suite struct PlantedSecretTests {
    /// What goes wrong with every endpoint at once.
    enum Failure: String, CaseIterable, Sendable {
        case unknownHost, noTLS, privateAddress, closedPort, badSecrets, openSecrets
        case redirect, echo200, echo400, echo403, echo404, echo429, echo500, echo502, garbage, reset, timeout
    }

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

    /// Says back everything that it was told.
    private static func echo(_ request: LoopbackRequest, status: Int) -> LoopbackBehaviour {
        if request.path.contains("gettoken"), status == 200 {
            let token = #"{"errcode":0,"errmsg":"ok","access_token":"PLANTED-token","expires_in":7200}"#
            return .answer(status: 200, body: token)
        }
        let parts = ["\(request.path)", "\(request.headers)", String(decoding: request.body, as: UTF8.self)]
        let text = parts.joined(separator: " ").replacing("\"", with: "'").replacing("\\", with: "/")
        let body = """
            {"errcode":93000,"code":19001,"errmsg":"\(text)","msg":"\(text)","results":[{"action_id":"a-1",\
            "status":"refused","code":"PLANTED-hook-token"}],"invaliduser":"","msgid":"m"}
            """
        return .answer(status: status, headers: ["X-Echo": "PLANTED", "x-ogw-ratelimit-reset": "PLANTED"], body: body)
    }

    /// The key in the request's own address, as a host would say it back.
    private static func key(_ request: LoopbackRequest) -> String {
        request.path.firstMatch(of: /PLANTED[A-Za-z-]*/).map { String($0.0) } ?? "elsewhere"
    }

    private static func behaviour(_ failure: Failure, _ request: LoopbackRequest) -> LoopbackBehaviour {
        switch failure {
        case .redirect:
            .answer(status: 302, headers: ["Location": "https://\(key(request)).example\(request.path)"])
        case .garbage: .garbage
        case .reset: .reset
        case .timeout: .hang
        default: echo(request, status: Int(failure.rawValue.drop { !$0.isNumber }) ?? 200)
        }
    }

    private static func origin(_ failure: Failure, port: UInt16) -> String {
        switch failure {
        case .unknownHost: "https://nobody.invalid"
        case .noTLS: "https://127.0.0.1:\(port)"
        case .privateAddress: "https://10.255.255.1"
        case .closedPort: "http://127.0.0.1:9"
        default: "http://127.0.0.1:\(port)"
        }
    }

    @Test(arguments: Failure.allCases)
    func plantedSecretsAreFoundNowhere(failure: Failure) throws {
        let receiver = try LoopbackReceiver(
            script: LoopbackReceiver.Script(onRequest: { Self.behaviour(failure, $0) }))
        defer { receiver.stop() }
        let bench = try CourierBench()
        let origin = Self.origin(failure, port: receiver.port)
        bench.endpoints = Self.endpoints(origin)
        try write(Self.secrets, origin: origin, failure: failure, to: bench.folder)
        try commit(bench)
        let summary = try bench.courier().deliver(until: StopFlag())
        let reached = [.redirect, .garbage, .reset, .timeout].contains(failure) || failure.rawValue.hasPrefix("echo")
        #expect(!reached || receiver.requests.count >= 6)

        var told = "\(summary)"
        dump(summary, to: &told)
        for problem in summary.problems { told += "\(problem.error)" + String(reflecting: problem.error) }
        for mark in Self.marks { #expect(!told.contains(mark), "\(told)") }
        #expect(summary.problems.isEmpty == ![Failure.badSecrets, .openSecrets].contains(failure))
        for (place, text) in try ledgerText(bench.ledger) {
            for mark in Self.marks where text.contains(mark) {
                Issue.record("\(place) holds \(mark): \(text.prefix(300))")
            }
        }
        try checkFiles(bench.folder)
    }

    private func write(_ secrets: [String: String], origin: String, failure: Failure, to folder: URL) throws {
        let unusable = ["PLANTED not a url", "PLANTED\nPLANTED", "", "http://PLANTED:PLANTED@x"]
        for (place, (name, text)) in secrets.sorted(by: { $0.key < $1.key }).enumerated() {
            let path = folder.appending(path: name)
            let content =
                failure == .badSecrets
                ? unusable[place % unusable.count] : text.replacing("ORIGIN", with: origin) + "\n"
            try Data(content.utf8).write(to: path)
            try FileManager.default.setAttributes(
                [.posixPermissions: failure == .openSecrets ? 0o644 : 0o600], ofItemAtPath: path.path)
        }
    }

    private func commit(_ bench: CourierBench) throws {
        try bench.ledger.pool.write { database in
            try database.execute(
                sql: "INSERT INTO run VALUES ('run-1', 'refresh', 'run-1', 20000, 'digest', ?, 0, 0, 0, 0, '{}', NULL)",
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
