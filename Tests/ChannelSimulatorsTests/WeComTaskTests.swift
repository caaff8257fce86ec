import ChannelSimulators
import Foundation
import Testing

/// Mass messages that a member of the staff confirms.
@Suite struct WeComTaskTests {
    private let time = ManualClock()
    private let sim: WeComAppSimulator
    private let token: String

    init() throws {
        var corporation = WeComAppRules.Corporation()
        corporation.contacts = ["wm1": "zhangsan", "wm2": "zhangsan", "wm3": "lisi"]
        corporation.massMessagesPerMonth = 2
        sim = try WeComAppSimulator(rules: WeComAppRules(corporation), clock: time.clock)
        let query = "\(WeComAppRules.tokenPath)?corpid=ww0123456789abcdef&corpsecret=app-secret"
        token = try #require(sim.get(query)?.json["access_token"] as? String)
    }

    private func call(_ path: String, _ body: [String: Any]) -> RawClient.Answer? {
        sim.post("\(path)?access_token=\(token)", json(body))
    }

    private func add(_ customers: [String], sender: String? = nil, text: String = "早") throws -> RawClient.Answer {
        var body: [String: Any] = ["chat_type": "single", "external_userid": customers, "text": ["content": text]]
        body["sender"] = sender
        return try #require(call(WeComAppRules.addTaskPath, body))
    }

    private func results(_ id: String, _ member: String) -> [String: Int] {
        let answer = call(WeComAppRules.resultPath, ["msgid": id, "userid": member])
        let list = answer?.json["send_list"] as? [[String: Any]] ?? []
        return Dictionary(
            uniqueKeysWithValues: list.map { ($0["external_userid"] as? String ?? "", $0["status"] as? Int ?? -1) })
    }

    private func tasks(_ id: String) -> [String: Int] {
        let list = call(WeComAppRules.taskPath, ["msgid": id])?.json["task_list"] as? [[String: Any]] ?? []
        return Dictionary(
            uniqueKeysWithValues: list.map { ($0["userid"] as? String ?? "", $0["status"] as? Int ?? -1) })
    }

    @Test func nothingIsSentUntilItIsConfirmed() throws {
        defer { sim.stop() }
        let answer = try add(["wm1", "wm2", "wm3", "stranger"])
        let id = try #require(answer.json["msgid"] as? String)
        #expect(answer.code == 0 && answer.json["fail_list"] as? [String] == ["stranger"])
        #expect(tasks(id) == ["zhangsan": 0, "lisi": 0] && results(id, "zhangsan") == ["wm1": 0, "wm2": 0])
        #expect(sim.shown.isEmpty)
        #expect(sim.confirm(id, by: "zhangsan", failures: ["wm2": .notAFriend]))
        #expect(tasks(id) == ["zhangsan": 2, "lisi": 0])
        #expect(results(id, "zhangsan") == ["wm1": 1, "wm2": 2] && results(id, "lisi") == ["wm3": 0])
        #expect(sim.shown.map(\.recipients) == [["wm1"]] && sim.shown.first?.id == id)
        #expect(!sim.confirm(id, by: "zhangsan"), "once is enough")
    }

    @Test func whatIsDeclinedStaysUnsent() throws {
        defer { sim.stop() }
        let id = try #require(try add(["wm1"]).json["msgid"] as? String)
        sim.decline(id)
        #expect(!sim.confirm(id, by: "zhangsan") && results(id, "zhangsan") == ["wm1": 0] && sim.shown.isEmpty)
        let other = try #require(try add(["wm1"]).json["msgid"] as? String)
        #expect(call(WeComAppRules.cancelPath, ["msgid": other])?.code == 0 && !sim.confirm(other, by: "zhangsan"))
        #expect(sim.taskIDs == [id, other])
    }

