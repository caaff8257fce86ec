import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import RetierTestSupport
import Testing

/// A corporation at WeCom, a clock that a test moves, and channels to it that keep their tokens in a folder.
final class WeComBench {
    let time = ManualClock()
    let sim: WeComAppSimulator
    let folder: TemporaryFolder
    var tokenFolder: String { folder.path("var/tokens") }

    init(_ change: (inout WeComAppRules.Corporation) -> Void = { _ in }) throws {
        var corporation = WeComAppRules.Corporation()
        change(&corporation)
        sim = try WeComAppSimulator(rules: WeComAppRules(corporation), clock: time.clock)
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("var"), withIntermediateDirectories: true)
    }

    deinit { sim.stop() }

    private var account: WeComAccount {
        WeComAccount(baseURL: sim.origin, corpID: "ww0123456789abcdef", secret: .file("unused"))
    }

    /// An application's channel, as a new process would make it.
    func app(concurrency: Int = 1, secret: String = "app-secret") throws -> HTTPEndpoint {
        let settings = WeComAppSettings(account: account, agentID: 1_000_002, recipients: .assigned)
        let endpoint = Endpoint(id: "app", kind: .wecomApp(settings), concurrency: concurrency, timeoutSeconds: 5)
        return try WeComAppChannel.endpoint(
            endpoint, settings: settings, secret: SecretText(secret), tokens: WeComTokens(directory: tokenFolder))
    }

    func task() throws -> HTTPEndpoint {
        let settings = WeComTaskSettings(account: account, identitySource: "wecom")
        let endpoint = Endpoint(id: "task", kind: .wecomTask(settings), concurrency: 1, timeoutSeconds: 5)
        return try WeComTaskChannel.endpoint(
            endpoint, settings: settings, secret: SecretText("app-secret"), tokens: WeComTokens(directory: tokenFolder))
    }

    func toStaff(_ users: String, _ text: String, id: String = "m", interval: Int = 14_400) -> OutgoingMessage {
        DeliveryBench.message(
            id, endpoint: "app",
            body: """
                {"touser":"\(users)","msgtype":"text","agentid":1000002,"text":{"content":"\(text)"},\
                "enable_duplicate_check":1,"duplicate_check_interval":\(interval)}
                """)
    }

    func toCustomers(_ customers: [String], _ text: String = "早") -> OutgoingMessage {
        let list = customers.map { "\"\($0)\"" }.joined(separator: ",")
        return DeliveryBench.message(
            "t", endpoint: "task",
            body: #"{"chat_type":"single","external_userid":[\#(list)],"text":{"content":"\#(text)"}}"#)
    }

    /// A question about a task, for which the message's last moment matters.
    func question(_ reference: String, about message: OutgoingMessage, notAfter: Int64 = .max) -> OutgoingMessage {
        OutgoingMessage(
            purpose: .poll(reference: reference), id: message.id, run: message.run, endpoint: message.endpoint,
            position: message.position, notAfter: Instant(seconds: notAfter), form: message.form, body: message.body)
    }

    /// Sends messages all at once through a new transport; the outcomes in the order of the messages.
    func outcomes(_ messages: [OutgoingMessage], to endpoint: HTTPEndpoint) throws -> [DeliveryOutcome] {
        let completions = Completions()
        let time = self.time
        let transport = try CurlTransport(endpoints: [endpoint], completions: completions) {
            Instant(seconds: time.seconds)
        }
        transport.submit(messages)
        let results = DeliveryBench.results(completions, count: messages.count)
        return withExtendedLifetime(transport) {
            messages.compactMap { message in
                switch results[message.id] {
                case .ended(let outcome), .polled(let outcome): outcome
                case .notStarted, .tooLate, nil: nil
                }
            }
        }
    }

    func outcome(_ message: OutgoingMessage, to endpoint: HTTPEndpoint) throws -> DeliveryOutcome {
        try #require(try outcomes([message], to: endpoint).first)
    }

    /// Requests on a path so far.
    func calls(_ path: String) -> Int { sim.read.filter { $0.path == path }.count }
}
