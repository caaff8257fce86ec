import Foundation
package import RetierCore

/// Mass messages of a WeCom corporation to its customers (path/92135): tasks that members of the staff confirm.
///
/// A task that was made is not sent. Its result is asked for (path/93338) until every member has confirmed; when the
/// message's last moment has passed, the task is cancelled first, so that nobody can confirm it after the last word.
package enum WeComTaskChannel {
    /// - Parameter tokens: shared by all endpoints, because a token belongs to an application.
    package static func endpoint(
        _ endpoint: Endpoint, settings: WeComTaskSettings, secret: SecretText, tokens: WeComTokens
    ) throws -> HTTPEndpoint {
        // A repeat makes a second task: nothing that is left on an old connection may make a call doubtful.
        try HTTPEndpoint(endpoint, url: settings.account.baseURL, reusesConnections: false) { target in
            let client = try WeComClient(
                endpoint: endpoint.id, target: target, account: settings.account, secret: secret, tokens: tokens)
            return { message, now in
                guard message.form == .payload else { return .end(.notForWeCom) }
                switch message.purpose {
                case .deliver: return create(message, client, now)
                case .poll(let reference):
                    return WeComTaskPoll(client: client, message: message, reference: reference).begin(at: now)
                }
            }
        }
    }

    private static func create(_ message: OutgoingMessage, _ client: WeComClient, _ now: Instant) -> ChannelStep {
        let recipients = recipients(in: message.body)
        guard !recipients.isEmpty else {
            return .end(DeliveryOutcome(.rejected, code: "no-recipient", leftUs: false))
        }
        let path = "/cgi-bin/externalcontact/add_msg_template"
        return client.post(message.body, to: path, .init(), at: now) { exchange, _, _ in
            .end(outcome(of: exchange, recipients: recipients))
        }
    }

    private struct Task: Decodable {
        var external_userid: [String]
    }

    /// The customers that a task's payload names.
    static func recipients(in body: Data) -> Set<String> {
        Set(CodedAnswer.json(Task.self, in: body)?.external_userid ?? [])
    }

    private struct Created: Decodable {
        var msgid: String
    }

    private struct Failed: Decodable {
        var fail_list: [String]
    }

    /// The verdict of the answer to a new task.
    package static func outcome(of exchange: HTTPExchange, recipients: Set<String>) -> DeliveryOutcome {
        var outcome = CodedAnswer.outcome(of: exchange, service: "wecom", read: WeComCode.answer)
        guard outcome.verdict == .delivered else { return outcome }
        let failed = CodedAnswer.json(Failed.self, in: exchange.body)?.fail_list ?? []
        outcome.refusals = failed.map { ActionRefusal(.recipient($0), code: "not-a-contact") }
        guard let id = CodedAnswer.json(Created.self, in: exchange.body)?.msgid, (1...256).contains(id.utf8.count)
        else {
            // There may be a task that nobody can ask about.
            outcome.verdict = .ambiguous
            outcome.code = "wecom-no-task"
            outcome.refusals = []
            return outcome
        }
        if recipients.isSubset(of: failed) {
            outcome.verdict = .rejected
            outcome.code = "nobody-reached"
            return outcome
        }
        outcome.verdict = .accepted
        outcome.code = "task-created"
        outcome.reference = id
        return outcome
    }
}
