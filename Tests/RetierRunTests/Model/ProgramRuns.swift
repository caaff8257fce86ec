import AuditChecker
import Foundation
import GRDB
import Logging
import ReferenceModel
import RetierBrand
import RetierCore
import RetierLedger
import RetierTestSupport
import Synchronization

@testable import RetierRun

/// A chronicle through the program: files that are imported, plans that are made, applied and delivered on the days of
/// the chronicle, a real ledger that remembers, and the audit's CSV that tells.
final class ProgramRuns {
    typealias Rulings = [Chronicle.Key: Reference.Ruling]

    /// A clock that the chronicle moves.
    private final class Hands: Sendable {
        private let seconds = Atomic<Int64>(0)
        var now: Instant {
            get { Instant(seconds: seconds.load(ordering: .relaxed)) }
            set { seconds.store(newValue.seconds, ordering: .relaxed) }
        }
    }

    private let chronicle: Chronicle
    private let text: ChronicleText
    private let folder: TemporaryFolder
    private let events: [Chronicle.Event]
    private let hands = Hands()
    private var workspace: Workspace
    private var known = 0
    private var files = 0
    /// That of the last run.
    private var plan: PlanFile?
    /// What members are worth in the last run, where there are budgets.
    private(set) var values: [String: Int] = [:]
    /// What the audit's CSV said of every run.
    private var records: [AuditRecord] = []
    /// What the playbook files say now.
    private var playbooks: [String: String] = [:]

    init(_ chronicle: Chronicle) throws {
        self.chronicle = chronicle
        text = ChronicleText(chronicle)
        events = chronicle.events.enumerated().sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }
            .map(\.element)
        folder = try TemporaryFolder(inMemory: true)
        try folder.write(text.configuration, to: "retier.yaml")
        for name in ["playbooks", "templates"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
        let first = chronicle.runs.first?.day ?? 0
        hands.now = Instant(utcMidnightOf: Day(number: Int32(first)))
        _ = try ProgramRuns.write(text, chronicle, on: first, over: [:], in: folder)
        workspace = try Workspace.open(BrandFolder(path: folder.path), clock: Clock { [hands] in hands.now })
        try load(.members, text.members)
    }

    deinit { try? workspace.ledger.pool.close() }

    /// What happened since, a plan, its commit and its delivery; what the ledger says was decided.
    func run(_ run: Chronicle.Run) throws -> Rulings {
        let today = Day(number: Int32(run.day))
        hands.now = Instant(utcMidnightOf: today).adding(seconds: Int64(Chronicle.hour) * 3_600)
        try load(until: run.day)
        try comeTo(run.day)
        let runs = Runs(workspace, log: Logger(label: "model") { _ in SwiftLogNoOpLogHandler() })
        if !chronicle.budgets.isEmpty { values = try values(run.isDaily ? .daily : .refresh, today) }
        guard case .planned(let file, _) = try runs.plan(run.isDaily ? .daily : .refresh, asOf: today, threads: 1)
        else { throw RetierError(.refused, "\(today) was planned before", hint: "mend the chronicle") }
        plan = file
        let id = try runs.commit(file, overrides: []).run
        _ = try runs.deliver(patienceSeconds: 0)
        let decided = try decisions(of: id)
        try checkAudit(of: id, decided, today)
        return decided
    }

    /// What the audit's CSV shows to be wrong.
    var findings: [AuditCheck.Finding] {
        let playbooks = chronicle.playbooks.map { playbook in
            (playbook.id, AuditLimits.Playbook(laterSteps: Set(playbook.steps.filter(\.isLater).map(\.id))))
        }
        let limits = AuditLimits(playbooks: Dictionary(uniqueKeysWithValues: playbooks))
        // Of members who are one the file has two ids.
        let isClear = !chronicle.events.contains { $0.kind.isMerge }
        return isClear ? AuditCheck(records, limits: limits).findings.filter { $0.rule == .escalation } : []
    }

