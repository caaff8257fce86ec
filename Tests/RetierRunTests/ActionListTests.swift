import Foundation
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@testable import RetierRun

@Suite struct ActionLists {
    /// Any JSON, to be encoded anew by Foundation.
    private enum Value: Codable, Equatable {
        case text(String)
        case number(Int)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .list(let list): try container.encode(list)
            case .object(let object): try container.encode(object)
            }
        }
    }

    private func action(_ position: Int, text: String?, isFull: Bool) -> PlannedDecision {
        PlannedDecision(
            position: position, actionID: "act_\(position)", memberID: "m/\"\(position)", playbook: "welcome",
            version: 3, step: "s1", level: isFull ? 2 : nil, type: "coupon", channel: "sms", endpoint: "crm",
            arm: isFull ? "a" : nil, reason: .selected, facts: "{}", evidence: "{}", until: nil,
            cost: Money(minorUnits: 1_205), title: isFull ? "欢迎" : nil, text: text,
            parameters: #"{"z":"1","a_b":["x\"y","/"],"aB":"\u0009é","a":""}"#, assign: isFull ? "owner" : nil,
            due: isFull ? Day(number: 20_778) : nil)
    }

    @Test func bodiesAreTheBytesOfFoundationsEncoderWithSortedKeys() throws {
        let header = PlanHeader(
            brand: "太阳/花", kind: .refresh, period: "2026-11", asOf: Day(number: 20_778),
            currency: Currency(code: "CNY"))
        var scalars = String.UnicodeScalarView()
        for number in UInt32(0)..<0x300 { if let scalar = Unicode.Scalar(number) { scalars.append(scalar) } }
        let strange = String(scalars) + "😀\u{2028}\u{FEFF}"
        let draft = MessageDraft(
            run: "run_1", endpoint: Endpoint(id: "crm", kind: .file(directory: "out")),
            actions: [
                action(1, text: nil, isFull: false), action(2, text: strange, isFull: true),
                action(3, text: "plain", isFull: true),
            ])
        let body = try ActionListWriter(header: header, committedAt: Instant(seconds: 1_795_000_000)).body(of: draft)
        let value = try JSONDecoder().decode(Value.self, from: Data(body))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: body, as: UTF8.self) == String(decoding: try encoder.encode(value), as: UTF8.self))
        guard case .object(let top) = value, case .object(let data)? = top["data"],
            case .list(let list)? = data["actions"], case .object(let second) = list[1]
        else {
            Issue.record("the body is not a list of actions")
            return
        }
        #expect(top["type"] == .text("retier.actions") && data["as_of"] == .text("2026-11-21"))
        #expect(second["text"] == .text(strange) && second["cost"] == .text("12.05") && second["level"] == .number(2))
        let parameters: [String: Value] = [
            "z": .text("1"), "a_b": .list([.text("x\"y"), .text("/")]), "aB": .text("\té"), "a": .text(""),
        ]
        #expect(second["parameters"] == .object(parameters))
    }

    /// A list that was cut is, byte for byte, the list that would have been written without the actions.
    @Test func aCutListIsTheListOfTheOthers() throws {
        let header = PlanHeader(
            brand: "太阳/花", kind: .refresh, period: "2026-11", asOf: Day(number: 20_778),
            currency: Currency(code: "CNY"))
        let tricky = "}],{\"action_id\":\"act_2\"} \\\" ["
        let actions = (1...5).map { action($0, text: $0 == 3 ? nil : tricky, isFull: $0 % 2 == 0) }
        func body(_ actions: [PlannedDecision]) throws -> [UInt8] {
            let endpoint = Endpoint(id: "crm", kind: .file(directory: "out"))
            return try ActionListWriter(header: header, committedAt: Instant(seconds: 7))
                .body(of: MessageDraft(run: "run_1", endpoint: endpoint, actions: actions))
        }
        for chosen in 0..<32 {
            let names = (1...5).filter { chosen >> ($0 - 1) & 1 == 1 }.map { "act_\($0)" }
            let cut = try ListCut.cut(names + ["act_"], from: body(actions))
            #expect(cut == (try body(actions.filter { !names.contains($0.actionID) })), "\(names)")
        }
        let task = Array(
            #"{"chat_type":"single","external_userid":["wm1","wm2","wm12"],"text":{"content":"[\"wm1\"]"}}"#.utf8)
        let left = #"{"chat_type":"single","external_userid":["wm2","wm12"],"text":{"content":"[\"wm1\"]"}}"#
        #expect(String(decoding: try ListCut.cut(["wm1"], from: task), as: UTF8.self) == left)
        #expect(throws: RetierError.self) { try ListCut.cut(["a"], from: Array("{\"text\":[]}".utf8)) }
    }
}
