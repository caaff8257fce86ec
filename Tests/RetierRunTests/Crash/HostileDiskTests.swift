import Foundation
import GRDB
import RetierLedger
import RetierLoopback
import RetierTestSupport
import Testing

/// `retier deliver` on a disk that is full or cannot be written, and under signals.
@Suite struct HostileDiskTests {
    private static let secret = CourierBench.secret

    /// A brand whose applied refresh waits for the receiver, one action a message.
    private func waiting(_ receiver: LoopbackReceiver, options: String) throws -> (CommandBench, [String: Data]) {
        let bench = try CommandBench.loaded(SampleWorld(seed: 61, members: 120))
        try bench.useWebhook(receiver.url, options: options, secret: Self.secret)
        try bench.must(["plan", "refresh", "--as-of", "2026-10-31"])
        try bench.must(["apply", bench.refreshPlan(), "--no-deliver"])
        let ledger = try Ledger(path: bench.path("var/retier.db"))
        defer { try? ledger.pool.close() }
        return (bench, try LedgerFacts.bodies(in: ledger))
    }

    private func receiver(_ log: ReceiverLog, milliseconds: Int = 0) throws -> LoopbackReceiver {
        try LoopbackReceiver(
            secret: Self.secret,
            script: LoopbackReceiver.Script(
                onRequest: { request in
                    log.decide(request, acts: true)
                    return milliseconds == 0 ? .ok : .delay(milliseconds: milliseconds, then: .ok)
                },
                onEvent: { event in
                    switch event {
                    case .read(let request): _ = log.read(request)
                    case .answered(let request): log.answered(request)
                    default: break
                    }
                }))
    }

    /// Which promises the deliveries of a brand broke.
    private func breaches(_ bench: CommandBench, _ log: ReceiverLog, planned: [String: Data]) throws -> [String] {
        let ledger = try Ledger(path: bench.path("var/retier.db"))
        defer { try? ledger.pool.close() }
        let facts = try LedgerFacts(ledger)
        let folders = Set(facts.messages.map(\.endpoint)).subtracting(["crm"])
        var files: [String: [String: Data]] = [:]
        for folder in folders {
            files[folder] = try bench.files("var/outgoing/\(folder)").filter { $0.hasSuffix(".json") }
                .reduce(into: [:]) { $0[$1] = try Data(contentsOf: bench.url("var/outgoing/\(folder)/\($1)")) }
        }
        return DeliveryPromises(facts: facts, log: log.entries, planned: planned, holding: [], files: files).breaches
    }

    @Test(
        .enabled(if: Mounts.areAllowed, "needs a mount namespace of its own: root, or user namespaces"),
        arguments: [16, 60, 160, 400])
    func aDiskThatFillsUpWhileDelivering(freeKiB: Int) throws {
        let log = ReceiverLog()
        let receiver = try receiver(log)
        defer { receiver.stop() }
        let (bench, planned) = try waiting(receiver, options: "batch: 1, concurrency: 3, timeout: 5s, retry: [1s, 1s]")
        let script = """
            set -e
            mkdir "$1/mnt"; mount -t tmpfs -o size=24m tmpfs "$1/mnt"; cp -a "$RETIER_BRAND/." "$1/mnt"
            export RETIER_BRAND="$1/mnt"
            free=$(($(stat -f -c %a "$1/mnt") * $(stat -f -c %S "$1/mnt") / 1024))
            head -c $(((free - $3) * 1024)) /dev/zero > "$1/mnt/ballast"
            set +e; "$2" deliver 2> "$1/err"; echo "$?|$(tr '\\n' ' ' < "$1/err")"
            rm "$1/mnt/ballast"
            for _ in 1 2 3; do "$2" deliver 2> /dev/null; code=$?; [ "$code" = 75 ] || break; sleep 0.2; done
            echo "$code|recovered"; set -e
            "$2" audit verify > /dev/null 2>&1
            rm -r "$1/brand"; cp -a "$1/mnt" "$1/brand"
            """
        let run = try runProcess(
            "unshare",
            ["-m", "bash", "-c", script, "full", bench.folder.path, Repository.builtProgram("retier"), "\(freeKiB)"],
            ProcessOptions(environment: ["RETIER_BRAND": bench.brand, "RETIER_LIBRARY": Repository.root]))
        let results = run.output.split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
        #expect(run.status == 0 && results.count == 2, "\(run.output)\(run.errors)")
        let full = try #require(results.first)
        // The larger rooms may do for a few messages.
        let isEnough = full[0] == "0" && freeKiB > 60
        #expect(isEnough || (full[0] == "75" && full[1].contains("retier: ")), "\(freeKiB) KiB: \(full)")
        #expect(results.last?.first == "0", "\(run.output)")
        #expect(try breaches(bench, log, planned: planned) == [])
        // A resend follows only an attempt whose end could not be written down.
        #expect(log.entries.count > 8)
    }

