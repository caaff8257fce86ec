/// The request bodies of robots around a text.
struct RobotBody: Sendable {
    let service: RobotService
    /// Never `file`: its digest is markdown.
    let format: RobotSettings.Format
    /// What lists of messages show instead of the text, where a service asks for it.
    let title: String
    let mentions: RobotMentions

    init(service: RobotService, settings: RobotSettings, title: String) {
        self.service = service
        format = settings.format == .file ? .markdown : settings.format
        self.title = PlainText.line(of: title)
        mentions = RobotMentions(service: service, settings: settings)
    }

    /// Whether the title is shown above the text, which then need not repeat it.
    var showsTitle: Bool { service == .feishu && format != .text }

    /// The body of a message.
    ///
    /// - Parameters:
    ///   - text: What is shown.
    ///   - callsPeople: False leaves out the fields by which people are called.
    func bytes(text: String, callsPeople: Bool) -> [UInt8] {
        Array(json(text, callsPeople).utf8)
    }

    private func json(_ text: String, _ callsPeople: Bool) -> String {
        switch service {
        case .wecom: wecom(text, callsPeople)
        case .dingtalk: dingtalk(text, callsPeople)
        case .feishu: feishu(text)
        case .slack:
            JSONObject.text {
                $0.add("text", text)
                if format == .text { $0.add("mrkdwn", false) }
            }
        }
    }

    private func wecom(_ text: String, _ callsPeople: Bool) -> String {
        let type =
            switch format {
            case .text: "text"
            case .markdown, .file: "markdown"
            case .markdownV2: "markdown_v2"
            }
        let content = JSONObject.text {
            $0.add("content", text)
            if callsPeople, format == .text { mentions.addWeComFields(to: &$0) }
        }
        return JSONObject.text {
            $0.add("msgtype", type)
            $0.add(type, json: content)
        }
    }

    private func dingtalk(_ text: String, _ callsPeople: Bool) -> String {
        let isText = format == .text
        let content = JSONObject.text {
            if !isText { $0.add("title", title) }
            $0.add(isText ? "content" : "text", text)
        }
        return JSONObject.text {
            $0.add("msgtype", isText ? "text" : "markdown")
            $0.add(isText ? "text" : "markdown", json: content)
            if callsPeople, let at = mentions.dingtalkObject { $0.add("at", json: at) }
        }
    }

    private func feishu(_ text: String) -> String {
        guard format != .text else {
            return JSONObject.text {
                $0.add("msg_type", "text")
                $0.add("content", json: JSONObject.text { $0.add("text", text) })
            }
        }
        let heading = JSONObject.text {
            $0.add("tag", "plain_text")
            $0.add("content", title)
        }
        let element = JSONObject.text {
            $0.add("tag", "markdown")
            $0.add("content", text)
        }
        let card = JSONObject.text {
            $0.add("header", json: JSONObject.text { $0.add("title", json: heading) })
            $0.add("elements", json: "[" + element + "]")
        }
        return JSONObject.text {
            $0.add("msg_type", "interactive")
            $0.add("card", json: card)
        }
    }
}