    @Test func aCustomerReceivesSoManyAMonth() throws {
        defer { sim.stop() }
        for _ in 0..<2 {
            let id = try #require(try add(["wm1"]).json["msgid"] as? String)
            #expect(sim.confirm(id, by: "zhangsan") && results(id, "zhangsan") == ["wm1": 1])
        }
        let third = try #require(try add(["wm1"]).json["msgid"] as? String)
        #expect(sim.confirm(third, by: "zhangsan") && results(third, "zhangsan") == ["wm1": 3])
        time.advance(seconds: 30 * 86_400)
        #expect(call(WeComAppRules.taskPath, ["msgid": third])?.code == 42001, "the token has expired by now")
    }

    @Test func aSenderReachesOnlyTheirOwnCustomers() throws {
        defer { sim.stop() }
        #expect(try add(["wm1", "wm3"], sender: "lisi").json["fail_list"] as? [String] == ["wm1"])
        #expect(try add(["wm1"], sender: "lisi").code == 41048)
        #expect(try add(["wm1"], sender: "nobody").code == 40003)
        let all = try #require(
            call(WeComAppRules.addTaskPath, ["sender": "zhangsan", "text": ["content": "a"]])?.json["msgid"] as? String)
        #expect(results(all, "zhangsan").keys.sorted() == ["wm1", "wm2"])
    }

    @Test func limitsAndReferencesAreChecked() throws {
        defer { sim.stop() }
        #expect(try add([]).code == 40058 && add(["wm1"], text: "").code == 44004)
        #expect(try add(["wm1"], text: String(repeating: "a", count: 4_000)).code == 0)
        #expect(try add(["wm1"], text: String(repeating: "a", count: 4_001)).code == 40058)
        #expect(try add(Array(repeating: "wm1", count: 10_000)).code == 0)
        #expect(sim.violations.count == 1 && sim.violations[0].contains("named twice"))
        #expect(try add(Array(repeating: "wm1", count: 10_001)).code == 40058)
        let id = try #require(sim.taskIDs.first)
        #expect(call(WeComAppRules.resultPath, ["msgid": "x", "userid": "zhangsan"])?.code == 40058)
        #expect(call(WeComAppRules.resultPath, ["msgid": id, "userid": "lisi"])?.code == 40003)
        #expect(call(WeComAppRules.addTaskPath, ["chat_type": "group", "text": ["content": "a"]])?.code == 40058)
        #expect(sim.post(WeComAppRules.taskPath, "{}")?.code == 41001)
    }

    @Test func resultsComeInPages() throws {
        defer { sim.stop() }
        let contacts = Dictionary(uniqueKeysWithValues: (0..<1_205).map { ("c\($0)", "zhangsan") })
        var corporation = WeComAppRules.Corporation()
        corporation.contacts = contacts
        let sim = try WeComAppSimulator(rules: WeComAppRules(corporation), clock: time.clock)
        defer { sim.stop() }
        let query = "\(WeComAppRules.tokenPath)?corpid=ww0123456789abcdef&corpsecret=app-secret"
        let token = try #require(sim.get(query)?.json["access_token"] as? String)
        func call(_ path: String, _ body: [String: Any]) throws -> [String: Any] {
            try #require(sim.post("\(path)?access_token=\(token)", json(body))).json
        }
        let made = try call(
            WeComAppRules.addTaskPath, ["external_userid": contacts.keys.sorted(), "text": ["content": "a"]])
        let id = try #require(made["msgid"] as? String)
        var seen: [String] = []
        var sizes: [Int] = []
        var cursor = ""
        repeat {
            let page = try call(
                WeComAppRules.resultPath, ["msgid": id, "userid": "zhangsan", "limit": 5_000, "cursor": cursor])
            let list = page["send_list"] as? [[String: Any]] ?? []
            sizes.append(list.count)
            seen += list.compactMap { $0["external_userid"] as? String }
            cursor = page["next_cursor"] as? String ?? ""
        } while !cursor.isEmpty
        // A limit over 1000 means the default of 500.
        #expect(sizes == [500, 500, 205] && Set(seen) == Set(contacts.keys) && seen.count == 1_205)
    }
}