    @Test(.enabled(if: Mounts.areAllowed, "needs a mount namespace of its own: root, or user namespaces"))
    func nothingLeavesFromALedgerThatCannotBeWritten() throws {
        let log = ReceiverLog()
        let receiver = try receiver(log)
        defer { receiver.stop() }
        let (bench, planned) = try waiting(receiver, options: "batch: 10, concurrency: 1")
        // The whole folder; the ledger's file alone; and, as another user, by rights.
        let cases = [
            #"mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; "$2" deliver"#,
            #"mount --bind "$1/var/retier.db" "$1/var/retier.db"; mount -o remount,ro,bind "$1/var/retier.db"; "#
                + #""$2" deliver"#,
            #"chown -R 65534 "$1"; chmod -R a-w "$1/var"; "#
                + #"setpriv --reuid=65534 --regid=65534 --clear-groups "$2" deliver; code=$?; chmod -R u+w "$1/var"; "#
                + #"chown -R 0 "$1"; exit $code"#,
        ]
        _ = try runProcess("chmod", ["a+rx", bench.folder.path])
        for script in cases where geteuid() == 0 {
            let run = try runProcess(
                "unshare", ["-m", "bash", "-c", script, "read-only", bench.brand, Repository.builtProgram("retier")],
                ProcessOptions(environment: ["RETIER_BRAND": bench.brand, "RETIER_LIBRARY": Repository.root]))
            #expect([75, 78].contains(run.status) && run.errors.hasPrefix("retier: "), "\(script): \(run)")
            #expect(log.entries.isEmpty, "\(script): a request left and could not be written down")
        }
        try bench.must(["deliver"])
        #expect(try breaches(bench, log, planned: planned) == [])
        #expect(log.entries.values.allSatisfy { $0.reads == 1 } && !log.entries.isEmpty)
    }

    /// The first signal lets requests end; the second does not wait.
    @Test(arguments: [SIGINT, SIGTERM])
    func aSecondSignalEndsADeliveryAtOnce(signal: Int32) throws {
        let log = ReceiverLog()
        let receiver = try receiver(log, milliseconds: 4_000)
        defer { receiver.stop() }
        let (bench, _) = try waiting(receiver, options: "batch: 1, concurrency: 2, timeout: 20s")
        let process = try bench.start(["deliver"])
        #expect(waits(atMostSeconds: 10) { log.entries.count == 2 })
        kill(process.processIdentifier, signal)
        // It was heard when what had only been claimed is given back.
        func sending() throws -> Int {
            try bench.ledger().number("SELECT count(*) FROM message WHERE state = 'sending' AND endpoint = 'crm'")
        }
        #expect(try waits(atMostSeconds: 3) { try sending() == 2 })
        #expect(process.isRunning, "the first signal cuts requests off")
        let started = ContinuousClock.now
        kill(process.processIdentifier, signal)
        #expect(process.waits(atMostSeconds: 3) && ContinuousClock.now - started < .seconds(3))
        #expect(process.terminationReason == .exit && process.terminationStatus == 128 + signal)
        #expect(try sending() == 2 && log.entries.count == 2)
        let said = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).filter {
            $0.hasSuffix(".err")
        }
        .map { try bench.folder.read($0) }.joined()
        #expect(said.contains("a second signal ends at once") && said.contains("taken back by the next retier deliver"))
        // They are named at the next delivery, which is stopped gently.
        let next = try bench.start(["deliver"])
        #expect(waits(atMostSeconds: 10) { log.entries.values.map(\.reads).reduce(0, +) >= 4 })
        kill(next.processIdentifier, SIGTERM)
        #expect(next.waits(atMostSeconds: 15) && next.terminationStatus == 75)
        let ledger = try bench.ledger()
        #expect(try ledger.number("SELECT count(*) FROM delivery_attempt WHERE code = 'courier-died'") == 2)
        #expect(try ledger.number("SELECT count(*) FROM message WHERE state = 'sending'") == 0)
        #expect(try ledger.number("SELECT count(*) FROM message WHERE state = 'delivered' AND endpoint = 'crm'") == 2)
        try bench.must(["audit", "verify"])
    }
}

extension CommandBench {
    fileprivate func url(_ name: String) -> URL { URL(fileURLWithPath: path(name)) }
}

/// Whether this machine lets a test mount something for itself.
enum Mounts {
    static let areAllowed: Bool = {
        let run = try? runProcess("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"])
        return run?.status == 0
    }()
}
