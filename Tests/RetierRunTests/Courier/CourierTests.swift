import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierRun
import Synchronization
import Testing

@Suite struct CourierTests {
    private func receiver(
        _ behaviour: @escaping @Sendable (LoopbackRequest) -> LoopbackBehaviour = { _ in .ok }
    ) throws -> LoopbackReceiver {
        try LoopbackReceiver(
            secret: CourierBench.secret, script: LoopbackReceiver.Script(onRequest: behaviour))
    }

    @Test func webhooksAndFilesAreServedTogether() throws {
        let receiver = try receiver()
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url), CourierBench.files]
        try bench.commit(150, to: ["crm", "files"])
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 300 && summary.isComplete && summary.pending == 0)
        #expect(summary.nextAttemptAt == nil && !summary.wasStopped)
        #expect(receiver.receipts.count == 150 && receiver.receipts.values.allSatisfy { $0.deliveries == 1 })
        #expect(receiver.badSignatures == 0 && receiver.actionIDs.count == 150)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: bench.folder.appending(path: "var/outgoing/run-1").path)
        #expect(files.count == 150 && files.contains("000149-run-1-files-149.json"))
        #expect(try Audit(bench.ledger).verify() == [])
        // Nothing is left for a second delivery.
        #expect(try bench.courier().deliver(until: StopFlag()).delivered == 0)
        #expect(receiver.requests.count == 150)
    }

    @Test func aShortRetryIsWaitedForAndALongOneIsLeft() throws {
        let receiver = try receiver { $0.delivery == 1 ? .answer(status: 503) : .ok }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [
            CourierBench.webhook(receiver.url, id: "crm", retrySeconds: [1]),
            CourierBench.webhook(receiver.url, id: "later", retrySeconds: [300]),
        ]
        try bench.commit(3, to: ["crm", "later"])
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 3 && summary.retrying == 3 && summary.isComplete)
        let due = try #require(summary.nextAttemptAt)
        #expect((230...365).contains(due.seconds - CourierBench.now().seconds))
    }

    @Test func refusedAndExhaustedMessagesMakeADeliveryIncomplete() throws {
        let receiver = try receiver {
            $0.path == "/actions" && $0.id.hasSuffix("0") ? .answer(status: 422) : .answer(status: 500)
        }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url, retrySeconds: [0, 0])]
        try bench.commit(2)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.rejected == 1 && summary.exhausted == 1 && !summary.isComplete)
        #expect(receiver.receipts["run-1-crm-0"]?.deliveries == 1)
        #expect(receiver.receipts["run-1-crm-1"]?.deliveries == 3)
    }

    @Test func whatNobodyCanKnowIsInDoubt() throws {
        let receiver = try receiver { _ in .reset }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url, retrySeconds: [0])]
        try bench.commit(2)
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.inDoubt == 2 && summary.exhausted == 0 && !summary.isComplete)
        #expect(receiver.receipts.values.allSatisfy { $0.deliveries == 2 && $0.bodyDigests.count == 1 })
    }

    /// Results are recorded in groups, and none waits for a slow one longer than the bound.
    @Test func aResultIsRecordedWhileOthersAreUnderWay() throws {
        let receiver = try receiver { $0.id.hasSuffix("-0") ? .ok : .delay(milliseconds: 2_000, then: .ok) }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url, timeoutSeconds: 10)]
        try bench.commit(4)
        let seen = Mutex<Set<Int>>([])
        let courier = bench.courier { options in
            options.afterStep = { step in
                guard step == .exchanged else { return }
                let delivered = try bench.states()[.delivered, default: 0]
                _ = seen.withLock { $0.insert(delivered) }
            }
        }
        #expect(try courier.deliver(until: StopFlag()).delivered == 4)
        #expect(seen.withLock { $0 }.contains(1), "the first result waited for the others")
    }

    @Test func aSecondCourierIsToldToComeBackLater() throws {
        let receiver = try receiver { _ in .delay(milliseconds: 500, then: .ok) }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url)]
        try bench.commit(1)
        let first = bench.courier { options in
            options.afterStep = { step in
                guard step == .submitted else { return }
                let error = #expect(throws: RetierError.self) { try bench.deliverAgain() }
                #expect(error?.code == .tryLater)
            }
        }
        #expect(try first.deliver(until: StopFlag()).delivered == 1)
        #expect(receiver.requests.count == 1)
    }

    @Test func aStopEndsWhatIsInFlightAndGivesBackTheRest() throws {
        let stop = StopFlag()
        let receiver = try receiver { _ in
            stop.set()
            return .delay(milliseconds: 100, then: .ok)
        }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url, concurrency: 2)]
        try bench.commit(500)
        let summary = try bench.courier().deliver(until: stop)
        #expect(summary.wasStopped && summary.delivered == receiver.requests.count)
        #expect(summary.delivered >= 1 && summary.delivered < 500 && summary.pending == 500 - summary.delivered)
        #expect(try bench.states()[.sending] == nil)
        #expect(try Audit(bench.ledger).verify() == [])
    }

    @Test func anEndpointWithABadSecretDoesNotHoldUpTheOthers() throws {
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook("https://crm.example/PLANTED"), CourierBench.files]
        try bench.write(secret: "whsec_PLANTED!", mode: 0o600)
        try bench.commit(2, to: ["crm", "files"])
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 2 && summary.pending == 2 && summary.problems.map(\.endpoint) == ["crm"])
        #expect(!"\(summary)".contains("PLANTED"))
    }

    @Test func messagesOfAnEndpointThatIsGoneAreNamed() throws {
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.files]
        try bench.commit(2, to: ["old", "files"])
        let summary = try bench.courier().deliver(until: StopFlag())
        #expect(summary.delivered == 2 && summary.pending == 2 && summary.problems.map(\.endpoint) == ["old"])
    }

    @Test func neitherSecretsNorKeysInURLsReachTheLedger() throws {
        let receiver = try receiver {
            $0.delivery == 1 ? .reset : .answer(status: 302, headers: ["Location": "/PLANTED"])
        }
        defer { receiver.stop() }
        let bench = try CourierBench()
        bench.endpoints = [CourierBench.webhook(receiver.url + "?key=PLANTED")]
        try bench.commit(2)
        _ = try bench.courier().deliver(until: StopFlag())
        try bench.ledger.pool.close()
        for file in try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
        where file.hasPrefix("retier.db") {
            let bytes = try Data(contentsOf: bench.folder.appending(path: file))
            #expect(bytes.range(of: Data("PLANTED".utf8)) == nil, "\(file)")
            #expect(bytes.range(of: Data(CourierBench.secret.dropFirst(6).utf8)) == nil, "\(file)")
        }
    }
}

extension CourierBench {
    func deliverAgain() throws { _ = try courier().deliver(until: StopFlag()) }
}

// The bench is set up before its courier's threads start and not changed afterwards.
extension CourierBench: @unchecked Sendable {}
