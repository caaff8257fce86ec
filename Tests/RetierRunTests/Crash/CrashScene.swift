import Foundation
import GRDB
import RetierCore
import RetierLedger
import RetierLoopback
import RetierTestSupport
import Synchronization

/// A ledger with messages, a receiver, and lives of the courier probe one after another: each is killed where the test
/// says, or ends by itself.
final class CrashScene: Sendable {
    /// Where a life is killed; neither lets it live.
    struct Kill: Sendable, CustomStringConvertible {
        /// After the courier's step of this number; with an event, the courier stands still there.
        var step: Int?
        /// At the receiver's event of this number, counted in the life.
        var event: Int?

        var description: String { "\(step.map(String.init) ?? "-"):\(event.map(String.init) ?? "-")" }

        init(step: Int? = nil, event: Int? = nil) {
            self.step = step
            self.event = event
        }

        /// Reads what `description` writes.
        init?(_ text: String) {
            let parts = text.split(separator: ":")
            guard parts.count == 2 else { return nil }
            step = Int(parts[0])
            event = Int(parts[1])
        }
    }

    /// How a life went.
    struct Life: Sendable {
        /// Nil where it was killed.
        var report: ProbeReport?
        /// False where it was not killed at the place, because it never came there.
        var cameThere = false
        /// True where the courier stood at its step by then.
        var stoodStill = false
        /// The receiver's events of this life.
        var events = 0

        /// True where nothing is left to be sent.
        var isLast: Bool { report.map { $0.pending == 0 && $0.retrying == 0 } ?? false }
    }

    private struct Current: Sendable {
        var number = 0
        var child: ChildProcess?
        var events = 0
        var killAt: Int?
        var cameThere = false
        var lastEvent = ContinuousClock.now
    }

    /// Real time without an event after which the network counts as still, while the courier stands.
    private static let stillness = Duration.milliseconds(200)

    let folder: TemporaryFolder
    let ledgerPath: String
    let log = ReceiverLog()
    private let current = Mutex(Current())
    private let order: ProbeOrder
    private let manner: Manner
    /// Set once, in `init`, after everything that its closures use.
    private let box = Mutex<LoopbackReceiver?>(nil)

    /// Makes the scene from a template; a target's url is replaced by that of this scene's receiver.
    ///
    /// `toleranceSeconds` is how far the time of a signature may be off; nil for any distance.
    init(
        _ template: CrashTemplate, targets: [ProbeOrder.Target], manner: Manner, toleranceSeconds: Int64? = 300
    ) throws {
        folder = try TemporaryFolder(inMemory: true)
        ledgerPath = folder.path("retier.db")
        self.manner = manner
        try template.copy(to: folder.path)
        order = ProbeOrder(ledger: ledgerPath, folder: folder.path, targets: targets)
        let receiver = try LoopbackReceiver(
            secret: CourierBench.secret, toleranceSeconds: toleranceSeconds, keepsRequests: false,
            script: LoopbackReceiver.Script(
                onRequest: { [weak self] in self?.answer($0) ?? .close }, onEvent: { [weak self] in self?.see($0) }))
        box.withLock { $0 = receiver }
    }

    deinit { receiver?.stop() }

    private var receiver: LoopbackReceiver? { box.withLock { $0 } }

    // MARK: Lives

    /// Runs one life to its end, by itself or by a kill.
    func live(_ kill: Kill = Kill(), change: (inout ProbeOrder) -> Void = { _ in }) throws -> Life {
        let child = try start(kill, change: change)
        let deadline = ContinuousClock.now + .seconds(60)
        var heldSince: ContinuousClock.Instant?
        while true {
            if let end = child.ending { return try finish(child, end, kill) }
            let now = ContinuousClock.now
            if kill.step != nil, kill.event != nil, heldSince == nil, child.output.contains("held") { heldSince = now }
            let last = current.withLock { $0.lastEvent }
            if let heldSince, now > max(heldSince, last) + Self.stillness {
                // The network is still and the event did not come.
                child.killNow()
                return Life(cameThere: false)
            }
            if now > deadline {
                child.killNow()
                throw ChildFailure(words: "a courier did not end within 60 s; its order: \(try order.json)")
            }
            usleep(1_000)
        }
    }

    /// Lets couriers live until nothing waits.
    func liveToTheEnd(change: (inout ProbeOrder) -> Void = { _ in }) throws {
        for _ in 0..<10 {
            let life = try live(change: change)
            if life.isLast { return }
        }
        throw ChildFailure(words: "messages still wait after ten couriers")
    }

    /// Ends the receiver and waits until its threads are done with what they read.
    func end() -> Bool {
        receiver?.stop()
        return waits(atMostSeconds: 10) { receiver?.isIdle ?? true }
    }

