import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierTestSupport
import Testing

@Suite struct PlanFiles {
    private func decisions(_ plan: PlanFile, _ filter: DecisionFilter = DecisionFilter()) throws -> [PlannedDecision] {
        var found: [PlannedDecision] = []
        try plan.forEachDecision(filter) { found.append($0) }
        return found
    }

    private func transitions(_ plan: PlanFile) throws -> [PlannedTransition] {
        var found: [PlannedTransition] = []
        try plan.forEachTransition { found.append($0) }
        return found
    }

    @Test func theSamePlanIsTheSameBytesWhateverTheLedgersKeys() throws {
        let first = try PlanWorld()
        let second = try PlanWorld()
        try second.ledger.pool.write { try $0.execute(sql: "UPDATE member SET key = key + 40") }
        _ = try first.write()
        _ = try second.write()
        let bytes = try [first, second].map { try Data(contentsOf: URL(fileURLWithPath: $0.folder.path("a.plan"))) }
        #expect(bytes[0] == bytes[1])
        #expect(try first.folder.files().contains("a.plan.tmp") == false)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let world = try PlanWorld()
        let written = try world.write()
        let plan = try PlanFile.open(path: written.path)
        #expect(plan.digest == written.digest)
        #expect(try plan.header == world.plan().header)
        #expect(try plan.inputs == world.plan().inputs)
        #expect(plan.members == 5)
        let all = try decisions(plan)
        #expect(all.map(\.memberID) == world.ids)
        #expect(all.map(\.reason) == [.selected, .selected, .displaced, .selected, .controlGroup])
        #expect(all[2].evidence == #"{"by":"core"}"#)
        #expect(all[2].until == Day(number: 20_700))
        #expect(all[0].text == nil)
        #expect(all[3].text == "您好 3")
        #expect(all[3].parameters == #"{"code":"A\"1"}"#)
        #expect(all[3].due == Day(iso: "2026-11-22"))
        #expect(all[3].arm == "a")
        #expect(all[4].arm == nil)
        #expect(try decisions(plan, DecisionFilter(memberID: "m3", playbook: "welcome")).map(\.position) == [3])
        #expect(try decisions(plan, DecisionFilter(outcome: .send)).map(\.position) == [1, 2, 4])
        #expect(try transitions(plan).map(\.memberID) == ["m2", "m4"])
        #expect(
            try plan.tally().balance(language: .english)
                == "5 candidates = 3 send + 1 deferred + 0 suppressed + 1 held out")
        #expect(try plan.tally() == Tally(decisions: world.plan().decisions, playbooks: [world.playbook]))
        #expect(try plan.transitionCounts() == [.demoted: 2])
    }

    /// SHA-256 and base 32 by Python's hashlib and base64:
    /// `b32encode(sha256(b"brand|refresh|2026-11|welcome|m1|s1").digest()).lower()[:26]`.
    @Test func idsAreTheDocumentedHashes() throws {
        let world = try PlanWorld()
        let action = try #require(decisions(world.write()).first)
        #expect(action.actionID == "act_sn26f7xkzhjfqnzsipvf4vv7rh")
        #expect(
            Identifiers.message(planDigest: "00ff", endpoint: "crm", position: 1) == "msg_rblthkiaewcv7xyd7qxutfi5pg")
    }

    /// Whatever byte is changed, the file is refused or says exactly the same; it is refused in far the most cases.
    @Test func noChangedByteYieldsAnotherPlan() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        let sound = try Data(contentsOf: URL(fileURLWithPath: plan.path))
        let expected = try decisions(plan)
        let moves = try transitions(plan)
        let tables = [
            "meta", "input", "calibration", "step", "member", "hold", "transition", "figure", "decision", "text",
        ]
        var refused = 0
        var named: Set<String> = []
        for offset in stride(from: 0, to: sound.count, by: 1) where sound[offset] != 0 || offset % 61 == 0 {
            var bytes = sound
            bytes[offset] ^= 0x01
            let path = try world.folder.write(Array(bytes), to: "changed.plan")
            do {
                let changed = try PlanFile.open(path: path)
                #expect(changed.header == plan.header && changed.digest == plan.digest, "byte \(offset)")
                #expect(changed.inputs == plan.inputs && changed.members == plan.members, "byte \(offset)")
                #expect(try decisions(changed) == expected, "byte \(offset)")
                #expect(try transitions(changed) == moves, "byte \(offset)")
            } catch let error as RetierError {
                #expect(error.code == .badData, "byte \(offset): \(error)")
                refused += 1
                for table in tables where error.message.contains("table \(table) ") { named.insert(table) }
            }
        }
        #expect(refused > 2_000)
        #expect(named == Set(tables))
    }

    @Test func aTruncatedFileAndAForeignFileAreRefused() throws {
        let world = try PlanWorld()
        let plan = try world.write()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: plan.path))
        let short = try world.folder.write(Array(bytes.prefix(bytes.count - 4_096)), to: "short.plan")
        let text = try world.folder.write("member_id,joined_at\n", to: "text.plan")
        for path in [short, text, world.ledger.path] {
            #expect(retierError { _ = try PlanFile.open(path: path) }?.code == .badData)
        }
        #expect(retierError { _ = try PlanFile.open(path: world.folder.path("none.plan")) }?.code == .badData)
    }

    @Test func anotherPlanIsReplacedOnlyWhenAsked() throws {
        var world = try PlanWorld()
        let first = try world.write()
        #expect(try world.write().digest == first.digest, "the same plan is left alone")
        world.external[0].digest = "c2"
        #expect(retierError { _ = try world.write() }?.code == .usage)
        #expect(try PlanFile.open(path: first.path).digest == first.digest)
        #expect(try world.write(replacing: true).digest != first.digest)
        #expect(try world.folder.files().filter { $0.hasSuffix(".tmp") } == [])
    }

    @Test func textsThatDifferInBytesOnlyAreKeptApart() throws {
        let world = try PlanWorld()
        let spellings = ["caf\u{E9}", "cafe\u{301}"]
        let plan = try PlanFile.write(world.plan(), to: world.folder.path("accents.plan")) { position in
            PlannedAction(facts: "{}", evidence: "{}", text: spellings[position % 2])
        }
        let texts = try decisions(PlanFile.open(path: plan.path)).map { Array(($0.text ?? "").utf8) }
        #expect(texts == (0..<5).map { Array(spellings[$0 % 2].utf8) })
    }

    @Test func textsLongerThanTheBufferAreKeptWhole() throws {
        let world = try PlanWorld()
        let long = String(repeating: "长文", count: 60_000)
        let plan = try PlanFile.write(world.plan(), to: world.folder.path("long.plan")) { _ in
            PlannedAction(facts: "{}", evidence: "{}", title: "t", text: long)
        }
        #expect(try decisions(PlanFile.open(path: plan.path)).allSatisfy { $0.text == long && $0.title == "t" })
    }
}
