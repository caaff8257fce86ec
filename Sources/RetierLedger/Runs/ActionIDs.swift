import Crypto
import Dispatch
import RetierCore
import Synchronization

/// The action ids of a plan, by its decisions' places.
struct ActionIDs: Sendable {
    private static let length = 4 + Identifiers.base32Length
    private let bytes: [UInt8]

    var count: Int { bytes.count / ActionIDs.length }

    /// Works them out on two threads.
    init(_ plan: PlanFile) throws {
        let affixes = try plan.steps().mapValues { step in
            let (prefix, suffix) = Identifiers.actionAffixes(
                header: plan.header, playbook: step.playbook, step: step.step)
            return Affixes(prefix: Array(prefix.utf8), suffix: Array(suffix.utf8))
        }
        var members = PackedStrings()
        var steps: [Int64] = []
        let statement = try plan.connection.prepare(
            "SELECT m.member_id, d.step FROM decision d JOIN member m ON m.position = d.member ORDER BY d.position")
        while try statement.step() {
            members.append(utf8: statement.utf8(0))
            steps.append(statement.int(1))
            guard affixes[statement.int(1)] != nil else {
                throw PlanFile.damage(plan.path, "decision", "names a step that is not there")
            }
        }
        let parts = min(2, max(1, steps.count))
        let results = Mutex<[[UInt8]]>(Array(repeating: [], count: parts))
        let (allMembers, allSteps) = (members, steps)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let places = (allSteps.count * part / parts)..<(allSteps.count * (part + 1) / parts)
            let ids = ActionIDs.ids(places, members: allMembers, steps: allSteps, affixes: affixes)
            results.withLock { $0[part] = ids }
        }
        bytes = results.withLock { Array($0.joined()) }
    }

    /// What stands before and after the member's id in the text that is hashed.
    private struct Affixes: Sendable {
        var prefix: [UInt8]
        var suffix: [UInt8]
    }

    private static func ids(
        _ places: Range<Int>, members: PackedStrings, steps: [Int64], affixes: [Int64: Affixes]
    ) -> [UInt8] {
        var ids: [UInt8] = []
        ids.reserveCapacity(places.count * length)
        var text: [UInt8] = []
        for place in places {
            guard let affix = affixes[steps[place]] else { continue }
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: affix.prefix)
            members.withUTF8(at: place) { text.append(contentsOf: $0) }
            text.append(contentsOf: affix.suffix)
            ids.append(contentsOf: Identifiers.actionPrefix.utf8)
            Identifiers.appendBase32(of: text, to: &ids)
        }
        return ids
    }

    func withUTF8<Result>(at place: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBufferPointer { all in
            try body(UnsafeBufferPointer(rebasing: all[place * ActionIDs.length..<(place + 1) * ActionIDs.length]))
        }
    }

    /// The places in the order of their ids, as far as the first eight characters tell: enough to insert them where
    /// an index has its neighbours.
    var places: [Int] {
        let keys = (0..<count).map { place in
            withUTF8(at: place) { $0.dropFirst(4).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        }
        return RadixOrder(keys).rows.map { Int($0) }
    }
}
