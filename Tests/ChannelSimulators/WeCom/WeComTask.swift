import Foundation

/// A mass message to customers: it waits until each member of the staff confirms it.
package struct WeComTask: Sendable {
    /// What became of the message for one customer.
    package enum Result: Int64, Sendable {
        case notSent = 0
        case sent = 1
        case notAFriend = 2
        /// The customer has received as many others as are allowed.
        case receivedOthers = 3
    }

    struct Recipient: Sendable {
        var externalID: String
        var member: String
        var result = Result.notSent
        var seconds: Int64?
    }

    var text: String
    var recipients: [Recipient]
    /// Members who confirmed, with the second in which they did.
    var confirmed: [String: Int64] = [:]
    var isCancelled = false

    /// Members who have something to confirm, in the order of the recipients.
    var members: [String] {
        var seen: Set<String> = []
        return recipients.map(\.member).filter { seen.insert($0).inserted }
    }
}

extension WeComAppRules {
    mutating func addTask(
        _ body: SimulatorJSON, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> SimulatorReply {
        WeComBody.noteStrangers(
            in: body, known: ["chat_type", "external_userid", "sender", "text", "attachments", "allow_select"],
            request, log: &log)
        guard (body["chat_type"]?.string ?? "single") == "single" else {
            return WeComAnswer.refusal(40058, "chat_type is not simulated. invalid Request Parameter")
        }
        let content = body["text"]?["content"]?.string ?? ""
        let attachments = body["attachments"]?.array ?? []
        guard !content.isEmpty || !attachments.isEmpty else { return WeComAnswer.refusal(44004, "empty content") }
        guard content.utf8.count <= 4_000 else {
            return WeComAnswer.refusal(40058, "text.content exceed max length 4000. invalid Request Parameter")
        }
        guard attachments.count <= 9 else {
            return WeComAnswer.refusal(40058, "attachments exceed max length 9. invalid Request Parameter")
        }
        let sender = body["sender"]?.string
        if let sender, !corporation.staff.contains(sender) { return WeComAnswer.refusal(40003, "invalid userid") }
        guard let list = body["external_userid"]?.strings ?? sender.map({ contacts(of: $0) }), !list.isEmpty else {
            return WeComAnswer.refusal(40058, "external_userid is missing. invalid Request Parameter")
        }
        guard list.count <= 10_000 else {
            return WeComAnswer.refusal(40058, "external_userid exceed max length 10000. invalid Request Parameter")
        }
        if Set(list).count < list.count { log.violate(request, "a customer is named twice") }
        return addTask(to: list, sender: sender, text: content)
    }

    private func contacts(of sender: String) -> [String] {
        corporation.contacts.filter { $0.value == sender }.keys.sorted()
    }

    private mutating func addTask(to list: [String], sender: String?, text: String) -> SimulatorReply {
        var seen: Set<String> = []
        var recipients: [WeComTask.Recipient] = []
        var failed: [String] = []
        for id in list where seen.insert(id).inserted {
            if let member = corporation.contacts[id], sender == nil || sender == member {
                recipients.append(WeComTask.Recipient(externalID: id, member: member))
            } else {
                failed.append(id)
            }
        }
        guard !recipients.isEmpty else { return WeComAnswer.refusal(41048, "no customer to send") }
        let id = "msgGCAAAXtWyujaWJHDDGi0m\(tasks.count + 1)"
        tasks[id] = WeComTask(text: text, recipients: recipients)
        return WeComAnswer.ok([("fail_list", .array(failed.map { .string($0) })), ("msgid", .string(id))])
    }

    func memberTasks(_ body: SimulatorJSON, _ request: SimulatorRequest) -> SimulatorReply {
        guard let id = body["msgid"]?.string, let task = tasks[id] else {
            return WeComAnswer.refusal(40058, "msgid is invalid. invalid Request Parameter")
        }
        let items = task.members.map { member in
            var item: [String: SimulatorJSON] = [
                "userid": .string(member), "status": .integer(task.confirmed[member] == nil ? 0 : 2),
            ]
            if let seconds = task.confirmed[member] { item["send_time"] = .integer(seconds) }
            return SimulatorJSON.object(item)
        }
        return page(of: items, named: "task_list", body)
    }

    func sendResults(_ body: SimulatorJSON, _ request: SimulatorRequest) -> SimulatorReply {
        guard let id = body["msgid"]?.string, let task = tasks[id] else {
            return WeComAnswer.refusal(40058, "msgid is invalid. invalid Request Parameter")
        }
        guard let member = body["userid"]?.string, task.members.contains(member) else {
            return WeComAnswer.refusal(40003, "invalid userid")
        }
        let items = task.recipients.filter { $0.member == member }.map { recipient in
            var item: [String: SimulatorJSON] = [
                "external_userid": .string(recipient.externalID), "userid": .string(member),
                "status": .integer(recipient.result.rawValue),
            ]
            if let seconds = recipient.seconds { item["send_time"] = .integer(seconds) }
            return SimulatorJSON.object(item)
        }
        return page(of: items, named: "send_list", body)
    }

    mutating func cancel(_ body: SimulatorJSON) -> SimulatorReply {
        guard let id = body["msgid"]?.string, tasks[id] != nil else {
            return WeComAnswer.refusal(40058, "msgid is invalid. invalid Request Parameter")
        }
        tasks[id]?.isCancelled = true
        return WeComAnswer.ok()
    }

    /// `limit` is 1 to 1000 and 500 where it is anything else; the cursor is opaque and ends empty.
    private func page(of items: [SimulatorJSON], named name: String, _ body: SimulatorJSON) -> SimulatorReply {
        let asked = body["limit"]?.integer ?? 500
        let limit = (1...1_000).contains(asked) ? Int(asked) : 500
        var start = 0
        if let cursor = body["cursor"]?.string, !cursor.isEmpty {
            guard cursor.hasPrefix("cursor-"), let offset = Int(cursor.dropFirst(7)), (0...items.count).contains(offset)
            else { return WeComAnswer.refusal(40058, "cursor is invalid. invalid Request Parameter") }
            start = offset
        }
        let end = min(items.count, start + limit)
        let next = end < items.count ? "cursor-\(end)" : ""
        return WeComAnswer.ok([("next_cursor", .string(next)), (name, .array(Array(items[start..<end])))])
    }
}

extension ChannelSimulator where Rules == WeComAppRules {
    /// Ids of the mass messages, oldest first.
    package var taskIDs: [String] { rules.tasks.keys.sorted { ($0.count, $0) < ($1.count, $1) } }

