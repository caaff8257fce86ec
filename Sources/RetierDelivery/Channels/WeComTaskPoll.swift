import Foundation
import RetierCore

/// Asks how a mass message stands: who of the staff has confirmed it, then what became of it for each customer.
struct WeComTaskPoll: Sendable {
    let client: WeComClient
    let message: OutgoingMessage
    let reference: String

    /// Small enough for the answer to stay below `CurlTransport.maxResponseBytes`, with ids of the greatest length.
    private static let membersPerPage = 400
    private static let resultsPerPage = 250
    /// More requests than this in one question end it without an answer; a task has at most 10,000 customers.
    private static let maxRequests = 2_000

    private static let api = "/cgi-bin/externalcontact/"

    /// What is known so far.
    private struct Progress: Sendable {
        var call = WeComClient.Attempt()
        var requests = 0
        /// True where nobody can confirm any more.
        var isCancelled = false
        var confirmed: [String] = []
        var unconfirmed: [String] = []
        /// Customers who have the message.
        var reached: Set<String> = []
        var refusals: [ActionRefusal] = []
        /// Customers of whom a member's confirmation says that they have the message, and their result does not yet.
        var open = 0
    }

    func begin(at now: Instant) -> ChannelStep {
        guard now > message.notAfter else { return members(Progress(), cursor: "", at: now) }
        let body = object { $0.add("msgid", reference) }
        return post("cancel_groupmsg_send", body, Progress(), at: now) { exchange, progress, now in
            var progress = progress
            // A refusal may mean that there is nothing left to cancel: the results tell.
            progress.isCancelled = WeComCode.number(in: exchange.body) == 0
            return members(progress, cursor: "", at: now)
        }
    }

    private struct MemberPage: Decodable {
        struct Member: Decodable {
            var userid: String
            var status: Int
        }

        var next_cursor: String?
        var task_list: [Member]
    }

    /// Reads a page of the members who have to confirm; 2 is the status of those who have.
    private func members(_ progress: Progress, cursor: String, at now: Instant) -> ChannelStep {
        let body = page(Self.membersPerPage, cursor: cursor)
        return post("get_groupmsg_task", body, progress, at: now) { exchange, progress, now in
            guard let page = CodedAnswer.json(MemberPage.self, in: exchange.body) else { return .end(unreadable) }
            var progress = progress
            for member in page.task_list {
                if member.status == 2 {
                    progress.confirmed.append(member.userid)
                } else {
                    progress.unconfirmed.append(member.userid)
                }
            }
            if let next = page.next_cursor, !next.isEmpty {
                return next == cursor ? .end(unreadable) : members(progress, cursor: next, at: now)
            }
            return weigh(progress, at: now)
        }
    }

    private func weigh(_ progress: Progress, at now: Instant) -> ChannelStep {
        let all = progress.confirmed.count + progress.unconfirmed.count
        guard progress.isCancelled || (all > 0 && progress.unconfirmed.isEmpty) else {
            let note = "\(progress.confirmed.count) of \(all) members of the staff have confirmed"
            return .end(DeliveryOutcome(.accepted, code: "unconfirmed", leftUs: true, note: note))
        }
        let members = progress.confirmed + progress.unconfirmed
        return results(progress, of: members[...], cursor: "", at: now)
    }

    private struct ResultPage: Decodable {
        struct Recipient: Decodable {
            var external_userid: String?
            var status: Int
        }

        var next_cursor: String?
        var send_list: [Recipient]
    }

    /// Reads a page of the results of the first of some members.
    private func results(
        _ progress: Progress, of members: ArraySlice<String>, cursor: String, at now: Instant
    ) -> ChannelStep {
        guard let member = members.first else { return .end(conclusion(progress)) }
        let body = page(Self.resultsPerPage, cursor: cursor, member: member)
        return post("get_groupmsg_send_result", body, progress, at: now) { exchange, progress, now in
            guard let page = CodedAnswer.json(ResultPage.self, in: exchange.body) else { return .end(unreadable) }
            var progress = progress
            for customer in page.send_list { note(customer, &progress) }
            if let next = page.next_cursor, !next.isEmpty {
                return next == cursor ? .end(unreadable) : results(progress, of: members, cursor: next, at: now)
            }
            return results(progress, of: members.dropFirst(), cursor: "", at: now)
        }
    }

