/// A message to staff as WeCom understands it.
struct WeComAppMessage: Sendable {
    struct Refusal: Error {
        var code: Int
        var message: String

        init(_ code: Int, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    var kind: String
    /// What people see, which may be less than what was sent.
    var text: String
    var recipients: [String] = []
    var invalidStaff: [String] = []
    /// Nil where no duplicate check was asked for.
    var duplicateIntervalSeconds: Int64?
    var breaches: [String] = []
    /// Whether a number was written as text.
    var hasWrongTypes = false

    init(_ body: SimulatorJSON, _ corporation: WeComAppRules.Corporation) throws(Refusal) {
        guard let kind = body["msgtype"]?.string, ["text", "markdown"].contains(kind) else {
            throw Refusal(40008, "invalid message type")
        }
        self.kind = kind
        text = body[kind]?["content"]?.string ?? ""
        guard !text.isEmpty else { throw Refusal(44004, "empty content") }
        try readNumbers(body, agentID: corporation.agentID)
        try addressees(body, corporation)
        if text.utf8.count > 2_048 {
            guard kind == "text" else { throw Refusal(45002, "content size out of limit") }
            breaches.append("text of \(text.utf8.count) bytes is cut after 2048 without a word")
            text = String(decoding: text.utf8.prefix(2_048), as: UTF8.self)
        }
        let known: Set<String> = [
            "touser", "toparty", "totag", "msgtype", "agentid", kind, "safe", "enable_id_trans",
            "enable_duplicate_check", "duplicate_check_interval",
        ]
        for name in Set(body.object?.keys.map { $0 } ?? []).subtracting(known).sorted() {
            breaches.append("the field '\(name)' is ignored here")
        }
    }

    /// Numbers that are written as text work, with a warning in `errmsg`.
    private mutating func readNumbers(_ body: SimulatorJSON, agentID: Int64) throws(Refusal) {
        var numbers: [String: Int64] = [:]
        let names = ["agentid", "safe", "enable_id_trans", "enable_duplicate_check", "duplicate_check_interval"]
        for name in names {
            guard let value = body[name] else { continue }
            guard let number = value.integer ?? value.string.flatMap({ Int64($0) }) else {
                throw Refusal(40058, "\(name) is no integer. invalid Request Parameter")
            }
            if value.integer == nil {
                hasWrongTypes = true
                breaches.append("'\(name)' has the wrong JSON type")
            }
            numbers[name] = number
        }
        guard numbers["agentid"] == agentID else { throw Refusal(40056, "invalid agentid") }
        guard numbers["enable_duplicate_check"] == 1 else {
            if numbers["duplicate_check_interval"] != nil {
                breaches.append("duplicate_check_interval without enable_duplicate_check does nothing")
            }
            return
        }
        let interval = numbers["duplicate_check_interval"] ?? 1_800
        if interval > 14_400 { breaches.append("duplicate_check_interval is at most 4 hours") }
        duplicateIntervalSeconds = min(max(interval, 0), 14_400)
    }

    private mutating func addressees(
        _ body: SimulatorJSON, _ corporation: WeComAppRules.Corporation
    ) throws(Refusal) {
        func list(_ name: String, limit: Int) throws(Refusal) -> [String] {
            guard let text = body[name]?.string else {
                guard body[name] == nil else { throw Refusal(40058, "\(name) is no string. invalid Request Parameter") }
                return []
            }
            let names = text.split(separator: "|").map(String.init)
            guard names.count <= limit else {
                throw Refusal(40058, "\(name) exceed max length \(limit). invalid Request Parameter")
            }
            return names
        }
        let named = try list("touser", limit: 1_000)
        let parties = try list("toparty", limit: 100)
        let tags = try list("totag", limit: 100)
        if named == ["@all"] {
            recipients = corporation.staff.sorted()
            return
        }
        // WeCom compares and returns user ids in lower case.
        let staff = Set(corporation.staff.map { $0.lowercased() })
        for name in named.map({ $0.lowercased() }) {
            if staff.contains(name) { recipients.append(name) } else { invalidStaff.append(name) }
        }
        if Set(recipients).count < recipients.count { breaches.append("a user is named twice") }
        recipients += parties.filter(corporation.parties.contains).map { "party:\($0)" }
        recipients += tags.filter(corporation.tags.contains).map { "tag:\($0)" }
    }
}
