import Foundation
import GRDB
import RetierCore

@testable import RetierLedger

/// A ledger in a temporary folder with committed runs: two members, three messages and one suppressed candidate each.
final class CommittedRun {
    static let now = Instant(seconds: 1_750_000_000)
    static let policy = DeliveryPolicy(schedule: RetrySchedule(delaysSeconds: [5, 300]), onDoubt: .resend)
    static let policies = ["crm": policy, "files": policy]

    let folder: URL
    let ledger: Ledger
    var outbox: Outbox { Outbox(ledger) }

    /// - Parameter samples: the position of the message that is the sample of a run's canary, of runs that have one.
    init(runs: [String] = ["run-1"], samples: [String: Int] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "retier-ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try Ledger(path: folder.appending(path: "retier.db").path)
        try ledger.pool.write { database in
            try database.execute(
                sql: "INSERT INTO member (key, member_id, joined_at) VALUES (1, 'm-b', 0), (2, 'm-a', 0)")
        }
        for run in runs { try commit(run, sample: samples[run]) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func commit(_ run: String, sample: Int?) throws {
        try ledger.pool.write { database in
            try database.execute(
                sql: "INSERT INTO run VALUES (?, 'refresh', ?, 20000, 'digest', ?, 2, 3, 3, 0, 4200, '{}', NULL)",
                arguments: [run, run, Self.now.seconds])
            try database.execute(
                sql: """
                    INSERT INTO calibration SELECT 1 + coalesce(max(version), 0), 20000, ?, ? FROM calibration;
                    INSERT INTO calibration_value SELECT max(version), 1, 'cut', 'core', 900000 FROM calibration;
                    """, arguments: ["model-\(run)", run])
            try database.execute(
                sql: "INSERT INTO transition VALUES (?, 1, 'promoted', 'base', 'core', 'active', 'active', '{}')",
                arguments: [run])
            try database.execute(
                sql: "INSERT INTO run_figure VALUES (?, 1, 'move', 'base', 'core', 'promoted', 1)", arguments: [run])
            for (position, endpoint) in ["crm", "crm", "files"].enumerated() {
                try insertMessage(position, endpoint: endpoint, run: run, into: database)
            }
            try database.execute(
                sql: """
                    INSERT INTO decision VALUES (?, ?, 2, 'welcome', 1, 's1', NULL, 'care', 'sms', 'crm', NULL,
                        'suppress', 'no-consent', '{}', '[]', NULL, 0, 20000, '', NULL, NULL, NULL)
                    """, arguments: ["\(run)-action-x", run])
            if let sample { try openCanary(of: run, sample: sample, in: database) }
            try AuditTrail.appendCommit(ofRun: run, at: Self.now, in: database)
        }
    }

    private func openCanary(of run: String, sample: Int, in database: Database) throws {
        try CanaryRow.open(
            CanarySettings(share: 100, maxFailed: 500), run: run, withheld: 0, at: Self.now, in: database)
        try database.execute(
            sql: "INSERT INTO canary_sample SELECT run, key FROM message WHERE id = ?",
            arguments: ["\(run)-msg-\(sample)"])
    }

    private func insertMessage(_ position: Int, endpoint: String, run: String, into database: Database) throws {
        let id = "\(run)-msg-\(position)"
        try NewMessage(
            id: id, run: run, endpoint: endpoint, position: position,
            part: MessagePart(body: Array(#"{"action":\#(position)}"#.utf8), actions: 1), dueAt: Self.now,
            notAfter: Self.now.adding(seconds: 259_200)
        ).insert(in: database)
        try database.execute(
            sql: """
                INSERT INTO decision VALUES (?, ?, ?, 'welcome', 1, 's1', 1, 'care', 'sms', ?, 'a', 'send', 'selected',
                    '{}', '[]', 20001, 1400, 20000, '', 'core', NULL, ?)
                """, arguments: ["\(run)-action-\(position)", run, position == 1 ? 2 : 1, endpoint, id])
        try database.execute(
            sql: "INSERT INTO message_recipient VALUES (?, ?, ?)",
            arguments: [id, "ext-\(position)", "\(run)-action-\(position)"])
    }

    /// Claims what is due at `crm` and gives every message the same outcome.
    @discardableResult
    func deliver(_ outcome: DeliveryOutcome, at moment: Instant = now, owner: String = "courier-1") throws
        -> [OutboxState]
    {
        let claimed = try claim(at: moment, owner: owner)
        return try outbox.exchange(
            reports: claimed.map { DeliveryReport(messageID: $0.id, event: .outcome(outcome), at: moment) },
            requests: [], owner: owner, policies: Self.policies, now: moment
        ).states
    }

    func claim(at moment: Instant = now, owner: String = "courier-1", limit: Int = 10) throws -> [ClaimedMessage] {
        try outbox.exchange(
            reports: [], requests: [ClaimRequest(endpoint: "crm", limit: limit, policy: Self.policy)], owner: owner,
            policies: Self.policies, now: moment
        ).claimed
    }
}
