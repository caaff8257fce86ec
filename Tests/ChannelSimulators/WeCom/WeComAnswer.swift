import RetierCore

/// Answers in WeCom's form: always HTTP 200, the verdict in the body.
enum WeComAnswer {
    /// A refusal with the hint, the caller's address and the link that WeCom adds.
    static func refusal(_ code: Int, _ message: String) -> SimulatorReply {
        let text =
            "\(message), hint: [1760000000123456789012345], from ip: 127.0.0.1, "
            + "more info at https://open.work.weixin.qq.com/devtool/query?e=\(code)"
        return reply(code, text)
    }

    static func ok(_ fields: [(String, SimulatorJSON)] = [], message: String = "ok") -> SimulatorReply {
        reply(0, message, fields)
    }

    private static func reply(
        _ code: Int, _ message: String, _ fields: [(String, SimulatorJSON)] = []
    ) -> SimulatorReply {
        let parts =
            ["\"errcode\":\(code)", "\"errmsg\":\(SimulatorJSON.quoted(message))"]
            + fields.map { "\"\($0.0)\":\($0.1.text)" }
        return SimulatorReply(
            body: "{" + parts.joined(separator: ",") + "}", decision: code == 0 ? "ok" : "\(code)")
    }
}

/// What WeCom's documents say about any request body.
enum WeComBody {
    /// The object of a JSON body; nil where it is not JSON, which WeCom calls a wrong message type.
    static func object(of request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorJSON? {
        if request.mediaType != "application/json" { log.violate(request, "the content type is not application/json") }
        if request.text.contains("\\u") {
            log.violate(request, "the body holds \\uXXXX, which 40033 forbids; write UTF-8")
        }
        guard let json = SimulatorJSON.parse(request.body), json.object != nil else { return nil }
        return json
    }

    static let notJSON = WeComAnswer.refusal(40008, "Warning: wrong json format. invalid message type")

    /// Fields that WeCom does not know: it ignores them without a word.
    static func noteStrangers(
        in object: SimulatorJSON?, known: Set<String>, _ request: SimulatorRequest, log: inout SimulatorLog
    ) {
        for name in Set(object?.object?.keys.map { $0 } ?? []).subtracting(known).sorted() {
            log.violate(request, "the field '\(name)' is ignored here")
        }
    }
}
