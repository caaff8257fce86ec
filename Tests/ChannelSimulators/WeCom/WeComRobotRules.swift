import Crypto
import Foundation

/// The group robots of WeCom: `webhook/send` and `webhook/upload_media`.
package struct WeComRobotRules: ServiceRules {
    package static let sendPath = "/cgi-bin/webhook/send"
    package static let uploadPath = "/cgi-bin/webhook/upload_media"
    static let mediaLifeMilliseconds: Int64 = 3 * 86_400 * 1_000

    struct Media: Sendable {
        var name: String
        var bytes: Data
        var key: String
        var milliseconds: Int64
    }

    struct Robot: Sendable {
        var window: SlidingWindow
        /// Until when a polite sender is silent after 45009.
        var quietUntil: Int64 = 0
        /// A code that answers everything, such as 93004 for a stopped robot.
        var stoppedWith: Int?
    }

    var robots: [String: Robot]
    var media: [String: Media] = [:]
    /// Messages around full and half hours are a violation.
    var avoidsFullHours: Bool

    package init(keys: [String], messagesPerMinute: Int = 20, avoidsFullHours: Bool = false) {
        let robot = Robot(window: SlidingWindow(limit: messagesPerMinute, seconds: 60))
        robots = Dictionary(keys.map { ($0, robot) }, uniquingKeysWith: { first, _ in first })
        self.avoidsFullHours = avoidsFullHours
    }

    package func refusal(code: Int, message: String) -> SimulatorReply { WeComAnswer.refusal(code, message) }

    package mutating func reply(to request: SimulatorRequest, log: inout SimulatorLog) -> SimulatorReply {
        guard [Self.sendPath, Self.uploadPath].contains(request.path) else {
            return SimulatorReply(status: 404, contentType: "", body: "", decision: "404")
        }
        guard request.method == "POST" else { return WeComAnswer.refusal(43002, "require POST method") }
        guard let key = request.value(of: "key"), let robot = robots[key] else {
            return WeComAnswer.refusal(93000, "invalid webhook url")
        }
        if let code = robot.stoppedWith { return WeComAnswer.refusal(code, "robot unavailable") }
        return request.path == Self.uploadPath
            ? upload(request, key: key, log: &log) : send(request, key: key, log: &log)
    }

    private mutating func send(_ request: SimulatorRequest, key: String, log: inout SimulatorLog) -> SimulatorReply {
        let now = request.milliseconds
        if let quiet = robots[key]?.quietUntil, now < quiet, now > quiet - 59_000 {
            log.violate(request, "came \((quiet - now + 999) / 1_000) s before the minute after 45009 was over")
        }
        guard robots[key]?.window.hasRoom(at: now) == true else {
            robots[key]?.quietUntil = now + 60_000
            return WeComAnswer.refusal(45009, "api freq out of limit")
        }
        // Whatever the robot reads counts, also what it refuses for another reason.
        robots[key]?.window.count(at: now)
        if avoidsFullHours, FullHours.isBusy(request.seconds) { log.violate(request, "sent at a full or half hour") }
        guard let body = WeComBody.object(of: request, log: &log) else { return WeComBody.notJSON }
        guard let type = body["msgtype"]?.string else { return WeComAnswer.refusal(40008, "invalid message type") }
        WeComBody.noteStrangers(in: body, known: ["msgtype", type], request, log: &log)
        switch type {
        case "text", "markdown", "markdown_v2":
            return show(type, content: body[type], request, log: &log)
        case "file": return showFile(body["file"], key: key, request, log: &log)
        default: return WeComAnswer.refusal(40008, "invalid message type")
        }
    }

    private func show(
        _ type: String, content: SimulatorJSON?, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> SimulatorReply {
        let lists = ["mentioned_list", "mentioned_mobile_list"]
        WeComBody.noteStrangers(
            in: content, known: Set(["content"] + (type == "text" ? lists : [])), request, log: &log)
        guard let text = content?["content"]?.string, !text.allSatisfy(\.isWhitespace) else {
            return WeComAnswer.refusal(44004, "empty content")
        }
        let limit = type == "text" ? 2_048 : 4_096
        guard text.utf8.count <= limit else {
            return WeComAnswer.refusal(
                40058, "\(type).content exceed max length \(limit). invalid Request Parameter")
        }
        var mentioned: [String] = []
        for list in lists where type == "text" {
            guard let value = content?[list] else { continue }
            guard let names = value.strings else {
                return WeComAnswer.refusal(40058, "\(type).\(list) is not a list of strings. invalid Request Parameter")
            }
            mentioned += names
        }
        for breach in WeComMarkup.breaches(in: text, type: type) { log.violate(request, breach) }
        mentioned += text.matches(of: /<@([^>]+)>/).map { String($0.1) }
        log.show(request, kind: type, text: text, recipients: type == "markdown_v2" ? [] : mentioned)
        return WeComAnswer.ok()
    }

    private func showFile(
        _ file: SimulatorJSON?, key: String, _ request: SimulatorRequest, log: inout SimulatorLog
    ) -> SimulatorReply {
        WeComBody.noteStrangers(in: file, known: ["media_id"], request, log: &log)
        guard let id = file?["media_id"]?.string, let media = media[id], media.key == key,
            request.milliseconds < media.milliseconds + Self.mediaLifeMilliseconds
        else { return WeComAnswer.refusal(40007, "invalid media_id") }
        log.show(request, id: id, kind: "file", text: "", file: (media.name, media.bytes))
        return WeComAnswer.ok()
    }

    private mutating func upload(_ request: SimulatorRequest, key: String, log: inout SimulatorLog) -> SimulatorReply {
        guard request.value(of: "type") == "file" else { return WeComAnswer.refusal(40005, "invalid file type") }
        let form: MultipartForm
        do {
            form = try MultipartForm(contentType: request.headers["content-type"], body: request.body)
        } catch {
            log.violate(request, (error as? MultipartForm.Malformed)?.reason ?? "the form cannot be read")
            return WeComAnswer.refusal(44001, "empty media data")
        }
        for part in form.parts where part.parameters["name"] != "media" {
            log.violate(request, "the part '\(part.parameters["name"] ?? "")' is ignored")
        }
        let parts = form.parts.filter { $0.parameters["name"] == "media" }
        guard parts.count == 1, let part = parts.first, let name = part.parameters["filename"], !name.isEmpty else {
            return WeComAnswer.refusal(44001, "empty media data")
        }
        if let length = part.parameters["filelength"], length != "\(part.bytes.count)" {
            log.violate(request, "filelength says \(length), the part has \(part.bytes.count) bytes")
        }
        guard part.bytes.count > 5 else { return WeComAnswer.refusal(40006, "invalid media size") }
        guard part.bytes.count <= 20 * 1_048_576 else {
            return WeComAnswer.refusal(45001, "multimedia file size out of limit")
        }
        let digest = SHA256.hash(data: Data("\(media.count)\(key)".utf8) + part.bytes)
        let id = "3" + SimulatorSignature.hex(digest.prefix(16))
        media[id] = Media(name: name, bytes: part.bytes, key: key, milliseconds: request.milliseconds)
        return WeComAnswer.ok([
            ("type", .string("file")), ("media_id", .string(id)), ("created_at", .string("\(request.seconds)")),
        ])
    }
}

/// The minutes that WeCom and Feishu ask senders to avoid.
enum FullHours {
    static func isBusy(_ seconds: Int64) -> Bool { seconds / 60 % 30 == 0 }
}

package typealias WeComRobotSimulator = ChannelSimulator<WeComRobotRules>

extension ChannelSimulator where Rules == WeComRobotRules {
    /// The address of a robot, as WeCom hands it out.
    package func url(key: String) -> String { "\(origin)\(WeComRobotRules.sendPath)?key=\(key)" }

    /// From now on the robot answers everything with this code: 93000 removed, 93004 stopped, 93008 not in the group.
    package func stopRobot(key: String, code: Int) { change { rules, _, _ in rules.robots[key]?.stoppedWith = code } }

    package func restartRobot(key: String) { change { rules, _, _ in rules.robots[key]?.stoppedWith = nil } }

    /// Files that were uploaded, sent or not.
    package var uploads: Int { rules.media.count }
}
