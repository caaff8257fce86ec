import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery

/// Endpoints of every kind that speaks to a group or a receiver, and what to send them.
enum ChannelBench {
    enum Service: String, CaseIterable, Sendable { case wecom, dingtalk, feishu, slack, webhook }

    static let key = "PLANTED-key-1"
    static let signing = "SECPLANTED-signing-1"
    static let slackPath = "/services/T0/B0/PLANTED"

    /// A payload that the service takes.
    static func payload(_ service: Service, text: String = "12 人降级") -> String {
        switch service {
        case .wecom: #"{"msgtype":"markdown","markdown":{"content":"\#(text)"}}"#
        case .dingtalk: #"{"msgtype":"text","text":{"content":"\#(text)"}}"#
        case .feishu: #"{"msg_type":"text","content":{"text":"\#(text)"}}"#
        case .slack: #"{"text":"\#(text)"}"#
        case .webhook: #"{"type":"actions.created","data":{"text":"\#(text)","actions":[{"action_id":"a-1"}]}}"#
        }
    }

    /// What `retier.yaml` says of an endpoint; the secrets are given apart.
    static func settings(
        _ service: Service, timeoutSeconds: Int = 5, allowPrivate: [String] = [], caFile: String? = nil,
        proxy: String? = nil
    ) -> Endpoint {
        let robot = RobotSettings(address: .file("unused"))
        let kind: Endpoint.Kind =
            switch service {
            case .wecom: .wecomRobot(robot)
            case .dingtalk: .dingtalkRobot(robot)
            case .feishu: .feishuRobot(robot)
            case .slack: .slackRobot(robot)
            case .webhook: .webhook(url: "https://unused.example", secret: .file("unused"))
            }
        return Endpoint(
            id: "crm", kind: kind, concurrency: 1, timeoutSeconds: timeoutSeconds, allowPrivate: allowPrivate,
            caFile: caFile, proxy: proxy)
    }

    static func endpoint(_ settings: Endpoint, url: String, signing: String? = nil) throws -> HTTPEndpoint {
        let address = SecretText(url)
        let signing = signing.map { SecretText($0) }
        return switch settings.kind {
        case .wecomRobot: try WeComRobotChannel.endpoint(settings, address: address)
        case .dingtalkRobot: try DingTalkChannel.endpoint(settings, address: address, signing: signing)
        case .feishuRobot: try FeishuChannel.endpoint(settings, address: address, signing: signing)
        case .slackRobot: try SlackChannel.endpoint(settings, address: address)
        default:
            try WebhookChannel.endpoint(
                settings, url: url, secret: WebhookSecret(text: DeliveryBench.secret, name: "test"),
                githubSecret: signing)
        }
    }

    /// The address of a robot on some origin, as the service would hand it out.
    static func address(_ service: Service, origin: String) -> String {
        switch service {
        case .wecom: origin + "/cgi-bin/webhook/send?key=" + key
        case .dingtalk: origin + "/robot/send?access_token=" + key
        case .feishu: origin + "/open-apis/bot/v2/hook/" + key
        case .slack: origin + slackPath
        case .webhook: origin + "/actions?token=" + key
        }
    }
}

/// A simulated service of any kind, for tests that ask the same of all.
struct SimulatedService {
    let url: String
    let signing: String?
    let play: (SimulatorFaults) -> Void
    let shown: () -> [ShownMessage]
    let violations: () -> [String]
    let stop: () -> Void

    init(_ service: ChannelBench.Service, clock: SimulatorClock = .system, isSigned: Bool = true) throws {
        let key = ChannelBench.key
        let secret = isSigned ? ChannelBench.signing : nil
        switch service {
        case .wecom:
            let simulator = try WeComRobotSimulator(
                rules: WeComRobotRules(keys: [key], messagesPerMinute: 1_000), clock: clock)
            self.init(simulator, url: simulator.url(key: key), signing: nil)
        case .dingtalk:
            let rules = DingTalkRules(robots: [key: .init(secret: secret, messagesPerMinute: 1_000)])
            let simulator = try DingTalkSimulator(rules: rules, clock: clock)
            self.init(simulator, url: simulator.url(token: key), signing: secret)
        case .feishu:
            let bot = FeishuRules.Bot(secret: secret, messagesPerMinute: 1_000, messagesPerSecond: 1_000)
            let simulator = try FeishuSimulator(rules: FeishuRules(bots: [key: bot]), clock: clock)
            self.init(simulator, url: simulator.url(token: key), signing: secret)
        case .slack:
            let rules = SlackRules(hooks: [ChannelBench.slackPath: .init(burst: 1_000)])
            let simulator = try SlackSimulator(rules: rules, clock: clock)
            self.init(simulator, url: simulator.url(path: ChannelBench.slackPath), signing: nil)
        case .webhook:
            let rules = StandardWebhookRules(secrets: [DeliveryBench.secret], hubSecret: secret)
            let simulator = try StandardWebhookSimulator(rules: rules, clock: clock)
            self.init(simulator, url: simulator.url, signing: secret)
        }
    }

    private init(_ simulator: ChannelSimulator<some ServiceRules>, url: String, signing: String?) {
        self.url = url
        self.signing = signing
        play = { simulator.play($0) }
        shown = { simulator.shown }
        violations = { simulator.violations }
        stop = { simulator.stop() }
    }
}
