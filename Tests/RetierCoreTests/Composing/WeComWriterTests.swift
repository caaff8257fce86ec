import RetierCore
import Testing

/// Messages of WeCom applications and mass messages: whom they name, what they hold, what cannot be sent.
@Suite struct WeComWriterTests {
    private static let account = WeComAccount(corpID: "ww1", secret: .file("s"))
    private static let header = PlanHeader(
        brand: "b", kind: .refresh, period: "2026-11", asOf: Day(number: 20_778), currency: Currency(code: "CNY"))

    private static func action(
        _ position: Int, member: String = "M1", text: String? = "您好", assign: String? = nil
    ) -> PlannedDecision {
        PlannedDecision(
            position: position, actionID: "act_\(position)", memberID: member, playbook: "care", version: 1, step: "s1",
            level: 1, type: "care", channel: "wecom", endpoint: "app", arm: nil, reason: .selected, facts: "{}",
            evidence: "{}", until: nil, cost: .zero, title: "关怀", text: text, parameters: "{}", assign: assign, due: nil
        )
    }

    private func app(
        _ recipients: WeComAppSettings.Recipients, format: RobotSettings.Format = .text, batch: Int? = nil,
        window: Int = 14_400
    ) throws -> WeComAppWriter {
        let settings = WeComAppSettings(
            account: Self.account, agentID: 7, format: format, recipients: recipients, duplicateCheckSeconds: window)
        let programme = Programme(
            brand: "b", title: LocalizedText("茶舍"), language: .chinese, zone: .utc, currency: Currency(code: "CNY"),
            tiering: TieringModel(ladder: TierLadder(tiers: [])), endpoints: [], channels: [])
        return try WeComAppWriter(
            endpoint: Endpoint(id: "app", kind: .wecomApp(settings), batch: batch), programme: programme,
            header: Self.header)
    }

    private func task(sender: String? = nil, batch: Int? = nil) throws -> WeComTaskWriter {
        let settings = WeComTaskSettings(account: Self.account, identitySource: "wecom", sender: sender)
        return try WeComTaskWriter(endpoint: Endpoint(id: "t", kind: .wecomTask(settings), batch: batch))
    }

    private func text(_ part: MessagePart) -> String { String(decoding: part.body, as: UTF8.self) }

    /// The decoded `content` of a body that this writer made.
    private func content(_ part: MessagePart) throws -> String {
        let json = text(part)
        let start = try #require(json.firstRange(of: #""content":""#)).upperBound
        let end = try #require(json[start...].firstRange(of: #""}"#)).lowerBound
        return String(json[start..<end]).split(separator: "\\n", omittingEmptySubsequences: false)
            .joined(separator: "\n")
    }

    /// Each action in exactly one part.
    private func expectEachOnce(_ parts: [MessagePart], _ count: Int) {
        #expect(parts.flatMap { $0.places ?? [] }.sorted() == Array(0..<count))
    }

