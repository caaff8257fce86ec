/// The custom robots of DingTalk.
package struct DingTalkRules: ServiceRules {
    package static let path = "/robot/send"
    static let penaltyMilliseconds: Int64 = 600_000
    static let maxBytes = 20_000

    /// One robot of a group and its security settings.
    package struct Robot: Sendable {
        var secret: String?
        var keywords: [String]
        var isAddressAllowed = true
        var window: SlidingWindow
        var penaltyUntil: Int64 = 0
        var stoppedWith: Int?

        package init(secret: String? = nil, keywords: [String] = [], messagesPerMinute: Int = 20) {
            self.secret = secret
            self.keywords = keywords
            window = SlidingWindow(limit: messagesPerMinute, seconds: 60)
        }
    }

    /// By access token.
    var robots: [String: Robot]

    package init(robots: [String: Robot]) { self.robots = robots }

    package func refusal(code: Int, message: String) -> SimulatorReply {
        SimulatorReply(
            contentType: "application/json", body: "{\"errcode\":\(code),\"errmsg\":\(SimulatorJSON.quoted(message))}",
            decision: code == 0 ? "ok" : "\(code)")
    }

    package mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply {
        guard request.path == Self.path else { return refusal(code: 404, message: "请求的URI地址不存在") }
        guard request.method == "POST" else { return refusal(code: 43002, message: "需要POST请求") }
        guard let token = request.value(of: "access_token"), !token.isEmpty else {
            return refusal(code: 40035, message: "缺少参数 access_token")
        }
        guard let robot = robots[token] else { return refusal(code: 300005, message: "token is not exist") }
        if let code = robot.stoppedWith { return refusal(code: code, message: Self.stopText(code)) }
        if let problem = signatureProblem(of: request, robot, log: &log) {
            return refusal(code: 310000, message: problem)
        }
        if let reply = limited(request, token, log: &log) { return reply }
        guard request.mediaType == "application/json" else {
            return refusal(code: 43004, message: "无效的HTTP HEADER Content-Type")
        }
        guard request.body.count <= Self.maxBytes else {
            return refusal(code: 460101, message: "message too long, exceed 20000 bytes")
        }
        guard let body = SimulatorJSON.parse(request.body), body.object != nil else {
            return refusal(code: 40035, message: "缺少参数 json")
        }
        if !robot.keywords.isEmpty {
            let text = body.allStrings.joined(separator: "\n")
            guard robot.keywords.contains(where: { text.contains($0) }) else {
                return refusal(code: 310000, message: "keywords not in content")
            }
        }
        return show(body, request, log: &log)
    }

    private static func stopText(_ code: Int) -> String {
        switch code {
        case 400013: "群已被解散"
        case 400101: "access_token不存在"
        case 400102: "机器人已停用"
        case 400106: "机器人不存在"
        default: "robot unavailable"
        }
    }

    private func signatureProblem(
        of request: SimulatorRequest, _ robot: Robot, log: inout SimulatorLog
    ) -> String? {
        guard robot.isAddressAllowed else { return "ip 127.0.0.1 not in whitelist" }
        guard let secret = robot.secret else {
            if request.query.contains(where: { $0.name == "sign" }) {
                log.violate(request, "a signature for a robot that has no secret")
            }
            return nil
        }
        for name in ["timestamp", "sign"] where request.query.count(where: { $0.name == name }) > 1 {
            log.violate(request, "'\(name)' is written twice")
        }
        guard let text = request.value(of: "timestamp"), let time = Int64(text), "\(time)" == text,
            abs(request.milliseconds - time) <= 3_600_000
        else { return "invalid timestamp" }
        let wanted = SimulatorSignature.dingTalk(secret: secret, milliseconds: text)
        return request.value(of: "sign") == wanted ? nil : "sign not match"
    }

    /// Twenty a minute; one more, and ten minutes of nothing.
    private mutating func limited(
        _ request: SimulatorRequest, _ token: String, log: inout SimulatorLog
    ) -> SimulatorReply? {
        let now = request.milliseconds
        let tooFast = refusal(code: 130101, message: "send too fast, exceed 20 times per minute")
        if let until = robots[token]?.penaltyUntil, now < until {
            // What was on its way when the first refusal came is no breach.
            if now > until - Self.penaltyMilliseconds + 1_000 {
                log.violate(request, "came \((until - now + 999) / 1_000) s before the penalty of 130101 was over")
            }
            return tooFast
        }
        guard robots[token]?.window.hasRoom(at: now) == true else {
            robots[token]?.penaltyUntil = now + Self.penaltyMilliseconds
            return tooFast
        }
        robots[token]?.window.count(at: now)
        return nil
    }

    private func show(
        _ body: SimulatorJSON, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> SimulatorReply {
        let required = [
            "text": ["content"], "markdown": ["title", "text"], "link": ["title", "text", "messageUrl"],
            "actionCard": ["title", "text"], "feedCard": ["links"],
        ]
        guard let type = body["msgtype"]?.string else { return refusal(code: 40035, message: "缺少参数 msgtype") }
        guard let fields = required[type] else { return refusal(code: 400105, message: "不支持的消息类型") }
        guard let content = body[type], content.object != nil else {
            return refusal(code: 40035, message: "缺少参数 \(type)")
        }
        for field in fields where field != "links" && content[field]?.string?.isEmpty != false {
            return refusal(code: 40035, message: "缺少参数 \(type).\(field)")
        }
        if type == "feedCard", content["links"]?.array?.isEmpty != false {
            return refusal(code: 40035, message: "缺少参数 feedCard.links")
        }
        let text = content["content"]?.string ?? content["text"]?.string ?? content.allStrings.joined(separator: "\n")
        log.show(request, kind: type, text: text, recipients: mentions(body["at"], text, request, log: &log))
        return refusal(code: 0, message: "ok")
    }

    /// Who is named; in a text that does not hold the `@` nobody is reminded.
    private func mentions(
        _ list: SimulatorJSON?, _ text: String, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> [String] {
        guard let list else { return [] }
        var names: [String] = []
        for field in ["atMobiles", "atUserIds"] {
            guard let value = list[field] else { continue }
            guard let strings = value.strings else {
                log.violate(request, "at.\(field) is not a list of strings")
                continue
            }
            for name in strings where !text.contains("@\(name)") {
                log.violate(request, "at.\(field) names somebody whom the text does not mention with @")
            }
            names += strings
        }
        if let all = list["isAtAll"] {
            if let all = all.bool {
                names += all ? ["@all"] : []
            } else {
                log.violate(request, "at.isAtAll is not true or false")
            }
        }
        return names
    }
}

package typealias DingTalkSimulator = ChannelSimulator<DingTalkRules>

extension ChannelSimulator where Rules == DingTalkRules {
    /// The address of a robot without timestamp and signature, as DingTalk hands it out.
    package func url(token: String) -> String { "\(origin)\(DingTalkRules.path)?access_token=\(token)" }

    /// From now on the robot answers everything with this code: 400013, 400101, 400102, 400106, 90030, ...
    package func stopRobot(token: String, code: Int) {
        change { rules, _, _ in rules.robots[token]?.stoppedWith = code }
    }

    package func restartRobot(token: String) { change { rules, _, _ in rules.robots[token]?.stoppedWith = nil } }

    /// Whether the sender's address is on the robot's list.
    package func setAddressAllowed(_ isAllowed: Bool, token: String) {
        change { rules, _, _ in rules.robots[token]?.isAddressAllowed = isAllowed }
    }
}
