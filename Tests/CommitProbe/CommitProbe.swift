import Foundation
import GRDB
import Logging
import RetierCore
import RetierLedger
import RetierRun
import RetierTestSupport
import Synchronization

/// Does in a brand folder what an operator and the timers do, and dies at one side of one commit of the ledger.
///
/// Exit codes as those of `retier`; how many sides of commits there were on standard output. What was done before a
/// death is refused, or has nothing to do, when it is repeated: that is no failure.
@main
enum CommitProbe {
    static func main() {
        do {
            guard CommandLine.arguments.count == 2 else {
                throw RetierError(.usage, "the probe takes its order as one argument", hint: "see CommitProbeOrder")
            }
            try work(CommitProbeOrder(json: CommandLine.arguments[1]))
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit((error as? RetierError)?.code.rawValue ?? 70)
        }
    }

    private static func work(_ order: CommitProbeOrder) throws {
        let workspace = try Workspace.open(BrandFolder(path: order.brand))
        let death = Death(at: order.dieAt)
        workspace.ledger.pool.add(transactionObserver: death)
        for deed in order.deeds {
            do { try perform(deed, workspace) } catch let error as RetierError where error.code == .usage {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
            }
        }
        print(death.sides)
    }

    private static func perform(_ deed: CommitProbeOrder.Deed, _ workspace: Workspace) throws {
        let now = workspace.clock.now
        let runs = Runs(workspace, log: Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() })
        switch deed {
        case .open(let id, let kind, let from, let until):
            let incident = Incident(
                id: id, kind: kind, from: Instant(seconds: from), until: until.map(Instant.init(seconds:)),
                registeredAt: now)
            let stored = StoredIncident(incident, reason: "test", operatorName: "li")
            try workspace.ledger.register(stored, now: now)
        case .withdraw(let id):
            _ = try workspace.ledger.change(
                incident: id, by: .withdraw, reason: "test", operatorName: "li", now: now)
        case .daily(let day): _ = try runs.run(.daily, asOf: Day(number: day), overrides: [])
        case .deliver: _ = try runs.deliver()
        }
    }
}

/// Counts both sides of every commit and ends the process at one of them.
private final class Death: TransactionObserver, Sendable {
    private let place: Int?
    private let counted = Atomic<Int>(0)

    init(at place: Int?) { self.place = place }

    var sides: Int { counted.load(ordering: .relaxed) }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() { come() }
    func databaseDidCommit(_ database: Database) { come() }
    func databaseDidRollback(_ database: Database) {}

    private func come() {
        guard counted.add(1, ordering: .relaxed).newValue == place else { return }
        kill(getpid(), SIGKILL)
        while true { pause() }
    }
}
