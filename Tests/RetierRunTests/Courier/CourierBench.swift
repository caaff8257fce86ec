import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun

/// A brand folder with a ledger, one committed run, a secret, and couriers over it.
final class CourierBench {
    static let secret = "whsec_" + Data(repeating: 42, count: 32).base64EncodedString()

    let folder: URL
    let ledger: Ledger
    var endpoints: [Endpoint] = []
    var options = Courier.Options()
    /// What time couriers believe it is, and when runs are committed.
    var clock: @Sendable () -> Instant = CourierBench.now

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "retier-courier-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        ledger = try Ledger(path: folder.appending(path: "retier.db").path)
        try write(secret: Self.secret + "\n", mode: 0o600)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(secret: String, mode: Int) throws {
        let path = folder.appending(path: "crm.secret").path
        try? FileManager.default.removeItem(atPath: path)
        try Data(secret.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    static func webhook(
        _ url: String, id: String = "crm", concurrency: Int = 4, retrySeconds: [Int] = [0, 0, 0, 0, 0, 0, 0, 0, 0],
        timeoutSeconds: Int = 2
    ) -> Endpoint {
        Endpoint(
            id: id, kind: .webhook(url: url, secret: .file("crm.secret")), concurrency: concurrency,
            timeoutSeconds: timeoutSeconds, retrySeconds: retrySeconds)
    }

    static let files = Endpoint(id: "files", kind: .file(directory: "var/outgoing"))

    static func now() -> Instant { Instant(seconds: Int64(time(nil))) }

    /// Commits a run with `count` messages for each endpoint id, which are good for so many seconds.
    ///
    /// - Parameter sample: how many of each endpoint a canary sends first; nil for no canary.
    func commit(
        run: String = "run-1", _ count: Int, to endpoints: [String] = ["crm"], goodFor seconds: Int64 = 3_600,
        sample: Int? = nil,
        body: ((_ id: String) -> String)? = nil
    ) throws {
        let now = clock()
        try ledger.pool.write { database in
            try database.execute(
                sql: "INSERT INTO run VALUES (?, 'refresh', ?, 20000, 'digest', ?, 0, 0, 0, 0, 0, '{}', NULL)",
                arguments: [run, run, now.seconds])
            for endpoint in endpoints {
                for position in 0..<count {
                    let id = "\(run)-\(endpoint)-\(position)"
                    let filler = String(repeating: "x", count: 300)
                    let text =
                        body?(id) ?? #"{"data":{"actions":[{"action_id":"\#(id)","text":"\#(filler)"}]}}"#
                    var message = NewMessage(
                        id: id, run: run, endpoint: endpoint, position: position,
                        part: MessagePart(body: Array(text.utf8), actions: 1), dueAt: now,
                        notAfter: now.adding(seconds: seconds))
                    message.isWithheld = sample.map { position >= $0 } ?? false
                    let key = try message.insert(in: database)
                    guard sample != nil, !message.isWithheld else { continue }
                    try database.execute(sql: "INSERT INTO canary_sample VALUES (?, ?)", arguments: [run, key])
                }
            }
            if sample != nil {
                try database.execute(
                    sql: "INSERT INTO canary VALUES (?, 'open', 100, 500, ?, ?, NULL, NULL, NULL)",
                    arguments: [run, now.seconds, now.seconds])
            }
            try AuditTrail.appendCommit(ofRun: run, at: now, in: database)
        }
    }

    func courier(_ change: (inout Courier.Options) -> Void = { _ in }) -> Courier {
        var options = options
        change(&options)
        let programme = Programme(
            brand: "test", title: LocalizedText("test"), language: .english, zone: .utc,
            currency: Currency(code: "CNY"), tiering: TieringBench.model, endpoints: endpoints, channels: [])
        return Courier(
            ledger: ledger, programme: programme, brandDirectory: folder.path, clock: clock,
            secrets: Secrets(brandDirectory: folder.path, credentialsDirectory: nil), options: options)
    }

    func states() throws -> [OutboxState: Int] {
        try Outbox(ledger).counts().reduce(into: [:]) { $0[$1.state, default: 0] += $1.messages }
    }
}

/// The smallest tiering model; couriers never look at it.
enum TieringBench {
    static let model = TieringModel(ladder: TierLadder(tiers: []))
}
