import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import Testing

/// An action list as a file: uploaded, then named in a message.
@Suite struct WeComFileTests {
    private static let key = "KEY-1"
    private static let list = "member_id,name\r\nm-1,王芳\r\n"

    private func simulator(_ faults: SimulatorFaults = .none, clock: SimulatorClock = .system) throws
        -> WeComRobotSimulator
    {
        try WeComRobotSimulator(rules: WeComRobotRules(keys: [Self.key]), clock: clock, faults: faults)
    }

    private func send(
        _ body: Data = Data(list.utf8), run: String = "2026-11-daily", to simulator: WeComRobotSimulator,
        url: String? = nil
    ) throws -> DeliveryOutcome {
        let message = OutgoingMessage(
            id: "msg_1", run: run, endpoint: "crm", position: 1, notAfter: Instant(seconds: .max), form: .attachment,
            body: body)
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(.wecom), url: url ?? simulator.url(key: Self.key))
        return try #require(DeliveryBench.outcome(of: try DeliveryBench.send([message], to: endpoint)[0]))
    }

    @Test func aFileIsUploadedAndThenNamed() throws {
        let simulator = try simulator()
        defer { simulator.stop() }
        #expect(try send(to: simulator).verdict == .delivered)
        let shown = try #require(simulator.shown.first)
        #expect(shown.kind == "file" && shown.fileName == "2026-11-daily-1.csv" && shown.file == Data(Self.list.utf8))
        #expect(simulator.read.map(\.path) == [WeComRobotRules.uploadPath, WeComRobotRules.sendPath])
        #expect(simulator.violations == [] && simulator.shown.count == 1)
    }

    @Test(arguments: ["a\"b\r\nX: 1", "日", "../x", "a b"])
    func aStrangeRunNameCannotBreakTheForm(run: String) throws {
        let simulator = try simulator()
        defer { simulator.stop() }
        #expect(try send(run: run, to: simulator).verdict == .delivered)
        let name = try #require(simulator.shown.first?.fileName)
        #expect(name.wholeMatch(of: /[A-Za-z0-9._-]+-1\.csv/) != nil)
        #expect(simulator.violations == [])
    }

    /// The content may hold what looks like the form's own border.
    @Test func aContentThatHoldsTheBorderArrivesWhole() throws {
        let first = try simulator()
        defer { first.stop() }
        _ = try send(to: first)
        let header = try #require(first.read.first?.headers["content-type"])
        let boundary = try #require(header.split(separator: "=").last)
        let body = Data("\r\n--\(boundary)--\r\n--\(boundary)\r\nx".utf8)
        #expect(try send(body, to: first).verdict == .delivered)
        #expect(first.shown.last?.file == body)
    }

    @Test func aForgottenFileIsUploadedAgainOnce() throws {
        let refused = SimulatorFault.refuse(code: 40_007, message: "invalid media_id")
        let once = try simulator(.at([1: refused], path: WeComRobotRules.sendPath))
        let always = try simulator(.always(refused, path: WeComRobotRules.sendPath))
        defer {
            once.stop()
            always.stop()
        }
        #expect(try send(to: once).verdict == .delivered)
        #expect(once.uploads == 2 && once.shown.count == 1)
        let outcome = try send(to: always)
        #expect(outcome.verdict == .rejected && outcome.code == "wecom-40007")
        #expect(always.uploads == 2 && always.read.count == 4)
    }

    /// The same code during the upload is no reason to try again at once.
    @Test func aRefusedUploadEndsTheAttempt() throws {
        let simulator = try simulator(
            .always(.refuse(code: 40_007, message: "x"), path: WeComRobotRules.uploadPath))
        defer { simulator.stop() }
        let outcome = try send(to: simulator)
        #expect(outcome.verdict == .rejected && outcome.code == "upload-wecom-40007" && !outcome.leftUs)
        #expect(simulator.read.count == 1)
    }

    @Test(arguments: [0, 5, 20_971_521])
    func aFileOfAnImpossibleSizeIsNotSent(bytes: Int) throws {
        let simulator = try simulator()
        defer { simulator.stop() }
        let outcome = try send(Data(count: bytes), to: simulator)
        #expect(outcome.verdict == .rejected && outcome.code == "wecom-file-size" && !outcome.leftUs)
        #expect(simulator.read.isEmpty)
    }

    @Test(arguments: [6, 20_971_520])
    func aFileOfTheLastPossibleSizeIsSent(bytes: Int) throws {
        let simulator = try simulator()
        defer { simulator.stop() }
        #expect(try send(Data(count: bytes), to: simulator).verdict == .delivered)
        #expect(simulator.shown.first?.file?.count == bytes)
    }

    /// An answer that says yes and names no file.
    @Test(arguments: [
        #"{"errcode":0}"#, #"{"errcode":0,"media_id":""}"#, #"{"errcode":0,"media_id":7}"#,
        #"{"errcode":0,"media_id":"\#(String(repeating: "x", count: 513))"}"#,
    ])
    func anUploadThatNamesNoFileIsTriedLater(body: String) throws {
        let simulator = try simulator(
            .always(.answer(status: 200, body: body), path: WeComRobotRules.uploadPath))
        defer { simulator.stop() }
        let outcome = try send(to: simulator)
        #expect(outcome.verdict == .retry && outcome.code == "upload-wecom-unreadable" && !outcome.leftUs)
        #expect(simulator.read.count == 1)
    }

    /// A name of a file that would break the JSON stays inside its quotes.
    @Test func aStrangeFileNameOfTheServiceIsQuoted() throws {
        let simulator = try simulator(
            .always(
                .answer(status: 200, body: #"{"errcode":0,"media_id":"\",\"x\":\"</y"}"#),
                path: WeComRobotRules.uploadPath))
        defer { simulator.stop() }
        #expect(try send(to: simulator).code == "wecom-40007")
        let body = try #require(simulator.read.last?.body)
        let json = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        #expect((json["file"] as? [String: String])?["media_id"] == "\",\"x\":\"</y")
        #expect(json.keys.sorted() == ["file", "msgtype"])
    }

    /// Other parameters of the address, and a fragment, do not get into the upload's.
    @Test func theUploadGoesToTheSameRobot() throws {
        let simulator = try simulator()
        defer { simulator.stop() }
        let url = "\(simulator.origin)/cgi-bin/webhook/send?debug=1&key=\(Self.key)#x"
        #expect(try send(to: simulator, url: url).verdict == .delivered)
        #expect(simulator.read.first?.query.map(\.name) == ["key", "type"])
        #expect(simulator.read.last?.query.map(\.name) == ["debug", "key"])
    }
}