    /// Starts a life and leaves it running.
    func start(_ kill: Kill = Kill(), change: (inout ProbeOrder) -> Void = { _ in }) throws -> ChildProcess {
        var order = order
        change(&order)
        order.dieAtStep = kill.event == nil ? kill.step : nil
        order.holdAtStep = kill.event == nil ? nil : kill.step
        // Under the lock: the first event must find the child.
        return try current.withLock { current in
            current = Current(number: current.number + 1, killAt: kill.event)
            let base = "http://127.0.0.1:\(receiver?.port ?? 0)/life/\(current.number)"
            for place in order.targets.indices where order.targets[place].url != nil {
                order.targets[place].url = base
            }
            let child = try ChildProcess(Repository.builtProgram("CourierProbe"), [try order.json])
            current.child = child
            return child
        }
    }

    private func finish(_ child: ChildProcess, _ end: ChildProcess.End, _ kill: Kill) throws -> Life {
        if end.bySignal {
            guard end.status == SIGKILL else { throw ChildFailure(words: "signal \(end.status): \(child.errors)") }
            let stoodStill = child.output.contains("held")
            return current.withLock {
                Life(cameThere: $0.cameThere || kill.event == nil, stoodStill: stoodStill, events: $0.events)
            }
        }
        guard end.status == 0, let line = child.output.split(separator: "\n").last else {
            throw ChildFailure(words: "exit \(end.status): \(child.errors)")
        }
        return Life(report: try JSONDecoder().decode(ProbeReport.self, from: Data(line.utf8)))
    }

    // MARK: The receiver's side

    private func answer(_ request: LoopbackRequest) -> LoopbackBehaviour {
        let reaction = manner.react(request)
        log.decide(request, acts: reaction.acts)
        return reaction.behaviour
    }

    private func see(_ event: LoopbackEvent) {
        switch event {
        case .accepted: count(life: nil)
        case .read(let request):
            check(request, reads: log.read(request))
            count(life: request.path)
        case .acted(let request), .answering(let request): count(life: request.path)
        case .answered(let request):
            log.answered(request)
            count(life: request.path)
        }
    }

    /// Counts an event of the life that made it, and kills that life where it is told to; the receiver goes on when it
    /// is dead.
    private func count(life path: String?) {
        let victim: ChildProcess? = current.withLock { current in
            guard path == nil || path == "/life/\(current.number)" else { return nil }
            current.events += 1
            current.lastEvent = .now
            guard current.events == current.killAt else { return nil }
            current.cameThere = true
            return current.child
        }
        victim?.killNow()
    }

    /// A request that the receiver reads must have been claimed durably: as many attempts stand in the ledger as there
    /// were requests.
    private func check(_ request: LoopbackRequest, reads: Int) {
        do {
            let attempts = try LedgerFacts.attempts(of: request.id, at: ledgerPath)
            if reads > attempts {
                log.note(breach: "\(request.id): request \(reads) left when \(attempts) attempts were in the ledger")
            }
        } catch {
            log.note(breach: "\(request.id): the ledger cannot be read: \(error)")
        }
    }
}

extension CrashScene {
    /// Ends the scene and tells which promises were broken.
    func breaches(_ template: CrashTemplate, holding: Set<String>, files: Set<String> = []) throws -> [String] {
        guard end() else { return ["the receiver's connections did not end"] }
        let promises = DeliveryPromises(
            facts: try facts(), log: log.entries, planned: template.bodies, holding: holding,
            files: try files.reduce(into: [:]) { $0[$1] = try writtenFiles(of: $1) })
        return log.breaches + promises.breaches
    }

    /// What the ledger says now.
    func facts() throws -> LedgerFacts {
        let ledger = try Ledger(path: ledgerPath)
        defer { try? ledger.pool.close() }
        return try LedgerFacts(ledger)
    }

    /// The files of an endpoint that a reader would take, by name.
    private func writtenFiles(of endpoint: String) throws -> [String: Data] {
        let root = folder.path("var/outgoing/\(endpoint)")
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        return try names.filter { $0.hasSuffix(".json") }.reduce(into: [:]) { files, name in
            files[name] = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
        }
    }
}

/// A ledger with a committed run, made once and copied for each scene.
struct CrashTemplate: Sendable {
    private let folder: TemporaryFolder
    /// The bodies by message id.
    let bodies: [String: Data]

    /// - Parameter sample: how many messages of each endpoint a canary sends first; nil for no canary.
    init(messages: Int, endpoints: [String], sample: Int? = nil) throws {
        let bench = try CourierBench()
        try bench.commit(messages, to: endpoints, sample: sample)
        bodies = try LedgerFacts.bodies(in: bench.ledger)
        // Everything in the one file that is copied.
        _ = try bench.ledger.pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        folder = try TemporaryFolder(inMemory: true)
        for name in ["retier.db", "crm.secret"] {
            try FileManager.default.copyItem(
                atPath: bench.folder.appending(path: name).path, toPath: folder.path(name))
        }
    }

    func copy(to path: String) throws {
        for name in ["retier.db", "crm.secret"] {
            try FileManager.default.copyItem(atPath: folder.path(name), toPath: path + "/" + name)
        }
    }
}