    @Test func theStaffReadListsWithinTheLimit() throws {
        let writer = try app(.fixed(users: ["zhangsan", "lisi"], parties: ["2"], tags: ["5"]))
        let actions = (1...120).map { Self.action($0, member: "M\($0)", text: "请回访\n第二行 <b> @all") }
        let parts = try writer.parts(of: actions, externalIDs: [])
        expectEachOnce(parts, 120)
        #expect(parts.count > 3 && parts.allSatisfy { $0.recipients.isEmpty && $0.refusal == nil })
        #expect(Set(parts.map(\.body)).count == parts.count, "WeCom would take equal requests for repeats")
        for part in parts {
            let bytes = try content(part).utf8.count
            #expect(bytes <= 2_048 && !text(part).contains("\\u"))
            #expect(!text(part).contains("@all"), "a member's text calls nobody")
        }
        #expect(
            text(parts[0]).hasPrefix(
                #"{"touser":"zhangsan|lisi","toparty":"2","totag":"5","msgtype":"text","agentid":7,"text":{"content":"#)
        )
        #expect(
            text(parts[0]).hasSuffix(#""},"enable_duplicate_check":1,"duplicate_check_interval":14400}"#))
        #expect(try writer.parts(of: actions, externalIDs: []) == parts)
        let unchecked = try app(.fixed(users: ["@all"], parties: [], tags: []), format: .markdown, window: 0)
        let plain = text(try unchecked.parts(of: [Self.action(1)], externalIDs: [])[0])
        #expect(plain.hasPrefix(#"{"touser":"@all","msgtype":"markdown","agentid":7,"markdown":{"content":"**"#))
        #expect(!plain.contains("duplicate"))
    }

    @Test func eachAssignedPersonReadsTheirOwnList() throws {
        let people: [String?] = ["Li", "wang", "li", nil, "@all", "a|b", "", "wang"]
        let actions = people.enumerated().map { Self.action($0 + 1, member: "M\($0)", assign: $1) }
        let parts = try app(.assigned).parts(of: actions, externalIDs: [])
        expectEachOnce(parts, people.count)
        #expect(parts.map(\.places) == [[0, 2], [1, 7], [3], [4, 5, 6]])
        #expect(parts.map(\.refusal) == [nil, nil, "no-recipient", "bad-recipient"])
        #expect(text(parts[0]).hasPrefix(#"{"touser":"Li","msgtype""#))
        #expect(text(parts[1]).hasPrefix(#"{"touser":"wang","msgtype""#))
        #expect(try content(parts[0]).contains("M2") && !content(parts[0]).contains("M1"))
    }

    @Test func aMemberReadsTheirOwnTextUncut() throws {
        let long = String(repeating: "长", count: 682)
        let texts: [(text: String?, id: String?)] = [
            ("您好\t!\u{7}", "Zhang"), ("您好 !", "lisi"), (long + "ab", "w1"), (long + "abc", "w2"), ("  \n", "w3"),
            ("x", nil), ("x", "@all"), ("您好 !", "zhang"), ("x", "a|b"), ("x", "w9"),
        ]
        let actions = texts.enumerated().map { Self.action($0 + 1, text: $1.text) }
        let parts = try app(.identity(source: "wecom")).parts(of: actions, externalIDs: texts.map(\.id))
        expectEachOnce(parts, texts.count)
        #expect(parts.map(\.places) == [[0, 7, 1], [2], [9], [3], [4], [5], [6, 8]])
        #expect(
            parts.map(\.refusal) == [nil, nil, nil, "too-long", "no-text", "no-recipient", "bad-recipient"])
        #expect(parts[0].recipients == ["zhang", "zhang", "lisi"])
        #expect(
            text(parts[0]).hasPrefix(#"{"touser":"Zhang|lisi","msgtype":"text","agentid":7,"text":{"content":"您好 !"}"#))
        #expect(try content(parts[1]) == long + "ab" && content(parts[1]).utf8.count == 2_048)
    }

    @Test func aMessageNamesAtMostAThousandPeople() throws {
        let actions = (1...2_500).map { Self.action($0) }
        let ids: [String?] = (1...2_500).map { "u\($0)" }
        let writer = try app(.identity(source: "wecom"))
        #expect(try writer.parts(of: actions, externalIDs: ids).map(\.actions) == [1_000, 1_000, 500])
        let small = try app(.identity(source: "wecom"), batch: 700)
        #expect(try small.parts(of: actions, externalIDs: ids).map(\.actions) == [700, 700, 700, 400])
        #expect(try task().parts(of: actions, externalIDs: ids).map(\.actions) == [2_500])
        #expect(try task(batch: 2_000).parts(of: actions, externalIDs: ids).map(\.actions) == [2_000, 500])
    }

    @Test func membersOfOneTextShareATask() throws {
        let fits = String(repeating: "长", count: 1_333) + "a"
        let rows: [(text: String?, id: String?)] = [
            ("甲", "wm1"), ("乙", "wm2"), ("甲", "wm3"), ("甲", nil), ("甲", "wm1"), (fits, "wm4"), (fits + "b", "wm5"),
            ("甲", "w m"), ("\u{202E}", "wm6"),
        ]
        let actions = rows.enumerated().map { Self.action($0 + 1, text: $1.text) }
        let parts = try task(sender: "li\"s").parts(of: actions, externalIDs: rows.map(\.id))
        expectEachOnce(parts, rows.count)
        #expect(parts.map(\.places) == [[0, 2, 4], [1], [5], [3], [6], [7], [8]])
        #expect(
            parts.map(\.refusal) == [nil, nil, nil, "no-recipient", "too-long", "bad-recipient", "no-text"])
        #expect(parts[0].recipients == ["wm1", "wm3", "wm1"])
        #expect(
            text(parts[0])
                == #"{"chat_type":"single","external_userid":["wm1","wm3"],"sender":"li\"s","text":{"content":"甲"}}"#)
        #expect(try content(parts[2]) == fits && fits.utf8.count == 4_000)
    }