    /// A member of the staff confirms the task: from now on the customers have the message.
    ///
    /// - Parameter failures: customers who do not get it, such as those who are no longer friends.
    /// - Returns: whether there was something to confirm.
    @discardableResult
    package func confirm(_ id: String, by member: String, failures: [String: WeComTask.Result] = [:]) -> Bool {
        change { rules, log, now in
            guard var task = rules.tasks[id], !task.isCancelled, task.confirmed[member] == nil,
                task.members.contains(member)
            else { return false }
            task.confirmed[member] = now / 1_000
            for index in task.recipients.indices where task.recipients[index].member == member {
                let contact = task.recipients[index].externalID
                task.recipients[index].result = failures[contact] ?? rules.massMessage(to: contact, at: now)
                if task.recipients[index].result == .sent { task.recipients[index].seconds = now / 1_000 }
            }
            rules.tasks[id] = task
            let sent = task.recipients.filter { $0.member == member && $0.result == .sent }.map(\.externalID)
            log.shown.append(
                ShownMessage(
                    request: 0, milliseconds: now, id: id, kind: "mass", text: task.text, recipients: sent,
                    body: Data()))
            return true
        }
    }

    /// The task is taken back: nobody can confirm it any more, and what was not sent stays not sent.
    package func decline(_ id: String) { change { rules, _, _ in rules.tasks[id]?.isCancelled = true } }
}

extension WeComAppRules {
    /// Whether one more message reaches a customer within 30 days.
    fileprivate mutating func massMessage(to contact: String, at now: Int64) -> WeComTask.Result {
        let recent = (received[contact] ?? []).filter { $0 > now - 30 * 86_400_000 }
        guard recent.count < corporation.massMessagesPerMonth else { return .receivedOthers }
        received[contact] = recent + [now]
        return .sent
    }
}
