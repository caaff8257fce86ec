/// The longest text that one action may bring into a message.
package struct TextLimit: Hashable, Sendable {
    /// What is left for the text of one action after heading and record frame, with the longest values.
    package var maxBytes: Int

    package init(maxBytes: Int) { self.maxBytes = maxBytes }

    /// Bytes of a text as the service counts them.
    package func bytes(of text: String) -> Int { text.utf8.count }
}

extension Endpoint.Kind {
    /// Nil where one action's text may have any length.
    package var textLimit: TextLimit? {
        switch self {
        case .file, .webhook, .custom: nil
        case .wecomRobot(let settings):
            switch settings.format {
            case .text: TextLimit(maxBytes: 1_500)
            case .markdown, .markdownV2: TextLimit(maxBytes: 3_500)
            case .file: nil
            }
        case .dingtalkRobot, .feishuRobot: TextLimit(maxBytes: 15_000)
        case .slackRobot: TextLimit(maxBytes: 2_500)
        case .wecomApp: TextLimit(maxBytes: 1_500)
        case .wecomTask: TextLimit(maxBytes: 3_500)
        }
    }
}