    /// What the program takes members to be worth on the day of a run.
    private func values(_ kind: Playbook.Trigger, _ today: Day) throws -> [String: Int] {
        let view = try Planner(workspace, threads: 1).view(kind, asOf: today)
        let pairs = view.memberValues.values.enumerated().map { (view.facts.memberIDs[$0.offset], Int($0.element)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    // MARK: What was decided

    private func decisions(of run: String) throws -> Rulings {
        try workspace.ledger.pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT member_id, playbook, step, reason, until, arm FROM decision
                    JOIN member ON member.key = decision.member WHERE run = ?
                    """, arguments: [run]
            ).reduce(into: [:]) { rulings, row in
                rulings[Chronicle.Key(member: row[0], playbook: row[1], step: row[2])] = .init(
                    row[3], until: row[4], arm: row[5])
            }
        }
    }

    /// The audit's CSV says the same of each candidate, and that everything has arrived that was to be sent.
    private func checkAudit(of run: String, _ decided: Rulings, _ today: Day) throws {
        var csv = ""
        try AuditListing(workspace, query: AuditQuery(run: run)).csv { csv += $0 }
        let records = AuditRecord.all(in: csv)
        self.records += records
        let states = ["send": "delivered", "defer": "defer", "suppress": "suppress", "hold_out": "hold_out"]
        let told = records.map { record in
            let ruling = Reference.Ruling(record["reason"], arm: record["arm"].isEmpty ? nil : record["arm"])
            return "\(record.member) \(record.playbook)/\(record.step) \(ruling) \(record.state) \(record["as_of"])"
        }
        let expected = decided.map { key, ruling in
            let verdict = ReasonCode(rawValue: ruling.reason)?.outcome.rawValue ?? "-"
            return "\(key) \(Reference.Ruling(ruling.reason, arm: ruling.arm)) \(states[verdict] ?? "-") \(today)"
        }
        guard told.sorted() != expected.sorted() else { return }
        throw RetierError(
            .badData, "the audit of \(run) says \(told.sorted()), the ledger \(expected.sorted())", hint: "mend it")
    }

    // MARK: What happened

    /// Playbooks as they are on a day.
    private func comeTo(_ day: Int) throws {
        let changed = try ProgramRuns.write(text, chronicle, on: day, over: playbooks, in: folder)
        guard changed != playbooks else { return }
        playbooks = changed
        let brand = try Brand.load(directory: URL(fileURLWithPath: folder.path)) { try? ZoneRules(systemNamed: $0) }
        workspace = Workspace(
            folder: workspace.folder, brand: brand, ledger: workspace.ledger, clock: workspace.clock)
    }

    private static func write(
        _ text: ChronicleText, _ chronicle: Chronicle, on day: Int, over old: [String: String],
        in folder: TemporaryFolder
    ) throws -> [String: String] {
        var new: [String: String] = [:]
        for playbook in chronicle.playbooks {
            let words = text.playbook(playbook, on: day)
            new[playbook.id] = words
            if words != old[playbook.id] { try folder.write(words, to: "playbooks/\(playbook.id).yaml") }
        }
        return new
    }

    /// Imports what happened up to a day, each kind of it as one file.
    private func load(until day: Int) throws {
        var sheets: [ImportKind: String] = [:]
        func add(_ kind: ImportKind, _ header: String, _ line: String) {
            sheets[kind, default: header + "\n"] += line + "\n"
        }
        while known < events.count, events[known].day <= day {
            let event = events[known]
            known += 1
            let (member, today) = (event.member, Day(number: Int32(event.day)))
            let at = "\(today)T06:00:00Z"
            func consent(_ channel: String, _ granted: Bool) {
                add(
                    .consents, "member_id,channel,purpose,granted,at", "\(member),\(channel),marketing,\(granted),\(at)"
                )
            }
            func suppress(_ channel: String, since: String, until: String) {
                add(
                    .suppressions, "member_id,list,channel,reason,since,until",
                    "\(member),x,\(channel),test,\(since),\(until)")
            }
            switch event.kind {
            case .order: add(.orders, "order_id,member_id,ordered_at,amount", "o\(known),\(member),\(at),1.00")
            case .reply: add(.events, "event_id,member_id,occurred_at,kind", "e\(known),\(member),\(at),reply")
            case .ack: add(.acks, "ack_id,member_id,at", "a\(known),\(member),\(at)")
            case .grant(let channel): consent(channel, true)
            case .withdraw(let channel): consent(channel, false)
            case .suppress(let channel): suppress(channel, since: at, until: "")
            // A line that ended the day before.
            case .lift(let channel):
                let eve = "\(today.adding(days: -1))"
                suppress(channel, since: "\(eve)T23:59:58Z", until: eve)
            case .approve: try approve()
            case .joins, .parts:
                try load(sheets)
                sheets = [:]
                try change(event)
            case .tier, .bounce: preconditionFailure("left out by `forTheProgram`")
            }
        }
        try load(sheets)
    }

    private func load(_ sheets: [ImportKind: String]) throws {
        for (kind, sheet) in sheets.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { try load(kind, sheet) }
    }

    /// Merges or parts members; who is merged already, or not, stays so.
    private func change(_ event: Chronicle.Event) throws {
        do {
            if case .joins(let kept) = event.kind {
                _ = try workspace.merge(kept, event.member, reason: "test", operatorName: "li")
            } else {
                try workspace.unmerge(event.member, reason: "test", operatorName: "li")
            }
        } catch let error as RetierError where error.code == .usage {}
    }

    private func load(_ kind: ImportKind, _ sheet: String) throws {
        files += 1
        _ = try workspace.importFile(kind, at: try folder.write(sheet, to: "data/\(files).csv"))
    }

    /// Where nothing waits for approval, nothing is approved.
    private func approve() throws {
        guard let plan else { return }
        let word = Approval(playbook: nil, reason: "test", operatorName: "li", at: workspace.clock.now)
        let runs = Runs(workspace, log: Logger(label: "model") { _ in SwiftLogNoOpLogHandler() })
        do { _ = try runs.approve(plan, word) } catch let error as RetierError where error.code == .usage {}
    }
}
