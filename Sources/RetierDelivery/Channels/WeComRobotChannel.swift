import Foundation
package import RetierCore

/// A robot of a WeCom group (path/99110): payloads go to the robot's address as they are; files are uploaded first.
///
/// The key in the address is the only credential. There is no idempotency key, so that a repeat is a second message.
package enum WeComRobotChannel {
    /// What WeCom takes as a file, in bytes.
    package static let fileBytes = 6...20_971_520

    /// - Parameter address: the robot's whole URL, `.../cgi-bin/webhook/send?key=KEY`.
    package static func endpoint(_ endpoint: Endpoint, address: SecretText) throws -> HTTPEndpoint {
        try HTTPEndpoint(endpoint, url: address.revealed, reusesConnections: false) { target in
            guard target.path.hasSuffix("/webhook/send"), let uploadURL = uploadURL(of: target) else {
                throw RetierError(
                    .badConfiguration, "endpoint \(endpoint.id): the address is not a WeCom robot's",
                    hint: "copy it from the group: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=...")
            }
            let robot = WeComRobot(sendURL: target.url, uploadURL: uploadURL)
            return { message, _ in
                switch message.form {
                case .payload:
                    .request(.json(message.body, to: robot.sendURL)) { exchange, _ in .end(outcome(of: exchange)) }
                case .attachment: robot.upload(message, mayUploadAgain: true)
                }
            }
        }
    }

    /// The verdict of the robot's answer.
    package static func outcome(of exchange: HTTPExchange) -> DeliveryOutcome {
        CodedAnswer.outcome(of: exchange, service: "wecom", read: WeComCode.answer)
    }

    /// The same robot's other address: `.../webhook/upload_media?key=KEY&type=file`; nil where there is no key.
    private static func uploadURL(of target: HTTPTarget) -> String? {
        guard let key = (target.query ?? "").split(separator: "&").first(where: { $0.hasPrefix("key=") }),
            key != "key="
        else { return nil }
        return target.url(path: target.path.dropLast("send".count) + "upload_media", query: "\(key)&type=file")
    }
}

/// The two addresses of a robot and the steps of sending a file.
private struct WeComRobot: Sendable {
    var sendURL: String
    var uploadURL: String

    private struct Upload: Decodable {
        var media_id: String
    }

    private struct FileMessage: Encodable {
        struct File: Encodable { var media_id: String }
        var msgtype = "file"
        var file: File
    }

    /// Uploads the file, then names it in a message.
    func upload(_ message: OutgoingMessage, mayUploadAgain: Bool) -> ChannelStep {
        guard WeComRobotChannel.fileBytes.contains(message.body.count) else {
            return .end(DeliveryOutcome(.rejected, code: "wecom-file-size", leftUs: false))
        }
        let form = MultipartFile(
            field: "media", fileName: "\(message.run)-\(message.position).csv", content: message.body)
        let request = HTTPRequest(url: uploadURL, headers: [form.contentType], body: form.body)
        return .request(request) { exchange, _ in
            let outcome = WeComRobotChannel.outcome(of: exchange)
            guard outcome.verdict == .delivered else { return .end(outcome.preparing("upload")) }
            guard let id = CodedAnswer.json(Upload.self, in: exchange.body)?.media_id,
                (1...512).contains(id.utf8.count),
                let body = try? JSONEncoder().encode(FileMessage(file: .init(media_id: id)))
            else { return .end(DeliveryOutcome(.retry, code: "upload-wecom-unreadable", leftUs: false)) }
            return send(body, of: message, mayUploadAgain: mayUploadAgain)
        }
    }

    private func send(_ body: Data, of message: OutgoingMessage, mayUploadAgain: Bool) -> ChannelStep {
        .request(.json(body, to: sendURL)) { exchange, _ in
            let outcome = WeComRobotChannel.outcome(of: exchange)
            // The robot refused the message because it has forgotten the file: it has not written anything.
            if outcome.verdict == .rejected, mayUploadAgain,
                WeComCode.number(in: exchange.body) == WeComCode.mediaInvalid
            {
                return upload(message, mayUploadAgain: false)
            }
            return .end(outcome)
        }
    }
}
