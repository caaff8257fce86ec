import RetierCore
import RetierTestSupport
import Testing

@testable import RetierBrand

/// What each kind of endpoint in the valid folder's `retier.yaml` comes to.
struct EndpointTests {
    private let programme: Programme

    init() throws { programme = try BrandFixture.load(BrandFixture.folder()).programme }

    private func endpoint(_ id: String) throws -> Endpoint { try #require(programme.endpoint(id)) }

    @Test func endpointWithoutKeysHasWhatItsServiceDocuments() throws {
        for (id, rates) in [
            ("out", []), ("dingtalk", [RateLimit(max: 20, perSeconds: 60)]),
            ("feishu", [RateLimit(max: 100, perSeconds: 60), RateLimit(max: 5, perSeconds: 1)]),
            ("slack", [RateLimit(max: 1, perSeconds: 1)]), ("list", []),
        ] {
            let endpoint = try endpoint(id)
            #expect(endpoint.limits == nil && endpoint.effectiveLimits.rates == rates, "\(id)")
        }
        #expect(try endpoint("dingtalk").concurrency == 1 && endpoint("slack").concurrency == 1)
        #expect(try endpoint("feishu").concurrency == 2 && endpoint("app").concurrency == 4)
    }

    @Test func configuredKeyReplacesItsPartOfTheStandardOnly() throws {
        let robot = try endpoint("wecom").effectiveLimits
        #expect(robot == EndpointLimits(rates: [RateLimit(max: 10, perSeconds: 60)], avoidsHalfHours: true))
        let task = try endpoint("task").effectiveLimits
        #expect(task == EndpointLimits(rates: [RateLimit(max: 60, perSeconds: 60)], pollSeconds: 600))
        let hook = try endpoint("hook")
        let rates = [RateLimit(max: 600, perSeconds: 60), RateLimit(max: 20, perSeconds: 1)]
        #expect(
            hook.limits
                == EndpointLimits(rates: rates, breakerFailures: 5, breakerSeconds: 60, avoidsHalfHours: true))
        #expect(hook.onDoubt == .hold && hook.caFile == "tls/ca.pem")
        #expect(hook.proxy == "http://proxy.example.com:3128")
    }

    @Test func robotsHaveTheirSettings() throws {
        #expect(
            try endpoint("wecom").kind
                == .wecomRobot(
                    RobotSettings(
                        address: .file("secrets/wecom-robot"), format: .text, mentions: ["@all", "ZhangSan"],
                        mentionMobiles: ["13800000000", "@all"])))
        #expect(
            try endpoint("dingtalk").kind
                == .dingtalkRobot(
                    RobotSettings(
                        address: .credential("dingtalk"), signing: .credential("dingtalk-signing"),
                        mentionMobiles: ["+8613800000000"])))
        #expect(
            try endpoint("slack").kind
                == .slackRobot(
                    RobotSettings(address: .file("secrets/slack"), format: .text, mentions: ["U012ABCDEF"])))
    }

    @Test func wecomApplicationsHaveTheirSettings() throws {
        let account = WeComAccount(
            baseURL: "http://127.0.0.1:8099", corpID: "ww1234567890abcdef", secret: .credential("wecom-app"))
        let app = WeComAppSettings(
            account: account, agentID: 1_000_002, format: .markdown,
            recipients: .fixed(users: ["ZhangSan", "lisi"], parties: ["2"], tags: ["7", "9"]),
            duplicateCheckSeconds: 1_800)
        #expect(try endpoint("app").kind == .wecomApp(app))
        #expect(try endpoint("app").deliveryPolicy.onDoubt == .resendWithin(seconds: 1_500))
        #expect(try endpoint("owners").deliveryPolicy.onDoubt == .hold)
        guard case .wecomApp(let owners) = try endpoint("owners").kind else {
            Issue.record("no application")
            return
        }
        #expect(owners.recipients == .assigned && owners.account.baseURL == "https://qyapi.weixin.qq.com")
        let contact = WeComAccount(corpID: "ww1234567890abcdef", secret: .file("secrets/contact"))
        #expect(
            try endpoint("task").kind
                == .wecomTask(WeComTaskSettings(account: contact, identitySource: "wecom", sender: "ZhangSan")))
    }

    @Test func customChannelHasItsSettings() throws {
        let rule = { (statuses: [Int]?, body: [AnswerRule.BodyValue], hold: Int) in
            AnswerRule(statuses: statuses, body: body, holdSeconds: hold)
        }
        func value(_ path: String..., is values: [JSONScalar]) -> AnswerRule.BodyValue {
            .init(path: path, values: values)
        }
        let answers = AnswerRules(
            success: [rule([200, 201], [value("code", is: [.number("0")])], 60)],
            throttled: [
                rule([429], [], 120), rule(nil, [value("code", is: [.number("1009"), .text("1009")])], 60),
            ],
            refused: [
                rule(
                    nil,
                    [
                        value("code", is: [.number("2001"), .number("2002")]),
                        value("data", "retry", is: [.flag(false)]),
                    ],
                    60)
            ],
            gone: [rule([410], [value("error", is: [.null])], 60)])
        let gateway = try endpoint("gateway")
        #expect(
            gateway.kind.custom
                == CustomChannelSettings(
                    address: .url("https://sms.example.com/v1/messages"),
                    headers: [
                        .init(name: "Authorization", value: .secret(.file("secrets/sms"), prefix: "Bearer ")),
                        .init(name: "X-Tenant", value: .text("sunfield")),
                    ], body: "gateway/sms", maxBodyBytes: 4_000, idempotencyHeader: "Idempotency-Key", answers: answers)
        )
        #expect(gateway.batch == 1 && gateway.deliveryPolicy.onDoubt == .resend)
        let list = try endpoint("list")
        #expect(list.kind.custom?.address == .secret(.file("secrets/list")) && list.kind.custom?.grouping == .message)
        #expect(list.batch == 20 && list.deliveryPolicy.onDoubt == .hold)
    }

    @Test(arguments: [
        ("20/1m", 20, 60), ("5/1s", 5, 1), ("1/3s", 1, 3), ("999999/24h", 999_999, 86_400),
    ])
    func rateIsReadAndWritten(text: String, max: Int, seconds: Int) {
        let rate = TextFormat.rateLimit(text)
        #expect(rate == RateLimit(max: max, perSeconds: seconds) && rate?.written == text)
    }

    @Test(arguments: ["", "20", "20/m", "0/1m", "020/1m", "20/0m", "20/1d", "-1/1s", "1/1m/1m", "1 / 1m", "1000000/1s"])
    func whatIsNoRateIsRefused(text: String) { #expect(TextFormat.rateLimit(text) == nil) }
}
