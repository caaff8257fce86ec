import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Action lists for robots: nothing too large, nothing lost, nothing that a text can turn into something else.
@Suite struct RobotListTests {
    private func randomActions(_ source: inout SeededGenerator, count: Int) -> [PlannedDecision] {
        (1...count).map { position in
            let text = source.draw(in: 0...9) == 0 ? nil : ListWorld.text(&source, pieces: source.draw(in: 0...60))
            let member =
                "M\(position)" + (source.draw(in: 0...3) == 0 ? source.pick(from: ["_a*b", "`x", "|", "会员"]) : "")
            return ListWorld.action(
                position, member: member, text: text,
                title: source.pick(from: ["核心会员静默三级响应", "**x** `y` | z", "<@all> \n title"]),
                level: source.pick(from: [nil, 1, 3]), assign: source.pick(from: [nil, "owner", "店长|A"]),
                due: source.pick(from: [nil, Day(number: 20_779)]))
        }
    }

    @Test(arguments: ListWorld.robots.filter { $0.format != .file }.map { "\($0.service) \($0.format.rawValue)" })
    func everyRecordIsShownOnceInOrderWithinTheLimit(robot: String) throws {
        let (service, format) = try #require(
            ListWorld.robots.first { "\($0.service) \($0.format.rawValue)" == robot })
        var source = SeededGenerator(seed: 32)
        for round in 0..<25 {
            let language = source.pick(from: Language.allCases)
            let writer = try ListWorld.writer(service, format, language: language)
            let actions = randomActions(&source, count: source.draw(in: 1...100))
            let parts = try writer.parts(of: actions)
            let note: Comment = "seed \(source.seed) round \(round)"
            #expect(parts == (try writer.parts(of: actions)), note)
            #expect(
                parts.map(\.actions).reduce(0, +) == actions.count && parts.allSatisfy { $0.form == .payload }, note)
            var records: [ShownRecord] = []
            for part in parts {
                #expect(
                    try ListWorld.counted(part.body, service) <= ListWorld.documentedLimit(service, format), note)
                let shown = try ShownRecord.all(in: try ListWorld.shown(part.body, service), service, format)
                #expect(shown.count == part.actions, note)
                records += shown
            }
            let wanted = actions.map { action in
                let text = ShownRecord.plain(action.text ?? "", nil)
                // The cell of nothing.
                return ShownRecord(
                    number: action.position, member: ShownRecord.plain(action.memberID, nil),
                    text: format == .markdownV2 && text == "-" ? "" : text)
            }
            let difference = zip(records, wanted).first { $0 != $1 }.map { "\($0) instead of \($1)" }
            #expect(difference == nil && records.count == wanted.count, note)
        }
    }

    /// Whatever stands in titles, texts and ids calls nobody and marks up nothing.
    @Test(arguments: ListWorld.robots.filter { $0.format != .file }.map { "\($0.service) \($0.format.rawValue)" })
    func textsCallNobodyAndMarkUpNothing(robot: String) throws {
        let (service, format) = try #require(
            ListWorld.robots.first { "\($0.service) \($0.format.rawValue)" == robot })
        var source = SeededGenerator(seed: 33)
        let writer = try ListWorld.writer(service, format)
        for _ in 0..<12 {
            for part in try writer.parts(of: randomActions(&source, count: 20)) {
                let text = try ListWorld.shown(part.body, service)
                let note: Comment = "seed \(source.seed)"
                #expect(!text.contains("<@") && !text.contains("<at") && !text.contains("<!"), note)
                #expect(!text.contains("<font") && !text.contains("@所有人"), note)
                // In front of a letter and behind one it stands in an address.
                #expect(!text.contains(/@all(?![A-Za-z0-9.])/) && !text.contains(/(?m)(?:^|[^A-Za-z0-9])@all/), note)
                #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }, note)
                #expect(!text.contains("\u{202E}") && !text.contains("\u{2028}"), note)
                if service == .slack { #expect(!text.contains(/<|&(?!amp;|lt;|gt;)/), note) }
                guard format != .text else { continue }
                #expect(!text.contains("](") && !text.contains("```"), note)
                // Within code a sign means nothing.
                #expect(text.replacing(/`[^`\n]*`/, with: "").matches(of: /\*/).count % 2 == 0, note)
                // A quoted line begins with words.
                if service != .feishu { #expect(!text.contains(/(?m)^> *[#>+=|~-]/), note) }
            }
        }
    }

    @Test(arguments: ListWorld.robots.filter { $0.format != .file }.map { "\($0.service) \($0.format.rawValue)" })
    func theLimitIsMetToTheByte(robot: String) throws {
        let (service, format) = try #require(
            ListWorld.robots.first { "\($0.service) \($0.format.rawValue)" == robot })
        let writer = try ListWorld.writer(service, format)
        let limit = service.messageLimit(format).bytes
        func list(_ length: Int) -> [PlannedDecision] {
            [ListWorld.action(1, member: "M1", text: String(repeating: "x", count: length))]
        }
        let base = try ListWorld.counted(try writer.parts(of: list(1))[0].body, service) - 1
        #expect(try ListWorld.counted(try writer.parts(of: list(limit - base))[0].body, service) == limit)
        let error = #expect(throws: RetierError.self) { try writer.parts(of: list(limit - base + 1)) }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains("core-quiet-ladder") == true && error?.message.contains("step l1") == true)
        #expect(
            error?.message.contains("\(limit + 1) bytes") == true && error?.message.contains("takes \(limit)") == true)
        #expect(error?.hint.contains("by 1 bytes") == true)
    }

    /// What the check before a plan lets pass is written, whatever stands around it.
    @Test func whatHasRoomIsNeverRefused() throws {
        var source = SeededGenerator(seed: 34)
        for _ in 0..<100 {
            let (service, format) = source.pick(from: ListWorld.robots.filter { $0.format != .file })
            let settings = RobotSettings(
                address: ListWorld.address, format: format, mentions: format == .markdownV2 ? [] : ["@all", "lisi"])
            let writer = try ListWorld.writer(service, settings, batch: source.pick(from: [nil, 1, 7]))
            var actions = randomActions(&source, count: source.draw(in: 1...40))
            // Right at the border: the longest text that still has room.
            let limit = service.messageLimit(format).bytes
            let place = source.draw(in: 0...(actions.count - 1))
            actions[place].text = "x"
            let room = try #require(writer.room(for: ListedAction(actions[place])))
            actions[place].text = String(repeating: "x", count: limit - room.bytes + 1)
            #expect(writer.room(for: ListedAction(actions[place]))?.bytes == limit, "seed \(source.seed)")
            try writer.requireRoom(for: ListedAction(actions[place]))
            let list = PartPlace(number: source.draw(in: 1...9_999), count: 9_999)
            for part in try writer.parts(of: actions, list: list) {
                #expect(try ListWorld.counted(part.body, service) <= limit, "seed \(source.seed)")
            }
            actions[place].text? += "x"
            #expect(throws: RetierError.self) { try writer.requireRoom(for: ListedAction(actions[place])) }
        }
    }

    @Test func batchIsTheMostOfOneMessage() throws {
        let actions = (1...25).map { ListWorld.action($0, member: "M\($0)", text: "您好") }
        for (service, format) in ListWorld.robots {
            let parts = try ListWorld.writer(service, format, batch: 10).parts(of: actions)
            #expect(parts.map(\.actions).filter { $0 > 0 } == [10, 10, 5], "\(service) \(format)")
        }
    }

    @Test func peopleAreCalledOnceAList() throws {
        let actions = (1...60).map { ListWorld.action($0, member: "M\($0)", text: String(repeating: "您好", count: 60)) }
        for (service, format) in ListWorld.robots where format != .markdownV2 {
            let mobiles = service == .dingtalk || (service == .wecom && format == .text) ? ["13800000000"] : []
            let settings = RobotSettings(
                address: ListWorld.address, format: format, mentions: ["@all", "lisi"], mentionMobiles: mobiles)
            let writer = try ListWorld.writer(service, settings)
            let bodies = try writer.parts(of: actions).filter { $0.form == .payload }.map {
                String(decoding: $0.body, as: UTF8.self)
            }
            #expect(bodies[0].contains("lisi"), "\(service) \(format)")
            #expect(bodies[0].contains("13800000000") != mobiles.isEmpty, "\(service) \(format)")
            #expect(bodies.dropFirst().allSatisfy { !$0.contains("lisi") && !$0.contains("138") }, "\(service)")
            let second = try writer.parts(of: actions, list: PartPlace(number: 2, count: 3))
            #expect(second.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("lisi") })
        }
    }

    @Test(arguments: [
        (RobotService.dingtalk, RobotSettings.Format.file, [String](), [String](), "format"),
        (.feishu, .markdownV2, [], [], "format"), (.slack, .file, [], [], "format"),
        (.wecom, .markdownV2, ["lisi"], [], "mentions"), (.wecom, .markdown, [], ["138"], "mentionMobiles"),
        (.wecom, .file, [], ["138"], "mentionMobiles"), (.feishu, .text, [], ["138"], "mentionMobiles"),
        (.slack, .text, [], ["138"], "mentionMobiles"), (.wecom, .text, ["x>y"], [], "mentions"),
        (.dingtalk, .text, [], ["1 3"], "mentionMobiles"),
    ])
    func whatAServiceCannotDoIsRefused(
        service: RobotService, format: RobotSettings.Format, mentions: [String], mobiles: [String], key: String
    ) {
        let settings = RobotSettings(
            address: ListWorld.address, format: format, mentions: mentions, mentionMobiles: mobiles)
        #expect(service.problems(of: settings).map(\.key.rawValue) == [key])
        let error = #expect(throws: RetierError.self) { try ListWorld.writer(service, settings) }
        #expect(error?.code == .badConfiguration)
    }
}
