import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierTestSupport
import Synchronization
import Testing

/// `retier deliver` as a process against a real receiver: what leaves, what comes back, and the exit codes.
@Suite struct DeliverCommandTests {
    private static let secret = CourierBench.secret

    /// A brand with an applied refresh whose messages wait for the receiver.
    private func committed(
        _ url: String, options: String = "batch: 1, concurrency: 3, timeout: 1s", members: Int = 60
    ) throws -> CommandBench {
        let bench = try CommandBench.loaded(SampleWorld(seed: 60, members: members))
        try bench.useWebhook(url, options: options, secret: Self.secret)
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
        return bench
    }

    private func receiver(
        _ behaviour: @escaping @Sendable (LoopbackRequest) -> LoopbackBehaviour = { _ in .ok }
    ) throws -> LoopbackReceiver {
        try LoopbackReceiver(secret: Self.secret, script: LoopbackReceiver.Script(onRequest: behaviour))
    }

    /// The order in which messages come for the first time; ids hang on the receiver's port and draw nothing.
    private final class Arrivals: Sendable {
        private let ids = Mutex<[String]>([])

        /// 0 for the first message, whatever attempt this is.
        func place(of id: String) -> Int {
            ids.withLock { ids in
                if let place = ids.firstIndex(of: id) { return place }
                ids.append(id)
                return ids.count - 1
            }
        }
    }

    private func actions(in request: LoopbackRequest) throws -> [[String: Any]] {
        let body = try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
        #expect(body["type"] as? String == "retier.actions")
        let data = try #require(body["data"] as? [String: Any])
        return try #require(data["actions"] as? [[String: Any]])
    }

    @Test(arguments: [1, 7, 1_000])
    func batchesAreSignedAndNoLargerThanAsked(batch: Int) throws {
        let receiver = try receiver()
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: \(batch)", members: 120)
        let sends = try bench.ledger().number(
            "SELECT count(*) FROM decision WHERE verdict = 'send' AND endpoint = 'crm'")
        #expect(sends > 8)
        let run = try bench.must(["deliver"])
        #expect(run.errors.contains("messages delivered"))
        let sizes = try receiver.requests.map { try actions(in: $0).count }
        #expect(sizes.reduce(0, +) == sends && sizes.allSatisfy { $0 <= batch })
        #expect(sizes.count == (sends + batch - 1) / batch && receiver.badSignatures == 0)
        #expect(receiver.requests.allSatisfy { $0.headers["content-type"] == "application/json" })
        #expect(try bench.must(["status", "--json"]).output.contains("\"complete\":true"))
    }

