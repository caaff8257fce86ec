/// Writes mass messages to members: one task for each text and the members who get it.
package struct WeComTaskWriter: Sendable {
    private let id: String
    private let settings: WeComTaskSettings
    private let customers: Int

    /// - Throws: `RetierError` (`badConfiguration`) where the endpoint is no such task.
    package init(endpoint: Endpoint) throws(RetierError) {
        guard case .wecomTask(let settings) = endpoint.kind else {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint.id) is not a WeCom mass message",
                hint: "report this as a fault of retier")
        }
        id = endpoint.id
        self.settings = settings
        customers = min(max(1, endpoint.batch), WeComLimits.customers)
    }

    /// The tasks of a list, by the first action of each; then what cannot be sent.
    ///
    /// - Parameter externalIDs: the members' ids as customers, one an action; nil where WeCom knows no customer.
    package func parts(of actions: [PlannedDecision], externalIDs: [String?]) -> [MessagePart] {
        var texts = GroupedPlaces<String>()
        var refused = GroupedPlaces<String>()
        // A list that is not there names nobody.
        let externalIDs = externalIDs.count == actions.count ? externalIDs : actions.map { _ in nil }
        for (place, action) in actions.enumerated() {
            let text = action.words
            if let code = Self.problem(text, externalIDs[place]) {
                refused.add(place, to: code)
            } else {
                texts.add(place, to: text)
            }
        }
        let tasks = texts.groups.flatMap { text, places in
            chunks(places, by: externalIDs).map { places in
                let recipients = places.map { externalIDs[$0] ?? "" }
                return MessagePart(body: body(text, to: recipients), places: places, recipients: recipients)
            }
        }
        return tasks + GroupedPlaces<String>.refusals(refused)
    }

    /// Refuses an action whose text is too long: none is ever cut.
    package func requireRoom(for action: ListedAction) throws(RetierError) {
        let bytes = PlainText.words(action.text ?? action.title).utf8.count
        guard bytes <= WeComLimits.taskText.bytes else {
            throw .tooLarge(action, bytes: bytes, limit: WeComLimits.taskText.bytes, endpoint: id)
        }
    }

    private static func problem(_ text: String, _ externalID: String?) -> String? {
        guard let externalID else { return UnsendableCode.noRecipient }
        if !WeComLimits.isCustomerID(externalID) { return UnsendableCode.badRecipient }
        if text.isEmpty { return UnsendableCode.noText }
        return text.utf8.count > WeComLimits.taskText.bytes ? UnsendableCode.tooLong : nil
    }

    /// Places in groups that each name no more customers than a task takes.
    private func chunks(_ places: [Int], by externalIDs: [String?]) -> [[Int]] {
        var chunks: [[Int]] = [[]]
        var named: Set<String> = []
        for place in places {
            let id = externalIDs[place] ?? ""
            if named.count == customers, !named.contains(id) {
                chunks.append([])
                named = []
            }
            named.insert(id)
            chunks[chunks.count - 1].append(place)
        }
        return chunks
    }

    /// A member who has the same text in two actions is named once.
    private func body(_ text: String, to recipients: [String]) -> [UInt8] {
        var named: Set<String> = []
        var list = JSONText()
        list.append(raw: "[")
        for recipient in recipients where named.insert(recipient).inserted {
            if named.count > 1 { list.append(raw: ",") }
            list.append(quoted: recipient)
        }
        list.append(raw: "]")
        var content = JSONObject()
        content.add("content", text)
        var json = JSONObject()
        json.add("chat_type", "single")
        json.add("external_userid", json: list.text)
        if let sender = settings.sender { json.add("sender", sender) }
        json.add("text", json: content.json)
        return Array(json.json.utf8)
    }
}
