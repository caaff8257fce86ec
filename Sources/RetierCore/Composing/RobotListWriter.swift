/// Writes action lists for the robot of one endpoint: messages that each fit the service's limit.
package struct RobotListWriter: Sendable {
    private let endpoint: Endpoint
    private let service: RobotService
    private let settings: RobotSettings
    private let heading: ListHeading
    private let currency: Currency
    private let language: Language
    private let limit: MessageLimit
    private let markup: RobotMarkup
    private let layout: ListLayout
    private let robotBody: RobotBody

    /// Prepares for the lists of one run.
    ///
    /// - Throws: `RetierError` (`badConfiguration`) where the endpoint is no robot, or its settings ask for what its
    ///   service cannot do.
    package init(endpoint: Endpoint, programme: Programme, header: PlanHeader) throws(RetierError) {
        guard let robot = endpoint.kind.robot else {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint.id) is not a robot", hint: "report this as a fault of retier")
        }
        if let problem = robot.service.problems(of: robot.settings).first {
            throw RetierError(
                .badConfiguration, "endpoint \(endpoint.id): \(problem.message)", hint: problem.hint)
        }
        self.endpoint = endpoint
        service = robot.service
        settings = robot.settings
        language = programme.language
        currency = header.currency
        heading = ListHeading(programme: programme.title, header: header, language: language)
        limit = service.messageLimit(settings.format)
        markup = RobotMarkup(service: service, format: settings.format)
        layout = ListLayout(markup: markup, language: language)
        robotBody = RobotBody(service: service, settings: settings, title: heading.title)
    }

    /// The messages of a list, in its order.
    ///
    /// For `file` the first is a digest, which carries no action; the files after it carry them.
    ///
    /// - Throws: `RetierError` (`badConfiguration`) naming playbook and step of an action that is too large for a
    ///   message of its own.
    package func parts(of actions: [PlannedDecision], list: PartPlace = .only) throws(RetierError) -> [MessagePart] {
        guard !actions.isEmpty else { return [] }
        if settings.format == .file { return try files(of: actions, list: list) }
        let records = actions.enumerated().map { layout.record(ListedAction($1), number: $0 + 1) }
        let splitter = RecordSplitter(
            limitBytes: limit.bytes, maxRecords: endpoint.batch, separatorBytes: limit.bytes(of: layout.separator))
        let ranges: [Range<Int>]
        do {
            ranges = try splitter.parts(of: records.map(limit.bytes(of:))) { part in
                frameBytes(of: head(actions.count, part: part, list: list), callsPeople: callsPeople(part, list))
            }
        } catch {
            throw tooLarge(ListedAction(actions[error.record]), bytes: error.bytes, limit: error.limitBytes)
        }
        return ranges.enumerated().map { index, range in
            let part = PartPlace(number: index + 1, count: ranges.count)
            let text =
                head(actions.count, part: part, list: list) + records[range].joined(separator: layout.separator)
            return MessagePart(
                body: robotBody.bytes(text: text, callsPeople: callsPeople(part, list)), actions: range.count)
        }
    }

    /// The bytes of a message with this action alone, with the longest numbers that a heading can hold, and what the
    /// service takes; nil where texts stand in files.
    ///
    /// What fits here is never refused by `parts`.
    package func room(for action: ListedAction) -> (bytes: Int, limit: Int)? {
        guard settings.format != .file else { return nil }
        let most = Endpoint.listActions
        let place = PartPlace(number: most, count: most)
        let head = head(max(most, endpoint.batch), part: place, list: place, callsPeople: true)
        let record = layout.record(action, number: max(most, endpoint.batch))
        return (frameBytes(of: head, callsPeople: true) + limit.bytes(of: record), limit.bytes)
    }

    /// Refuses an action that is too large for a message of its own.
    package func requireRoom(for action: ListedAction) throws(RetierError) {
        guard let room = room(for: action), room.bytes > room.limit else { return }
        throw tooLarge(action, bytes: room.bytes, limit: room.limit)
    }

    /// The first message of a run's first list calls people; one call is enough.
    private func callsPeople(_ part: PartPlace, _ list: PartPlace) -> Bool { part.number == 1 && list.number == 1 }

    private func head(_ actions: Int, part: PartPlace, list: PartPlace, callsPeople: Bool? = nil) -> String {
        let isCalling = callsPeople ?? self.callsPeople(part, list)
        return headLines(actions, part: part, list: list, callsPeople: isCalling)
            .joined(separator: markup.lineBreak) + "\n\n" + layout.columns
    }

    private func headLines(_ actions: Int, part: PartPlace, list: PartPlace, callsPeople: Bool) -> [String] {
        var lines: [String] = []
        if !robotBody.showsTitle { lines.append(markup.bold(markup.inline(heading.title))) }
        lines.append(heading.count(actions, part: part, list: list))
        let words = robotBody.mentions.words
        if callsPeople, !words.isEmpty { lines.append(words) }
        return lines
    }

    /// What a message takes besides its records.
    private func frameBytes(of head: String, callsPeople: Bool) -> Int {
        let around =
            switch limit.unit {
            case .text: 0
            case .body: robotBody.bytes(text: "", callsPeople: callsPeople).count
            }
        return around + limit.bytes(of: head)
    }

    private func tooLarge(_ action: ListedAction, bytes: Int, limit: Int) -> RetierError {
        .tooLarge(
            action, bytes: bytes, limit: limit, endpoint: endpoint.id, format: settings.format,
            alternative: service == .wecom ? ", or use format file" : "")
    }

    private func files(of actions: [PlannedDecision], list: PartPlace) throws(RetierError) -> [MessagePart] {
        let rows = actions.map { Array(ActionSheet.row($0, currency: currency).utf8) }
        let head = Array(ActionSheet.head.utf8)
        let splitter = RecordSplitter(limitBytes: RobotService.maxFileBytes, maxRecords: endpoint.batch)
        let ranges: [Range<Int>]
        do {
            ranges = try splitter.parts(of: rows.map(\.count)) { _ in head.count }
        } catch {
            throw tooLarge(ListedAction(actions[error.record]), bytes: error.bytes, limit: error.limitBytes)
        }
        let files = ranges.map { range in
            MessagePart(form: .attachment, body: head + rows[range].joined(), actions: range.count)
        }
        return [digest(of: actions, list: list, files: files.count)] + files
    }

    private func digest(of actions: [PlannedDecision], list: PartPlace, files: Int) -> MessagePart {
        let digest = ListDigest(actions)
        let isCalling = callsPeople(.only, list)
        var lines = headLines(actions.count, part: .only, list: list, callsPeople: isCalling)
        lines.append(digest.total(files: files, currency: currency, language: language))
        let used = frameBytes(of: lines.joined(separator: markup.lineBreak), callsPeople: isCalling)
        lines += digest.lines(markup: markup, language: language, limit: limit, room: limit.bytes - used)
        return MessagePart(
            body: robotBody.bytes(text: lines.joined(separator: markup.lineBreak), callsPeople: isCalling), actions: 0)
    }
}
