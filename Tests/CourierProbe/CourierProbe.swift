import Foundation
import RetierCore
import RetierLedger
import RetierRun
import RetierTestSupport
import Synchronization

/// Runs one courier as its argument says and ends as it says: by itself, or dead.
///
/// Exit codes as those of `retier`; a report in JSON on standard output.
@main
enum CourierProbe {
    static func main() {
        closeInherited()
        // A probe that stands still must not outlive a test that was killed.
        alarm(120)
        do {
            guard CommandLine.arguments.count == 2 else {
                throw RetierError(.usage, "the probe takes its order as one argument", hint: "see ProbeOrder")
            }
            let order = try ProbeOrder(json: CommandLine.arguments[1])
            try run(order)
        } catch let error as RetierError {
            fail(error.code.rawValue, "\(error)")
        } catch {
            fail(70, "\(error)")
        }
    }

    private static func run(_ order: ProbeOrder) throws {
        let steps = Steps(order)
        let clock = ProbeClock(file: order.clockFile)
        let ledger = try Ledger(path: order.ledger)
        var options = Courier.Options()
        options.claimAhead = order.claimAhead
        options.groupSize = order.groupSize
        options.groupMilliseconds = order.groupMilliseconds
        options.patienceSeconds = Int64(order.patienceSeconds)
        options.afterStep = { _ in steps.next() }
        let programme = Programme(
            brand: "probe", title: LocalizedText("probe"), language: .english, zone: .utc,
            currency: Currency(code: "CNY"), tiering: TieringModel(ladder: TierLadder(tiers: [])),
            endpoints: order.targets.map(Endpoint.init), channels: [])
        let courier = Courier(
            ledger: ledger, programme: programme, brandDirectory: order.folder, clock: { clock.now },
            secrets: Secrets(brandDirectory: order.folder, credentialsDirectory: nil), options: options)
        let summary = try courier.deliver(until: StopSignal.flag)
        let report = ProbeReport(
            steps: steps.count, delivered: summary.delivered, expired: summary.expired, pending: summary.pending,
            retrying: summary.retrying, inDoubt: summary.inDoubt, wasStopped: summary.wasStopped)
        say(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
    }

    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private static func fail(_ code: Int32, _ words: String) -> Never {
        FileHandle.standardError.write(Data((words + "\n").utf8))
        exit(code)
    }

    /// A connection of the test's receiver that came along must not live on in here.
    private static func closeInherited() {
        for descriptor: Int32 in 3..<1_024 { close(descriptor) }
    }
}

/// Counts the courier's steps and does at one of them what the order says.
final class Steps: Sendable {
    private let dieAt: Int?
    private let holdAt: Int?
    private let counted = Atomic<Int>(0)

    init(_ order: ProbeOrder) {
        dieAt = order.dieAtStep
        holdAt = order.holdAtStep
    }

    var count: Int { counted.load(ordering: .relaxed) }

    func next() {
        let number = counted.add(1, ordering: .relaxed).newValue
        if number == dieAt { kill(getpid(), SIGKILL) }
        guard number == holdAt || number == dieAt else { return }
        CourierProbe.say("held")
        while true { pause() }
    }
}

/// The system's clock, and what a file says it is off by.
struct ProbeClock: Sendable {
    private let file: Int32?

    init(file path: String?) { file = path.map { open($0, O_RDONLY | O_CLOEXEC) } }

    var now: Instant {
        guard let file else { return Clock.system.now }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = max(0, pread(file, &bytes, bytes.count, 0))
        let offset = Int64(String(decoding: bytes[..<count], as: UTF8.self).filter { $0 == "-" || $0.isNumber }) ?? 0
        return Clock.system.now.adding(seconds: offset)
    }
}

extension Endpoint {
    init(_ target: ProbeOrder.Target) {
        let kind: Endpoint.Kind =
            target.url.map { .webhook(url: $0, secret: .file("crm.secret")) }
            ?? .file(directory: "var/outgoing/\(target.id)")
        self.init(
            id: target.id, kind: kind, concurrency: target.concurrency, timeoutSeconds: target.timeoutSeconds,
            retrySeconds: target.retrySeconds, onDoubt: target.holds ? .hold : nil,
            // Receivers of tests fail on purpose.
            limits: EndpointLimits(
                rates: target.rateMax > 0 ? [RateLimit(max: target.rateMax, perSeconds: target.ratePerSeconds)] : [],
                breakerFailures: 0))
    }
}