    @Test func whatFailsIsSentAgainUnderTheSameID() throws {
        let arrivals = Arrivals()
        let receiver = try receiver { request in
            guard request.delivery == 1 else { return .ok }
            return switch arrivals.place(of: request.id) % 4 {
            case 0: .answer(status: 500)
            case 1: .hang
            case 2: .reset
            default: .ok
            }
        }
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1, concurrency: 8, timeout: 1s, retry: [1s, 1s]")
        try bench.must(["deliver"])
        let receipts = receiver.receipts
        #expect(receipts.values.allSatisfy { $0.bodyDigests.count == 1 })
        #expect(receipts.values.contains { $0.deliveries == 2 } && receipts.values.contains { $0.deliveries == 1 })
        #expect(
            try bench.ledger().number("SELECT count(*) FROM message WHERE endpoint = 'crm' AND state = 'delivered'")
                == receipts.count)
        try bench.must(["audit", "verify"])
    }

    @Test func whatIsRefusedOrInDoubtNeedsAPerson() throws {
        let arrivals = Arrivals()
        let receiver = try receiver { request in
            arrivals.place(of: request.id) % 2 == 0 ? .answer(status: 422) : .reset
        }
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1, timeout: 1s, retry: [1s]")
        let run = try bench.retier(["deliver"])
        #expect(run.status == 3 && run.errors.contains("rejected") && run.errors.contains("in doubt"), "\(run.errors)")
        #expect(try bench.retier(["status"]).status == 3)
        let doubts = try bench.retier(["doubts"])
        #expect(doubts.status == 3 && doubts.errors.isEmpty && doubts.output.contains("msg_"))
        let ids = doubts.output.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.hasPrefix("msg_") }
        #expect(ids.count > 2)
        for (id, word) in zip(ids, ["sent", "drop", "resend"]) {
            try bench.must(["doubts", "resolve", id, "--as", word])
            #expect(try bench.retier(["doubts", "resolve", id, "--as", word]).status == 64)
        }
        let trail = try bench.ledger().lines("SELECT detail FROM audit WHERE detail LIKE '%operator-li%'")
        #expect(trail.count == 3)
        try bench.must(["audit", "verify"])
    }

    @Test func aTerminatedDeliveryFinishesWhatIsInFlightAndExits75() throws {
        let receiver = try receiver { _ in .delay(milliseconds: 300, then: .ok) }
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1, concurrency: 2, timeout: 5s")
        let process = try bench.start(["deliver"])
        #expect(waits(atMostSeconds: 10) { receiver.requests.count >= 3 })
        kill(process.processIdentifier, SIGTERM)
        #expect(process.waits(atMostSeconds: 10))
        #expect(process.terminationReason == .exit && process.terminationStatus == 75)
        let ledger = try bench.ledger()
        func count(_ state: String) throws -> Int {
            try ledger.number("SELECT count(*) FROM message WHERE endpoint = 'crm' AND state = '\(state)'")
        }
        #expect(try count("delivered") == receiver.receipts.count && count("sending") == 0)
        #expect(try count("pending") > 0)
        try bench.must(["deliver"])
        #expect(receiver.receipts.values.allSatisfy { $0.deliveries == 1 } && receiver.badSignatures == 0)
        #expect(try bench.ledger().number("SELECT count(*) FROM message WHERE state <> 'delivered'") == 0)
    }

    @Test func aSecondCourierComesBackLater() throws {
        let receiver = try receiver { _ in .delay(milliseconds: 1_500, then: .ok) }
        defer { receiver.stop() }
        let bench = try committed(receiver.url, options: "batch: 1000, timeout: 5s")
        let process = try bench.start(["deliver"])
        #expect(waits(atMostSeconds: 10) { !receiver.requests.isEmpty })
        let second = try bench.retier(["deliver"])
        #expect(second.status == 75 && second.errors.contains("another delivery"), "\(second.errors)")
        #expect(process.waits(atMostSeconds: 10) && process.terminationStatus == 0)
        #expect(receiver.requests.count == 1)
    }

    @Test func aLeaseOfALivingProcessIsRespected() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 61, members: 30))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let ledger = try Ledger(path: bench.path("var/retier.db"))
        let now = Instant(seconds: Int64(time(nil)))
        try ledger.withLease("run", owner: LeaseOwner.current(id: "test"), now: { now }) { _ in
            for line in [["apply", bench.refreshPlan()], ["run", "refresh", "--as-of", "2026-10-31"]] {
                let run = try bench.retier(line)
                #expect(run.status == 75 && run.errors.contains("another run is running: process"), "\(run.errors)")
            }
            // Readers and planners need no lease.
            for line in [["plan", "daily", "--as-of", "2026-10-31"], ["status"], ["members"]] { try bench.must(line) }
        }
        try bench.must(["apply", bench.refreshPlan()])
    }

    @Test func aLedgerThatSomebodyWritesToIsTriedLater() throws {
        let bench = try CommandBench.loaded(SampleWorld(seed: 62, members: 30))
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        let orders = try bench.folder.write(
            "order_id,member_id,ordered_at,amount\nZ1,M10001,2026-10-01,1\n", to: "z.csv")
        let ledger = try Ledger(path: bench.path("var/retier.db"))
        try ledger.pool.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            let started = ContinuousClock.now
            let waiting = try [["import", "orders", orders], ["apply", bench.refreshPlan()]].map {
                try bench.start($0)
            }
            try bench.must(["status"])
            for process in waiting {
                #expect(process.waits(atMostSeconds: 40) && process.terminationStatus == 75)
            }
            #expect(ContinuousClock.now - started > .seconds(5), "nobody waited for the writer")
            try database.execute(sql: "ROLLBACK")
        }
        try bench.must(["import", "orders", orders])
    }

    @Test func anEndpointThatCannotBeServedIsBadConfiguration() throws {
        let receiver = try receiver()
        defer { receiver.stop() }
        let bench = try committed(receiver.url)
        let path = bench.path("secrets/crm")
        let planted = "whsec_PLANTEDSECRET!"
        for (words, prepare) in [
            ("cannot be read", { try FileManager.default.removeItem(atPath: path) }),
            ("chmod 600", { try bench.write(secret: Self.secret, mode: 0o644) }),
            ("base64", { try bench.write(secret: planted, mode: 0o600) }),
            ("base64", { try bench.write(secret: "", mode: 0o600) }),
        ] as [(String, () throws -> Void)] {
            try prepare()
            let run = try bench.retier(["deliver"])
            #expect(run.status == 78 && run.errors.contains(words), "exit \(run.status): \(run.errors)")
            #expect(!run.errors.contains("PLANTED") && run.output.isEmpty)
            #expect(try bench.retier(["run", "refresh", "--as-of", "2026-10-31"]).status == 78)
        }
        #expect(receiver.requests.isEmpty)
        // The endpoint vanishes while its messages wait.
        let sound = try bench.read("retier.yaml")
        try bench.edit("retier.yaml", "  crm: {kind: webhook", "  crm2: {kind: webhook")
        try bench.edit("retier.yaml", "endpoint: crm\n", "endpoint: crm2\n")
        try bench.write(secret: Self.secret, mode: 0o600)
        let run = try bench.retier(["deliver"])
        #expect(run.status == 78 && run.errors.contains("endpoint crm"), "exit \(run.status): \(run.errors)")
        let status = try bench.retier(["status", "--json"])
        #expect(status.status == 3 && status.output.contains("\"complete\":false"), "\(status.output)")
        try bench.write(sound, to: "retier.yaml")
        try bench.must(["deliver"])
        #expect(!receiver.requests.isEmpty)
        #expect(try bench.retier(["status"]).status == 0)
    }

    @Test func aReceiverThatIsDownIsWaitedForInTheOutbox() throws {
        let receiver = try receiver()
        let bench = try committed(receiver.url, options: "batch: 1, timeout: 1s, retry: [1s, 1h]")
        receiver.stop()
        for line in [["deliver"], ["apply", bench.refreshPlan()], ["run", "refresh", "--as-of", "2026-10-31"]] {
            let run = try bench.retier(line)
            #expect(run.status == 75 && run.errors.contains("waiting for a retry"), "\(run.status): \(run.errors)")
            #expect(run.errors.contains("next attempt at") && run.output.isEmpty)
        }
        let waiting = try bench.must(["audit", "--state", "retry", "--format", "csv"]).output
        #expect(waiting.contains(",retry,selected,msg_") && waiting.contains("connect"), "\(waiting)")
    }
}