    private func note(_ customer: ResultPage.Recipient, _ progress: inout Progress) {
        guard let id = customer.external_userid else { return }
        func refuse(_ code: String) { progress.refusals.append(ActionRefusal(.recipient(id), code: code)) }
        switch customer.status {
        case 0 where progress.isCancelled: refuse("not-confirmed")
        case 0: progress.open += 1
        case 1: progress.reached.insert(id)
        case 2: refuse("not-a-friend")
        case 3: refuse("quota-used-up")
        default: refuse("status-\(customer.status)")
        }
    }

    /// Delivered where anybody has the message; who does not is refused one by one.
    private func conclusion(_ progress: Progress) -> DeliveryOutcome {
        guard progress.open == 0 else {
            let note = "\(progress.open) customers have no result yet"
            return DeliveryOutcome(.accepted, code: "unconfirmed", leftUs: true, note: note)
        }
        let told = progress.reached.union(progress.refusals.map(\.recipient))
        // WeCom may show an application only the results of the members that it may see: nobody may call those sent.
        let silent = WeComTaskChannel.recipients(in: message.body).subtracting(told).sorted()
        let refusals = progress.refusals + silent.map { ActionRefusal(.recipient($0), code: "no-result") }
        guard progress.reached.isEmpty else {
            return DeliveryOutcome(.delivered, code: "confirmed", leftUs: true, refusals: refusals)
        }
        let code = progress.isCancelled ? "not-confirmed" : "nobody-reached"
        return DeliveryOutcome(.rejected, code: code, leftUs: true, refusals: refusals)
    }

    private var unreadable: DeliveryOutcome { DeliveryOutcome(.retry, code: "poll-wecom-unreadable", leftUs: true) }

    /// Asks one question; what goes wrong with it leaves the task as it is.
    private func post(
        _ name: String, _ body: Data, _ progress: Progress, at now: Instant,
        then: @escaping @Sendable (HTTPExchange, Progress, Instant) -> ChannelStep
    ) -> ChannelStep {
        guard progress.requests < Self.maxRequests else {
            return .end(DeliveryOutcome(.retry, code: "poll-too-long", leftUs: true))
        }
        return client.post(body, to: Self.api + name, progress.call, at: now) { exchange, call, now in
            var outcome = CodedAnswer.outcome(of: exchange, service: "wecom", read: WeComCode.answer)
            let isCancelling = name == "cancel_groupmsg_send"
            guard outcome.verdict == .delivered || (isCancelling && outcome.isNo) else {
                // No word on the task itself.
                if outcome.verdict == .rejected { outcome.verdict = .retry }
                return .end(outcome.preparing("poll"))
            }
            var progress = progress
            progress.call = call
            progress.requests += 1
            return then(exchange, progress, now)
        }
    }

    private func page(_ limit: Int, cursor: String, member: String? = nil) -> Data {
        object {
            $0.add("msgid", reference)
            if let member { $0.add("userid", member) }
            $0.add("limit", Int64(limit))
            if !cursor.isEmpty { $0.add("cursor", cursor) }
        }
    }

    private func object(_ build: (inout JSONObject) -> Void) -> Data { Data(JSONObject.text(build).utf8) }
}

extension DeliveryOutcome {
    /// A whole answer that says no, for whatever reason of its own.
    fileprivate var isNo: Bool { verdict == .rejected || (verdict == .ambiguous && httpStatus == 200) }
}

extension ActionRefusal {
    fileprivate var recipient: String {
        switch subject {
        case .recipient(let id), .action(let id): id
        }
    }
}
