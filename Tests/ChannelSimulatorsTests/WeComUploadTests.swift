import ChannelSimulators
import Foundation
import Testing

/// Files of the group robots.
@Suite struct WeComUploadTests {
    private let time = ManualClock()
    private let sim: WeComRobotSimulator

    init() throws {
        sim = try WeComRobotSimulator(rules: WeComRobotRules(keys: ["K", "L"]), clock: time.clock)
    }

    private static let disposition = #"form-data; name="media"; filename="名单.csv""#

    private func upload(
        _ bytes: Data, disposition: String = Self.disposition, query: String = "key=K&type=file",
        type: String = "multipart/form-data; boundary=b0"
    ) -> RawClient.Answer? {
        let head = "--b0\r\nContent-Disposition: \(disposition)\r\nContent-Type: application/octet-stream\r\n\r\n"
        let body = Data(head.utf8) + bytes + Data("\r\n--b0--\r\n".utf8)
        return sim.post("\(WeComRobotRules.uploadPath)?\(query)", data: body, headers: ["Content-Type: \(type)"])
    }

    private func show(_ id: String, key: String = "K") -> Int? {
        sim.post(sim.url(key: key), json(["msgtype": "file", "file": ["media_id": id]]))?.code
    }

    @Test func aFileIsUploadedAndThenShown() throws {
        defer { sim.stop() }
        let bytes = Data("会员,动作\r\n1,短信\r\n".utf8)
        let answer = try #require(upload(bytes))
        #expect(answer.code == 0 && answer.json["type"] as? String == "file")
        #expect(answer.json["created_at"] as? String == "1760000000")
        #expect(sim.shown.isEmpty && sim.uploads == 1)
        let id = try #require(answer.json["media_id"] as? String)
        #expect(show(id) == 0)
        #expect(sim.shown.first?.fileName == "名单.csv" && sim.shown.first?.file == bytes && sim.violations.isEmpty)
    }

    @Test func aMediaIDLivesThreeDaysAndForOneRobot() throws {
        defer { sim.stop() }
        let id = try #require(upload(Data("123456".utf8))?.json["media_id"] as? String)
        #expect(show(id, key: "L") == 40007)
        time.advance(seconds: 3 * 86_400 - 1)
        #expect(show(id) == 0)
        time.advance(seconds: 1)
        #expect(show(id) == 40007)
    }

    @Test(arguments: [(5, 40006), (6, 0), (20 * 1_048_576, 0), (20 * 1_048_576 + 1, 45001)])
    func sizesAreChecked(count: Int, code: Int) {
        defer { sim.stop() }
        #expect(upload(Data(repeating: 97, count: count))?.code == code)
        #expect(sim.uploads == (code == 0 ? 1 : 0))
    }

    @Test(arguments: [
        #"form-data; name="file"; filename="a.csv""#, #"form-data; name="media""#,
        #"form-data; name="media"; filename="""#, #"form-data; name="media"; filename*=utf-8''%E5%90%8D.csv"#,
        #"attachment; name="media"; filename="a.csv""#,
    ])
    func aPartThatWeComCannotReadIsEmptyMedia(disposition: String) {
        defer { sim.stop() }
        #expect(upload(Data("123456".utf8), disposition: disposition)?.code == 44001 && sim.uploads == 0)
    }

    @Test func theQueryAndTheContentTypeAreChecked() {
        defer { sim.stop() }
        let bytes = Data("123456".utf8)
        #expect(upload(bytes, query: "key=X&type=file")?.code == 93000)
        #expect(upload(bytes, query: "key=K")?.code == 40005 && upload(bytes, query: "key=K&type=image")?.code == 40005)
        #expect(upload(bytes, type: "application/json")?.code == 44001)
        #expect(upload(bytes, type: "multipart/form-data; boundary=other")?.code == 44001)
        #expect(sim.uploads == 0)
    }

    @Test func aWrongLengthIsAViolation() {
        defer { sim.stop() }
        #expect(upload(Data("123456".utf8), disposition: Self.disposition + "; filelength=7")?.code == 0)
        #expect(sim.violations.first?.contains("filelength") == true)
    }

    @Test func uploadsDoNotCountAsMessages() {
        defer { sim.stop() }
        for _ in 0..<25 { #expect(upload(Data("123456".utf8))?.code == 0) }
    }
}
