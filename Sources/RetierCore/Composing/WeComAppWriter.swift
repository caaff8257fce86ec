/// Writes messages of a WeCom application: lists of actions for the staff, or each action's own text for its member.
///
/// WeCom drops a message whose request is the same as an earlier one for a time: lists of different runs and parts
/// differ in their headings, and the same text for the same person is one message with all its actions.
package struct WeComAppWriter: Sendable {
    private let endpoint: Endpoint
    private let settings: WeComAppSettings
    private let heading: ListHeading
    private let markup: RobotMarkup
    private let layout: ListLayout
    private let limit = WeComLimits.appText

    /// - Throws: `RetierError` (`badConfiguration`) where the endpoint is no such application, or its settings ask for
    ///   what WeCom cannot do.
    package init(endpoint: Endpoint, programme: Programme, header: PlanHeader) throws(RetierError) {
        guard case .wecomApp(let settings) = endpoint.kind else {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint.id) is not a WeCom application",
                hint: "report this as a fault of retier")
        }
        if let problem = settings.problem {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint.id): \(problem.message)", hint: problem.hint)
        }
        self.endpoint = endpoint
        self.settings = settings
        heading = ListHeading(programme: programme.title, header: header, language: programme.language)
        markup = RobotMarkup(service: .wecom, format: settings.format)
        layout = ListLayout(markup: markup, language: programme.language)
    }

    /// Whom a message names.
    private struct Addressees {
        var users: [String]
        var parties: [String] = []
        var tags: [String] = []
    }

    /// The messages of a list; then what cannot be sent.
    ///
    /// - Parameter externalIDs: the members' ids among the staff, one an action; nil where there is none. Only read
    ///   where members are the recipients.
    /// - Throws: `RetierError` (`badConfiguration`) naming playbook and step of an action that is too large for a
    ///   message of its own in a list.
    package func parts(
        of actions: [PlannedDecision], externalIDs: [String?], list: PartPlace = .only
    ) throws(RetierError) -> [MessagePart] {
        guard !actions.isEmpty else { return [] }
        switch settings.recipients {
        case .fixed(let users, let parties, let tags):
            return try self.list(
                Array(actions.indices), of: actions, to: Addressees(users: users, parties: parties, tags: tags), list)
        case .assigned: return try lists(of: actions, list)
        case .identity: return personal(actions, externalIDs)
        }
    }

    /// The bytes of a list's message with this action alone, with the longest numbers that a heading can hold, and what
    /// WeCom takes; the bytes of the text itself where it goes to the member.
    package func room(for action: ListedAction) -> (bytes: Int, limit: Int) {
        if case .identity = settings.recipients {
            return (PlainText.words(action.text ?? action.title).utf8.count, limit.bytes)
        }
        let most = Endpoint.listActions
        let place = PartPlace(number: most, count: most)
        let record = layout.record(action, number: most)
        return (head(most, part: place, list: place).utf8.count + record.utf8.count, limit.bytes)
    }

    /// Refuses an action whose words are too long for a message of its own: none is ever cut.
    package func requireRoom(for action: ListedAction) throws(RetierError) {
        let room = room(for: action)
        guard room.bytes <= room.limit else {
            throw .tooLarge(action, bytes: room.bytes, limit: room.limit, endpoint: endpoint.id)
        }
    }

    /// A list for each person to whom actions are assigned.
    private func lists(of actions: [PlannedDecision], _ list: PartPlace) throws(RetierError) -> [MessagePart] {
        var people = GroupedPlaces<String>()
        var refused = GroupedPlaces<String>()
        for (place, action) in actions.enumerated() {
            if let user = WeComLimits.userID(action.assign ?? "") {
                people.add(place, to: user)
            } else {
                refused.add(
                    place, to: action.assign == nil ? UnsendableCode.noRecipient : UnsendableCode.badRecipient)
            }
        }
        var parts: [MessagePart] = []
        for (_, places) in people.groups {
            // As it is written: WeCom compares without regard to case.
            let user = actions[places[0]].assign ?? ""
            parts += try self.list(places, of: actions, to: Addressees(users: [user]), list)
        }
        return parts + GroupedPlaces<String>.refusals(refused)
    }

    private func list(
        _ places: [Int], of actions: [PlannedDecision], to addressees: Addressees, _ list: PartPlace
    ) throws(RetierError) -> [MessagePart] {
        let records = places.enumerated().map { layout.record(ListedAction(actions[$1]), number: $0 + 1) }
        let splitter = RecordSplitter(
            limitBytes: limit.bytes, maxRecords: endpoint.batch, separatorBytes: layout.separator.utf8.count)
        let ranges: [Range<Int>]
        do {
            ranges = try splitter.parts(of: records.map(\.utf8.count)) { part in
                head(places.count, part: part, list: list).utf8.count
            }
        } catch {
            throw .tooLarge(
                ListedAction(actions[places[error.record]]), bytes: error.bytes, limit: error.limitBytes,
                endpoint: endpoint.id)
        }
        return ranges.enumerated().map { index, range in
            let part = PartPlace(number: index + 1, count: ranges.count)
            let text =
                head(places.count, part: part, list: list) + records[range].joined(separator: layout.separator)
            return MessagePart(body: body(text, to: addressees), places: Array(places[range]))
        }
    }

    private func head(_ actions: Int, part: PartPlace, list: PartPlace) -> String {
        markup.bold(markup.inline(heading.title)) + "\n" + heading.count(actions, part: part, list: list) + "\n\n"
    }

    /// A message for each text and the members who get it.
    private func personal(_ actions: [PlannedDecision], _ externalIDs: [String?]) -> [MessagePart] {
        var texts = GroupedPlaces<String>()
        var refused = GroupedPlaces<String>()
        // A list that is not there names nobody.
        let externalIDs = externalIDs.count == actions.count ? externalIDs : actions.map { _ in nil }
        for (place, action) in actions.enumerated() {
            let text = action.words
            if let code = problem(text, externalIDs[place]) {
                refused.add(place, to: code)
            } else {
                texts.add(place, to: text)
            }
        }
        let most = min(max(1, endpoint.batch), WeComLimits.users)
        let messages = texts.groups.flatMap { text, places in
            var people = GroupedPlaces<String>()
            for place in places { people.add(place, to: WeComLimits.userID(externalIDs[place] ?? "") ?? "") }
            return stride(from: 0, to: people.groups.count, by: most).map { start in
                let group = people.groups[start..<min(start + most, people.groups.count)]
                let users = group.map { externalIDs[$0.places[0]] ?? "" }
                return MessagePart(
                    body: body(text, to: Addressees(users: users)), places: group.flatMap(\.places),
                    recipients: group.flatMap { person in person.places.map { _ in person.key } })
            }
        }
        return messages + GroupedPlaces<String>.refusals(refused)
    }

    private func problem(_ text: String, _ externalID: String?) -> String? {
        guard let externalID else { return UnsendableCode.noRecipient }
        if WeComLimits.userID(externalID) == nil { return UnsendableCode.badRecipient }
        if text.isEmpty { return UnsendableCode.noText }
        return text.utf8.count > limit.bytes ? UnsendableCode.tooLong : nil
    }

    /// The whole request: a repeat must be the same bytes, and WeCom's duplicate check is part of them.
    private func body(_ text: String, to addressees: Addressees) -> [UInt8] {
        var content = JSONObject()
        content.add("content", text)
        let type = settings.format == .markdown ? "markdown" : "text"
        var json = JSONObject()
        for (key, names) in [
            ("touser", addressees.users), ("toparty", addressees.parties), ("totag", addressees.tags),
        ] where !names.isEmpty { json.add(key, names.joined(separator: "|")) }
        json.add("msgtype", type)
        json.add("agentid", Int64(settings.agentID))
        json.add(type, json: content.json)
        if settings.duplicateCheckSeconds > 0 {
            json.add("enable_duplicate_check", Int64(1))
            json.add("duplicate_check_interval", Int64(settings.duplicateCheckSeconds))
        }
        return Array(json.json.utf8)
    }
}

extension WeComAppSettings {
    /// The first thing that WeCom cannot do of what is asked for; nil where it can do it all.
    package var problem: (message: String, hint: String)? {
        guard [.text, .markdown].contains(format) else {
            return ("a WeCom application cannot send the format \(format.rawValue)", "use text or markdown")
        }
        guard (0...WeComLimits.duplicateCheckSeconds).contains(duplicateCheckSeconds) else {
            return ("WeCom recognises repeats for at most 4 hours", "use 0s to 4h")
        }
        guard case .fixed(let users, let parties, let tags) = recipients else { return nil }
        guard !(users + parties + tags).isEmpty else {
            return ("it names nobody", "name users, parties or tags")
        }
        guard users.count <= WeComLimits.users, parties.count <= WeComLimits.parties, tags.count <= WeComLimits.tags
        else { return ("it names more than WeCom takes", "at most 1000 users, 100 parties and 100 tags") }
        let isForAll = users == ["@all"]
        guard isForAll || users.allSatisfy({ WeComLimits.userID($0) != nil }),
            (parties + tags).allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else {
            return ("it names what is no id", "write user ids, or @all alone; parties and tags are numbers")
        }
        return nil
    }
}
