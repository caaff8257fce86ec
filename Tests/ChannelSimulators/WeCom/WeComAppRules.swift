import Foundation

/// One application of a WeCom corporation: access tokens, messages to staff, and mass messages to customers.
package struct WeComAppRules: ServiceRules {
    package static let tokenPath = "/cgi-bin/gettoken"
    package static let sendPath = "/cgi-bin/message/send"
    package static let addTaskPath = "/cgi-bin/externalcontact/add_msg_template"
    package static let taskPath = "/cgi-bin/externalcontact/get_groupmsg_task"
    package static let resultPath = "/cgi-bin/externalcontact/get_groupmsg_send_result"
    package static let cancelPath = "/cgi-bin/externalcontact/cancel_groupmsg_send"
    static let tokenLifeSeconds: Int64 = 7_200

    /// Who exists and what is allowed.
    package struct Corporation: Sendable {
        package var corpID = "ww0123456789abcdef"
        package var secret = "app-secret"
        package var agentID: Int64 = 1_000_002
        /// Staff who see the application, by userid.
        package var staff: Set<String> = ["zhangsan", "lisi"]
        package var parties: Set<String> = ["1"]
        package var tags: Set<String> = []
        /// The staff member who looks after each customer, by external_userid.
        package var contacts: [String: String] = [:]
        /// How often a minute `gettoken` may be called.
        package var tokenCallsPerMinute = 10
        /// How many mass messages a customer receives in 30 days.
        package var massMessagesPerMonth = 30

        package init() {}
    }

    var corporation: Corporation
    var tokens = WeComTokens()
    var tasks: [String: WeComTask] = [:]
    /// When each customer received mass messages.
    var received: [String: [Int64]] = [:]
    private var tokenCalls: SlidingWindow
    /// The moment until which an identical body is not shown again.
    private var duplicates: [Data: Int64] = [:]
    private(set) var suppressedDuplicates = 0
    private var perMemberMinute: [String: SlidingWindow] = [:]
    private var perMemberHour: [String: SlidingWindow] = [:]
    private var sent = 0

    package init(_ corporation: Corporation = Corporation()) {
        self.corporation = corporation
        tokenCalls = SlidingWindow(limit: corporation.tokenCallsPerMinute, seconds: 60)
    }

    package func refusal(code: Int, message: String) -> SimulatorReply { WeComAnswer.refusal(code, message) }

    package mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply {
        if request.path == Self.tokenPath { return token(request) }
        let known = [Self.sendPath, Self.addTaskPath, Self.taskPath, Self.resultPath, Self.cancelPath]
        guard known.contains(request.path) else {
            return SimulatorReply(status: 404, contentType: "", body: "", decision: "404")
        }
        if let problem = tokens.problem(with: request.value(of: "access_token"), at: request.milliseconds) {
            return WeComAnswer.refusal(problem.code, problem.message)
        }
        guard request.method == "POST" else { return WeComAnswer.refusal(43002, "require POST method") }
        guard let body = WeComBody.object(of: request, log: &log) else { return WeComBody.notJSON }
        switch request.path {
        case Self.sendPath: return send(body, request, log: &log)
        case Self.addTaskPath: return addTask(body, request, log: &log)
        case Self.taskPath: return memberTasks(body, request)
        case Self.resultPath: return sendResults(body, request)
        default: return cancel(body)
        }
    }

    private mutating func token(_ request: SimulatorRequest) -> SimulatorReply {
        guard request.method == "GET" else { return WeComAnswer.refusal(43001, "require GET method") }
        guard let corpID = request.value(of: "corpid"), !corpID.isEmpty else {
            return WeComAnswer.refusal(41002, "corpid missing")
        }
        guard let secret = request.value(of: "corpsecret"), !secret.isEmpty else {
            return WeComAnswer.refusal(41004, "corpsecret missing")
        }
        guard corpID == corporation.corpID else { return WeComAnswer.refusal(40013, "invalid corpid") }
        guard secret == corporation.secret else { return WeComAnswer.refusal(40001, "invalid credential") }
        guard tokenCalls.hasRoom(at: request.milliseconds) else {
            return WeComAnswer.refusal(45009, "api freq out of limit")
        }
        tokenCalls.count(at: request.milliseconds)
        let token = tokens.current(at: request.milliseconds)
        return WeComAnswer.ok([
            ("access_token", .string(token.text)),
            ("expires_in", .integer((token.expires - request.milliseconds) / 1_000)),
        ])
    }

    private mutating func send(
        _ body: SimulatorJSON, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> SimulatorReply {
        let message: WeComAppMessage
        do {
            message = try WeComAppMessage(body, corporation)
        } catch {
            return WeComAnswer.refusal(error.code, error.message)
        }
        for breach in message.breaches { log.violate(request, breach) }
        sent += 1
        let id = "msg\(sent)"
        let now = request.milliseconds
        if message.recipients.isEmpty {
            return WeComAnswer.refusal(81013, "user & party & tag all invalid")
        }
        if let interval = message.duplicateIntervalSeconds {
            if let until = duplicates[request.body], now < until {
                suppressedDuplicates += 1
            } else {
                duplicates[request.body] = now + interval * 1_000
                show(message, id: id, request, log: &log)
            }
        } else {
            show(message, id: id, request, log: &log)
        }
        // WeCom takes a number that is written as text, and says so here only.
        let warning = message.hasWrongTypes ? "ok. Warning: wrong json format. " : "ok"
        return WeComAnswer.ok(
            [
                ("invaliduser", .string(message.invalidStaff.joined(separator: "|"))), ("invalidparty", .string("")),
                ("invalidtag", .string("")), ("unlicenseduser", .string("")), ("msgid", .string(id)),
            ], message: warning)
    }

    /// Shows a message to everybody whose limits it keeps; the others are left out without a word.
    private mutating func show(
        _ message: WeComAppMessage, id: String, _ request: SimulatorRequest, log: inout SimulatorLog
    ) {
        let now = request.milliseconds
        let seeing = message.recipients.filter { member in
            var minute = perMemberMinute[member] ?? SlidingWindow(limit: 30, seconds: 60)
            var hour = perMemberHour[member] ?? SlidingWindow(limit: 1_000, seconds: 3_600)
            let hasRoom = minute.hasRoom(at: now) && hour.hasRoom(at: now)
            if hasRoom {
                minute.count(at: now)
                hour.count(at: now)
            } else {
                log.violate(request, "over 30 a minute or 1000 an hour for one member: dropped without an error")
            }
            perMemberMinute[member] = minute
            perMemberHour[member] = hour
            return hasRoom
        }
        log.show(request, id: id, kind: message.kind, text: message.text, recipients: seeing)
    }
}

package typealias WeComAppSimulator = ChannelSimulator<WeComAppRules>

extension ChannelSimulator where Rules == WeComAppRules {
    /// Makes the token invalid before its time, as WeCom may.
    package func revokeToken() { change { rules, _, _ in rules.tokens.revoke() } }

    /// How often an identical message was kept back.
    package var suppressedDuplicates: Int { rules.suppressedDuplicates }

    /// How many tokens were made.
    package var tokensMade: Int { rules.tokens.made }
}
