import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import Testing

/// Every code that the services document, each in one exchange with the simulated service.
@Suite struct AnswerCodeTests {
    /// One answer and what it has to mean.
    struct Row: Sendable {
        var fault: SimulatorFault
        var verdict: DeliveryOutcome.Verdict
        var code: String
        var holdSeconds: Int?

        init(_ fault: SimulatorFault, _ verdict: DeliveryOutcome.Verdict, _ code: String, holdSeconds: Int? = nil) {
            self.fault = fault
            self.verdict = verdict
            self.code = code
            self.holdSeconds = holdSeconds
        }

        /// A code in the service's own words; the text carries what must never be kept.
        static func code(
            _ number: Int, _ verdict: DeliveryOutcome.Verdict, _ service: String, hold: Int? = nil
        ) -> Row {
            let fault = SimulatorFault.refuse(
                code: number, message: "PLANTED-text, hint: [17], from ip: 10.9.8.7, more info at https://x?e=1")
            return Row(fault, verdict, "\(service)-\(number)", holdSeconds: hold)
        }
    }

    /// The tables of WeCom's path/90313, of DingTalk's and Feishu's guides and of Slack's error page.
    ///
    /// A second is added to every wait because our clock shows whole seconds.
    static let rows: [ChannelBench.Service: [Row]] = [
        .wecom: [-1, 6_000, 45_033, 40_014, 41_001, 42_001, 41_063].map { .code($0, .retry, "wecom") }
            + [45_009, 45_011].map { .code($0, .throttled, "wecom", hold: 61) }
            + [93_000, 93_004, 93_008, 40_001, 40_013, 40_056, 40_091, 40_125, 48_002, 60_020, 301_002]
            .map { .code($0, .gone, "wecom") }
            + [
                40_008, 40_033, 40_035, 40_058, 40_063, 44_001, 44_004, 45_001, 45_002, 45_007, 45_008, 45_034, 40_004,
                40_005, 40_006, 40_007, 40_009, 301_019, 60_111, 81_013, 40_003, 40_031, 40_096, 41_048, 84_061,
            ].map { .code($0, .rejected, "wecom") }
            + [1, 12_345, -2, 93_001].map { .code($0, .ambiguous, "wecom") },
        .dingtalk: [.code(-1, .retry, "dingtalk")]
            + [130_101, 410_100].map { .code($0, .throttled, "dingtalk", hold: 601) }
            + [300_001, 300_005, 400_101, 88, 400_013, 400_102, 400_106].map { .code($0, .gone, "dingtalk") }
            + [400_105, 40_035, 43_002, 43_004, 430_101, 430_102, 430_103, 430_104, 460_101, 310_000]
            .map { .code($0, .rejected, "dingtalk") }
            + [853_002, 1, 12_345].map { .code($0, .ambiguous, "dingtalk") }
            + [
                ("sign not match", "sign"), ("签名不匹配", "sign"), ("ip 1.2.3.4 not in whitelist", "address"),
                ("invalid timestamp", "timestamp"),
            ].map {
                Row(.refuse(code: 310_000, message: $0.0), .gone, "dingtalk-310000-\($0.1)")
            }
            + [
                Row(
                    .refuse(code: 310_000, message: "keywords not in content"), .rejected, "dingtalk-310000-keyword"),
                Row(
                    .answer(status: 200, body: #"{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}"#),
                    .throttled, "dingtalk-gateway-1111", holdSeconds: 11),
                Row(
                    .answer(status: 200, body: #"{"status":1112,"wait":5}"#), .ambiguous, "dingtalk-unreadable"),
            ],
        .feishu: [19_001, 19_007, 19_021, 19_022].map { .code($0, .gone, "feishu") }
            + [19_024, 19_036].map { .code($0, .rejected, "feishu") }
            + [1, 9_499, 10_000].map { .code($0, .ambiguous, "feishu") }
            + [
                Row(.refuse(code: 9_499, message: "Bad Request"), .rejected, "feishu-9499"),
                Row(.refuse(code: 9_499, message: "too many request"), .throttled, "feishu-9499", holdSeconds: 2),
                .code(11_232, .throttled, "feishu", hold: 2),
                Row(
                    .answer(
                        status: 400, headers: ["x-ogw-ratelimit-reset": "17"],
                        body: #"{"code":99991400,"msg":"request trigger frequency limit"}"#), .throttled,
                    "feishu-99991400", holdSeconds: 18),
                Row(
                    .answer(status: 200, body: #"{"code":99991400,"msg":"PLANTED"}"#), .throttled, "feishu-99991400",
                    holdSeconds: 61),
                Row(
                    .answer(status: 200, body: #"{"code":0,"StatusCode":9499,"msg":"success"}"#), .ambiguous,
                    "feishu-0"),
            ],
        .slack: [
            ("invalid_payload", 400), ("no_text", 400), ("user_not_found", 400), ("too_many_attachments", 400),
            ("posting_to_general_channel_denied", 400),
        ].map { Row(.refuse(code: $0.1, message: $0.0), .rejected, "slack-\($0.0)") }
            + [
                ("action_prohibited", 403), ("invalid_token", 403), ("channel_not_found", 404), ("no_service", 404),
                ("no_active_hooks", 404), ("no_team", 404), ("team_disabled", 404), ("channel_is_archived", 410),
            ].map { Row(.refuse(code: $0.1, message: $0.0), .gone, "slack-\($0.0)") }
            + [
                Row(.refuse(code: 500, message: "rollup_error"), .retry, "slack-rollup_error"),
                Row(.refuse(code: 400, message: "PLANTED-word"), .rejected, "http-400"),
                Row(.refuse(code: 404, message: "PLANTED-word"), .gone, "http-404"),
                Row(.refuse(code: 200, message: "PLANTED-word"), .ambiguous, "slack-unreadable"),
                Row(.refuse(code: 200, message: "okay"), .ambiguous, "slack-unreadable"),
                Row(.refuse(code: 202, message: "ok"), .ambiguous, "slack-unreadable"),
                Row(.tooManyRequests(.seconds(7)), .throttled, "http-429", holdSeconds: 8),
                Row(.tooManyRequests(.seconds(0)), .throttled, "http-429", holdSeconds: 2),
                Row(.tooManyRequests(.date(1)), .throttled, "http-429", holdSeconds: 2),
                Row(.tooManyRequests(.seconds(1_000_000)), .throttled, "http-429", holdSeconds: 3_601),
                Row(.answer(status: 429), .throttled, "http-429", holdSeconds: 61),
            ],
    ]

    @Test(arguments: ChannelBench.Service.allCases.filter { rows[$0] != nil })
    func eachDocumentedCodeHasItsVerdict(service: ChannelBench.Service) throws {
        for row in try #require(Self.rows[service]) {
            let simulated = try SimulatedService(service)
            defer { simulated.stop() }
            simulated.play(.always(row.fault))
            let endpoint = try ChannelBench.endpoint(
                ChannelBench.settings(service), url: simulated.url, signing: simulated.signing)
            let message = DeliveryBench.message("msg_1", body: ChannelBench.payload(service))
            let outcome = try #require(
                DeliveryBench.outcome(of: try DeliveryBench.send([message], to: endpoint)[0]))
            #expect(outcome.verdict == row.verdict, "\(row)")
            #expect(outcome.code == row.code, "\(row)")
            #expect(outcome.holdSeconds == row.holdSeconds, "\(row)")
            #expect(outcome.leftUs)
            let text = "\(outcome)"
            #expect(!text.contains("PLANTED") && !text.contains("10.9.8.7"), "the receiver's words are not kept")
        }
    }

    /// The day's quota of DingTalk ends with the day in China.
    @Test(arguments: [
        ("2025-10-09T00:00:00+08:00", 86_461), ("2025-10-09T09:30:00+08:00", 52_261),
        ("2025-10-09T23:59:59+08:00", 62),
    ])
    func aUsedUpDayQuotaWaitsForTheNextDay(time: String, hold: Int) throws {
        let now = Instant(seconds: Int64(try Date(time, strategy: .iso8601).timeIntervalSince1970))
        let exchange = HTTPExchange(
            curlCode: 0, requestLeft: true, httpStatus: 200,
            body: Data(#"{"errcode":90030,"errmsg":"webhook over limit"}"#.utf8))
        let outcome = DingTalkChannel.outcome(of: exchange, at: now)
        #expect(outcome.verdict == .throttled && outcome.code == "dingtalk-90030")
        #expect(outcome.holdSeconds == hold)
    }

    /// A gateway that does not say how long, or says nonsense.
    @Test(arguments: [("", 121), (#","wait":0"#, 3), (#","wait":100000"#, 3_601), (#","wait":-5"#, 3)])
    func theGatewayAgainstAbuseIsGivenMoreTimeThanItAsks(wait: String, hold: Int) {
        let exchange = HTTPExchange(
            curlCode: 0, requestLeft: true, httpStatus: 200, body: Data("{\"status\":1111\(wait)}".utf8))
        let outcome = DingTalkChannel.outcome(of: exchange, at: Instant(seconds: 0))
        #expect(outcome.verdict == .throttled && outcome.holdSeconds == hold)
    }

    /// What looks like success and is none, and what is no answer at all.
    @Test(arguments: [
        "", "{}", "[]", "null", "0", "ok", "true", #""ok""#, #"{"NAME":"0"}"#, #"{"NAME":false}"#, #"{"NAME":null}"#,
        #"{"NAME":0.5}"#, #"{"NAME":[0]}"#, #"{"NAME":0"#, #"{"NAME":0,"#, #"{"NAME":0}x"#, #"{"NAME":0}{"NAME":0}"#,
        #"{"name":0}"#, #"{"data":{"NAME":0}}"#, #"{"errmsg":"ok","msg":"success"}"#, "<html>NAME: 0</html>",
        #"[{"NAME":0}]"#, #"{"NAME":99999999999999999999}"#,
    ])
    func whatIsNotPlainlySuccessIsNotSuccess(template: String) {
        for service in ChannelBench.Service.allCases where service != .webhook {
            if service == .slack, template == "ok" { continue }
            let name = service == .feishu ? "code" : "errcode"
            let exchange = HTTPExchange(
                curlCode: 0, requestLeft: true, httpStatus: 200,
                body: Data(template.replacing("NAME", with: name).utf8))
            let outcome = outcome(of: exchange, service)
            #expect(outcome.verdict == .ambiguous, "\(service)")
            #expect(outcome.code == "\(service)-unreadable", "\(service)")
        }
    }

    private func outcome(of exchange: HTTPExchange, _ service: ChannelBench.Service) -> DeliveryOutcome {
        switch service {
        case .wecom: WeComRobotChannel.outcome(of: exchange)
        case .dingtalk: DingTalkChannel.outcome(of: exchange, at: Instant(seconds: 0))
        case .feishu: FeishuChannel.outcome(of: exchange, isRepeat: false)
        case .slack: SlackChannel.outcome(of: exchange)
        case .webhook: WebhookChannel.outcome(of: exchange)
        }
    }

    /// Statuses of gateways and of addresses that are gone, where the body says nothing.
    @Test(arguments: [
        (301, DeliveryOutcome.Verdict.gone), (400, .ambiguous), (401, .gone), (403, .rejected), (404, .gone),
        (408, .retry), (410, .gone), (413, .ambiguous), (422, .ambiguous), (425, .retry), (429, .throttled),
        (500, .retry), (501, .retry), (502, .ambiguous), (503, .retry), (504, .ambiguous), (100, .ambiguous),
        (600, .ambiguous), (0, .ambiguous),
    ])
    func aStatusSpeaksWhereTheBodyDoesNot(status: Int, verdict: DeliveryOutcome.Verdict) {
        for service in [ChannelBench.Service.wecom, .dingtalk, .feishu] {
            for body in ["<html></html>", #"{"errcode":0,"code":0}"#] {
                let exchange = HTTPExchange(curlCode: 0, requestLeft: true, httpStatus: status, body: Data(body.utf8))
                #expect(outcome(of: exchange, service).verdict == verdict, "\(service) \(body)")
            }
        }
    }
}
