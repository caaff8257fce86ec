import Foundation
import RetierCore
import RetierLedger
import Synchronization

/// Writes the bodies of messages: some actions of one run for one endpoint, as JSON with sorted keys.
///
/// The bytes are those of Foundation's encoder with sorted keys and without escaped slashes; a run of a million
/// actions does not wait for it. The same plan, committed at the same moment, gives the same bytes.
final class ActionListWriter: MessageComposer {
    private let header: PlanHeader
    private let committedAt: Instant
    /// Parameters in canonical form, by the text in the plan: as many as there are steps.
    private let parameters = Mutex<[[UInt8]: [UInt8]]>([:])

    init(header: PlanHeader, committedAt: Instant) {
        self.header = header
        self.committedAt = committedAt
    }

    /// One message: the generic channels split by the number of actions only.
    func messages(of draft: MessageDraft) throws -> [MessagePart] {
        [MessagePart(body: try body(of: draft), actions: draft.actions.count)]
    }

    func body(of draft: MessageDraft) throws -> [UInt8] {
        var json = SortedJSON()
        json.raw("{\"data\":{\"actions\":[")
        for (position, action) in draft.actions.enumerated() {
            if position > 0 { json.raw(",") }
            try append(action, to: &json)
        }
        json.raw("],\"as_of\":")
        json.quoted(header.asOf.description)
        json.raw(",\"brand\":")
        json.quoted(header.brand)
        json.raw(",\"endpoint\":")
        json.quoted(draft.endpoint.id)
        json.raw(",\"kind\":")
        json.quoted(header.kind.rawValue)
        json.raw(",\"period\":")
        json.quoted(header.period)
        json.raw(",\"run\":")
        json.quoted(draft.run)
        json.raw("},\"timestamp\":")
        json.quoted(committedAt.description)
        // The event type of Standard Webhooks.
        json.raw(",\"type\":\"retier.actions\"}")
        return json.bytes
    }

    private func append(_ action: PlannedDecision, to json: inout SortedJSON) throws {
        json.raw("{\"action_id\":")
        json.quoted(action.actionID)
        json.add("arm", action.arm)
        json.add("assign", action.assign)
        json.add("channel", action.channel)
        // Decimal text, so that no receiver rounds it.
        json.add("cost", action.cost.text(decimals: header.currency.decimals))
        json.add("currency", header.currency.code)
        json.add("due", action.due?.description)
        json.add("level", action.level)
        json.add("member_id", action.memberID)
        json.raw(",\"parameters\":")
        json.raw(try canonical(action.parameters))
        json.add("playbook", action.playbook)
        json.add("step", action.step)
        json.add("text", action.text)
        json.add("title", action.title)
        json.add("type", action.type)
        json.add("version", action.version)
        json.raw("}")
    }

    private func canonical(_ text: String) throws -> [UInt8] {
        let key = Array(text.utf8)
        if let known = parameters.withLock({ $0[key] }) { return known }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(try StepParameter.all(in: text)))
        parameters.withLock { $0[key] = bytes }
        return bytes
    }
}

/// JSON as Foundation's encoder writes it; the caller gives the keys in order.
private struct SortedJSON {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func raw(_ json: [UInt8]) { bytes.append(contentsOf: json) }

    /// Adds a further key with its value; nothing for a value that is not there.
    mutating func add(_ key: StaticString, _ value: String?) {
        guard let value else { return }
        begin(key)
        quoted(value)
    }

    mutating func add(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        begin(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    private mutating func begin(_ key: StaticString) {
        raw(",\"")
        raw(key)
        raw("\":")
    }

    mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for byte in text.utf8 { escape(byte) }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0x08: raw("\\b")
        case 0x09: raw("\\t")
        case 0x0A: raw("\\n")
        case 0x0C: raw("\\f")
        case 0x0D: raw("\\r")
        case 0..<0x20:
            raw("\\u00")
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default: bytes.append(byte)
        }
    }
}