    /// Random lists: each action once, no text over its limit, nobody named twice in a message.
    @Test func randomListsKeepTheLimits() throws {
        for seed in UInt64(1)...30 {
            var source = SplitMix64(seed: seed)
            let texts = ["", "好", "您好，\n请看 `x`", String(repeating: "茶", count: 500), "<@all> & \"q\" \\ |"]
            let ids: [String?] = (0..<80).map { _ in
                source.chance(millionths: 200_000) ? nil : "u\(source.draw(in: 1...30))"
            }
            let actions = (0..<80).map { place in
                Self.action(
                    place + 1, member: "M\(place)", text: source.pick(from: texts),
                    assign: source.pick(from: [nil, "a1", "A1", "b2", "c|d"]))
            }
            let lists = try [
                app(.assigned, format: source.pick(from: [.text, .markdown])).parts(of: actions, externalIDs: ids),
                app(.identity(source: "s")).parts(of: actions, externalIDs: ids),
                task(batch: 7).parts(of: actions, externalIDs: ids),
            ]
            for parts in lists {
                expectEachOnce(parts, 80)
                for part in parts where part.refusal == nil {
                    #expect(try content(part).utf8.count <= 4_000, "seed \(seed)")
                    #expect(part.recipients.isEmpty || part.recipients.count == part.actions, "seed \(seed)")
                    #expect(!text(part).contains("\"touser\":\"\"") && !text(part).contains("[]"), "seed \(seed)")
                }
            }
        }
    }

    @Test func anActionThatIsTooLargeForAListIsNamed() throws {
        let writer = try app(.fixed(users: ["a"], parties: [], tags: []))
        let large = Self.action(1, text: String(repeating: "长", count: 700))
        let error = #expect(throws: RetierError.self) { try writer.parts(of: [large], externalIDs: []) }
        #expect(error?.code == .badConfiguration && error?.message.contains("playbook care, step s1") == true)
        let room = writer.room(for: ListedAction(large))
        #expect(room.limit == 2_048 && room.bytes > 2_100)
        #expect(try app(.identity(source: "s")).room(for: ListedAction(large)).bytes == 2_100)
    }

    @Test(arguments: [
        (WeComAppSettings.Recipients.fixed(users: [], parties: [], tags: []), RobotSettings.Format.text, 0),
        (.fixed(users: ["a", "@all"], parties: [], tags: []), .text, 0),
        (.fixed(users: ["a|b"], parties: [], tags: []), .text, 0),
        (.fixed(users: [], parties: ["x"], tags: []), .text, 0),
        (.fixed(users: Array(repeating: "a", count: 1_001), parties: [], tags: []), .text, 0),
        (.assigned, .file, 0), (.assigned, .markdownV2, 0), (.assigned, .text, 14_401), (.assigned, .text, -1),
    ])
    func whatWeComCannotDoIsRefused(
        recipients: WeComAppSettings.Recipients, format: RobotSettings.Format, window: Int
    ) throws {
        #expect(throws: RetierError.self) { try app(recipients, format: format, window: window) }
    }

    @Test func aRepeatLeavesWellBeforeWeComForgets() {
        let settings = WeComAppSettings(account: Self.account, agentID: 7, recipients: .assigned)
        #expect(Endpoint.Kind.wecomApp(settings).standardOnDoubt == .resendWithin(seconds: 14_100))
    }
}
