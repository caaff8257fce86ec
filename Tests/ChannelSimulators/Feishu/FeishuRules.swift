/// The custom bots of Feishu and Lark.
package struct FeishuRules: ServiceRules {
    package static let folder = "/open-apis/bot/v2/hook/"

    /// One bot of a group and its security settings.
    package struct Bot: Sendable {
        var secret: String?
        var keywords: [String]
        var isAddressAllowed = true
        var isEnabled = true
        var perMinute: SlidingWindow
        var perSecond: SlidingWindow
        /// When the last 11232 was answered.
        var limitedAt: Int64?

        package init(
            secret: String? = nil, keywords: [String] = [], messagesPerMinute: Int = 100, messagesPerSecond: Int = 5
        ) {
            self.secret = secret
            self.keywords = keywords
            perMinute = SlidingWindow(limit: messagesPerMinute, seconds: 60)
            perSecond = SlidingWindow(limit: messagesPerSecond, seconds: 1)
        }
    }

    /// By token.
    var bots: [String: Bot]
    var maxBytes: Int
    var avoidsFullHours: Bool

    package init(bots: [String: Bot], maxBytes: Int = 20_480, avoidsFullHours: Bool = false) {
        self.bots = bots
        self.maxBytes = maxBytes
        self.avoidsFullHours = avoidsFullHours
    }

    package func refusal(code: Int, message: String) -> SimulatorReply {
        SimulatorReply(
            // 9499 comes with HTTP 400, everything else with 200.
            status: code == 9499 ? 400 : 200,
            body: "{\"code\":\(code),\"data\":{},\"msg\":\(SimulatorJSON.quoted(message))}", decision: "\(code)")
    }

    package mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply {
        guard request.path.hasPrefix(Self.folder) else {
            return SimulatorReply(status: 404, contentType: "text/plain", body: "404 page not found", decision: "404")
        }
        let token = String(request.path.dropFirst(Self.folder.count))
        guard request.method == "POST", let bot = bots[token] else {
            return refusal(code: 19001, message: "param invalid: incoming webhook access token invalid")
        }
        guard bot.isEnabled else { return refusal(code: 19007, message: "Bot Not Enabled") }
        guard bot.isAddressAllowed else { return refusal(code: 19022, message: "Ip Not Allowed") }
        guard request.body.count <= maxBytes, request.mediaType == "application/json",
            let body = SimulatorJSON.parse(request.body), body.object != nil
        else { return refusal(code: 9499, message: "Bad Request") }
        guard isSigned(body, bot, request, log: &log) else {
            return refusal(
                code: 19021, message: "sign match fail or timestamp is not within one hour from current time")
        }
        guard hasRoom(token, request, log: &log) else {
            return refusal(code: 11232, message: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
        }
        if avoidsFullHours, FullHours.isBusy(request.seconds) { log.violate(request, "sent at a full or half hour") }
        guard let type = body["msg_type"]?.string, let texts = Self.texts(of: body, type: type) else {
            return refusal(code: 9499, message: "Bad Request")
        }
        let text = texts.joined(separator: "\n")
        guard bot.keywords.isEmpty || bot.keywords.contains(where: { text.contains($0) }) else {
            return refusal(code: 19024, message: "Key Words Not Found")
        }
        log.show(
            request, kind: type, text: text,
            recipients: text.matches(of: /<at (?:user_)?id="?([^">]+)"?>/).map { String($0.1) })
        return SimulatorReply(
            body: #"{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}"#, decision: "ok")
    }

    private func isSigned(
        _ body: SimulatorJSON, _ bot: Bot, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> Bool {
        guard let secret = bot.secret else {
            if body["sign"] != nil { log.violate(request, "a signature for a bot that has no secret") }
            return true
        }
        if body["timestamp"] != nil, body["timestamp"]?.string == nil { log.violate(request, "timestamp is no string") }
        guard let text = body["timestamp"]?.string, let seconds = Int64(text), "\(seconds)" == text,
            abs(request.seconds - seconds) <= 3_600
        else { return false }
        return body["sign"]?.string == SimulatorSignature.feishu(secret: secret, seconds: text)
    }

    private mutating func hasRoom(
        _ token: String, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> Bool {
        let now = request.milliseconds
        // A second is the least that the guide asks for.
        if let last = bots[token]?.limitedAt, now - last < 1_000, now > last {
            log.violate(request, "came \(now - last) ms after 11232")
        }
        guard bots[token]?.perMinute.hasRoom(at: now) == true, bots[token]?.perSecond.hasRoom(at: now) == true else {
            bots[token]?.limitedAt = now
            return false
        }
        bots[token]?.perMinute.count(at: now)
        bots[token]?.perSecond.count(at: now)
        return true
    }

    /// What people read; nil where the message is not built as its type asks.
    private static func texts(of body: SimulatorJSON, type: String) -> [String]? {
        switch type {
        case "text":
            guard let text = body["content"]?["text"]?.string, !text.isEmpty else { return nil }
            return [text]
        case "post": return postTexts(of: body["content"]?["post"])
        case "interactive":
            guard let card = body["card"], card.object?.isEmpty == false else { return nil }
            return card.allStrings
        default: return nil
        }
    }

    private static func postTexts(of post: SimulatorJSON?) -> [String]? {
        guard let languages = post?.object, !languages.isEmpty else { return nil }
        var texts: [String] = []
        for (_, language) in languages.sorted(by: { $0.key < $1.key }) {
            guard let paragraphs = language["content"]?.array, !paragraphs.isEmpty else { return nil }
            texts.append(language["title"]?.string ?? "")
            for paragraph in paragraphs {
                guard let nodes = paragraph.array else { return nil }
                for node in nodes {
                    guard let text = postText(of: node) else { return nil }
                    texts.append(text)
                }
            }
        }
        return texts
    }

    private static func postText(of node: SimulatorJSON) -> String? {
        switch node["tag"]?.string {
        case "text": node["text"]?.string
        case "a": node["href"]?.string == nil ? nil : node["text"]?.string
        case "at": node["user_id"]?.string.map { "<at user_id=\"\($0)\">" }
        case "img": node["image_key"]?.string.map { _ in "" }
        default: nil
        }
    }
}

package typealias FeishuSimulator = ChannelSimulator<FeishuRules>

extension ChannelSimulator where Rules == FeishuRules {
    /// The address of a bot, as Feishu hands it out.
    package func url(token: String) -> String { "\(origin)\(FeishuRules.folder)\(token)" }

    package func setEnabled(_ isEnabled: Bool, token: String) {
        change { rules, _, _ in rules.bots[token]?.isEnabled = isEnabled }
    }

    /// Whether the sender's address is on the bot's list.
    package func setAddressAllowed(_ isAllowed: Bool, token: String) {
        change { rules, _, _ in rules.bots[token]?.isAddressAllowed = isAllowed }
    }
}
