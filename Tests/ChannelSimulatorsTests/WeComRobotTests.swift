import ChannelSimulators
import Foundation
import Testing

@Suite struct WeComRobotTests {
    private let time = ManualClock()
    private let sim: WeComRobotSimulator

    init() throws {
        sim = try WeComRobotSimulator(rules: WeComRobotRules(keys: ["K", "L"]), clock: time.clock)
    }

    private func send(_ body: String, key: String = "K") -> RawClient.Answer? { sim.post(sim.url(key: key), body) }

    private func text(_ content: String, type: String = "text") -> String {
        json(["msgtype": type, type: ["content": content]])
    }

    @Test func everyTypeThatRetierSendsIsShown() {
        defer { sim.stop() }
        let markdown = "**金卡降级** 12 人\n> <font color=\"warning\">详情</font> <@zhangsan>"
        for body in [
            json(["msgtype": "text", "text": ["content": "早", "mentioned_list": ["lisi", "@all"]]]),
            text(markdown, type: "markdown"), text("| 名 | 分 |\n| --- | --- |\n| 王 | 1 |", type: "markdown_v2"),
        ] {
            #expect(send(body)?.text == #"{"errcode":0,"errmsg":"ok"}"#)
        }
        #expect(sim.shown.map(\.kind) == ["text", "markdown", "markdown_v2"])
        #expect(sim.shown.map(\.recipients) == [["lisi", "@all"], ["zhangsan"], []])
        #expect(sim.shown[1].text == markdown && sim.violations.isEmpty)
        #expect(sim.read.map(\.decision) == ["ok", "ok", "ok"])
    }

    @Test(arguments: [
        ("text", 2_048), ("markdown", 4_096), ("markdown_v2", 4_096),
    ])
    func aByteTooMuchIsRefusedWithTheDocumentedText(type: String, limit: Int) throws {
        defer { sim.stop() }
        // Three bytes a character: the limit counts bytes and not characters.
        let full = String(repeating: "金", count: limit / 3) + String(repeating: "a", count: limit % 3)
        #expect(send(text(full, type: type))?.code == 0)
        let answer = try #require(send(text(full + "a", type: type)))
        #expect(answer.status == 200 && answer.code == 40058)
        #expect(
            answer.message.hasPrefix("\(type).content exceed max length \(limit). invalid Request Parameter, hint: ["))
        #expect(answer.message.hasSuffix("more info at https://open.work.weixin.qq.com/devtool/query?e=40058"))
        #expect(sim.shown.count == 1)
    }

    @Test(arguments: [
        ("{", 40008), ("[]", 40008), (#"{"msgtype":"voice"}"#, 40008), (#"{"text":{"content":"a"}}"#, 40008),
        (#"{"msgtype":"image","image":{}}"#, 40008), (#"{"msgtype":"news","news":{}}"#, 40008),
        (#"{"msgtype":"text","text":{"content":""}}"#, 44004), (#"{"msgtype":"text"}"#, 44004),
        (#"{"msgtype":"text","text":{"content":" \n"}}"#, 44004), (#"{"msgtype":"text","text":{"content":5}}"#, 44004),
        (#"{"msgtype":"text","text":{"content":"a","mentioned_list":"@all"}}"#, 40058),
        (#"{"msgtype":"file","file":{"media_id":"nope"}}"#, 40007), (#"{"msgtype":"file"}"#, 40007),
    ])
    func whatIsWrongIsRefusedAndNotShown(body: String, code: Int) throws {
        defer { sim.stop() }
        let answer = try #require(send(body))
        #expect(answer.status == 200 && answer.code == code)
        #expect(
            code != 40008 || body.hasPrefix(#"{"m"#) || body.hasPrefix(#"{"t"#)
                || answer.message.hasPrefix("Warning: wrong json format."))
        #expect(sim.shown.isEmpty && sim.read.map(\.decision) == ["\(code)"])
    }

    @Test func aWrongKeyAndAStoppedRobotAreRefused() {
        defer { sim.stop() }
        for url in [sim.url(key: "X"), sim.origin + WeComRobotRules.sendPath, sim.url(key: "K&key=K")] {
            #expect(sim.post(url, text("a"))?.code == 93000)
        }
        #expect(sim.get(sim.url(key: "K"))?.code == 43002)
        sim.stopRobot(key: "K", code: 93004)
        #expect(send(text("a"))?.code == 93004 && send(text("a"), key: "L")?.code == 0)
        sim.restartRobot(key: "K")
        #expect(send(text("a"))?.code == 0)
    }

    @Test func twentyAMinuteAndARobotSlide() {
        defer { sim.stop() }
        for second in 0..<20 {
            #expect(send(text("\(second)"))?.code == 0)
            time.advance(seconds: 1)
        }
        #expect(send(text("late"))?.code == 45009 && send(text("other robot"), key: "L")?.code == 0)
        #expect(sim.violations.isEmpty)
        // The first message leaves the window 60 s after it came, and so does what was refused.
        time.advance(milliseconds: 39_999)
        #expect(send(text("early"))?.code == 45009 && sim.violations.count == 1)
        time.advance(seconds: 60)
        #expect(send(text("now"))?.code == 0 && sim.violations.count == 1)
    }

    @Test func contentThatIsRefusedCountsToo() {
        defer { sim.stop() }
        for _ in 0..<20 { #expect(send("{")?.code == 40008) }
        #expect(send(text("a"))?.code == 45009)
    }

    @Test(arguments: [
        (#"{"msgtype":"markdown_v2","markdown_v2":{"content":"<font color=\"info\">a</font>"}}"#, "<font>"),
        (#"{"msgtype":"markdown_v2","markdown_v2":{"content":"<@zhangsan>"}}"#, "mentions nobody"),
        (#"{"msgtype":"markdown","markdown":{"content":"<font color=\"red\">a</font>"}}"#, "red"),
        (#"{"msgtype":"markdown","markdown":{"content":"|a|b|\n|---|---|"}}"#, "table"),
        (#"{"msgtype":"markdown","markdown":{"content":"a","mentioned_list":["@all"]}}"#, "mentioned_list"),
        (#"{"msgtype":"text","text":{"content":"a"},"mentioned_list":["@all"]}"#, "mentioned_list"),
        (#"{"msgtype":"text","text":{"content":"<font color=\"info\">a</font>"}}"#, "<font>"),
        (#"{"msgtype":"text","text":{"content":"\u738b"}}"#, "40033"),
    ])
    func whatWeComPunishesSilentlyIsShownAndWrittenDown(body: String, part: String) {
        defer { sim.stop() }
        #expect(send(body)?.code == 0 && sim.shown.count == 1)
        #expect(sim.violations.count == 1 && sim.violations.first?.contains(part) == true)
    }

    @Test func aBodyThatIsNotDeclaredAsJSONIsAViolation() {
        defer { sim.stop() }
        #expect(sim.post(sim.url(key: "K"), text("a"), headers: ["Content-Type: text/plain"])?.code == 0)
        #expect(sim.violations.first?.contains("content type") == true)
    }

    @Test func fullAndHalfHoursAreViolationsWhereAskedFor() throws {
        defer { sim.stop() }
        let time = ManualClock(seconds: 1_760_000_400 - 1)
        let strict = try WeComRobotSimulator(
            rules: WeComRobotRules(keys: ["K"], avoidsFullHours: true), clock: time.clock)
        defer { strict.stop() }
        for advance in [0, 1, 59, 1] as [Int64] {
            time.advance(seconds: advance)
            #expect(strict.post(strict.url(key: "K"), text("a"))?.code == 0)
        }
        #expect(strict.violations.count == 2)
    }
}
