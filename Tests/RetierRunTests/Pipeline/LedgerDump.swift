import Foundation
import GRDB
import RetierTestSupport

/// A SQLite file (a ledger or a plan) read from outside, row by row as text.
struct DatabaseFile {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The rows of a statement, each as its cells joined by `|`.
    func lines(_ sql: String) throws -> [String] {
        try queue.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map(DatabaseFile.text).joined(separator: "|")
            }
        }
    }

    private static func text(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .null: "-"
        case .int64(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let bytes): bytes.base64EncodedString()
        }
    }

    /// The number that a statement gives.
    func number(_ sql: String) throws -> Int { try queue.read { try Int.fetchOne($0, sql: sql) ?? -1 } }

    /// All rows of all tables, sorted, by table.
    func dump() throws -> [String: [String]] {
        let tables = try queue.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        return Dictionary(
            uniqueKeysWithValues: try tables.map { ($0, try lines("SELECT * FROM \"\($0)\"").sorted()) })
    }
}

extension CommandBench {
    /// The ledger from outside.
    func ledger() throws -> DatabaseFile { try DatabaseFile(path("var/retier.db")) }

    /// Where a plan of a refresh lies.
    func refreshPlan(_ period: String = "2026-10") -> String { path("var/plans/refresh-\(period).plan") }

    /// A brand folder with an imported world and no limits.
    static func loaded(_ world: SampleWorld) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.liftGuards()
        try bench.importWorld(world)
        return bench
    }

    /// Sends the actions for members to a receiver, one message an action unless said otherwise.
    func useWebhook(_ url: String, options: String = "batch: 1, concurrency: 3, timeout: 1s", secret: String) throws {
        try edit(
            "retier.yaml", "crm: {kind: file, directory: var/outgoing/crm}",
            "crm: {kind: webhook, url: \"\(url)\", secret: {file: secrets/crm}, \(options)}")
        try write(secret: secret, mode: 0o600)
    }

    /// Writes the secret file of the endpoint `crm`.
    func write(secret: String, mode: Int) throws {
        try write(secret + "\n", to: "secrets/crm")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path("secrets/crm"))
    }
}

extension Process {
    /// Waits for the end; after the limit the process is killed and the answer is false.
    func waits(atMostSeconds limit: Double) -> Bool {
        let deadline = ContinuousClock.now + .seconds(limit)
        while isRunning {
            if ContinuousClock.now > deadline {
                kill(processIdentifier, SIGKILL)
                return false
            }
            usleep(2_000)
        }
        return true
    }
}

/// Waits until something is so; false where it never came.
func waits(atMostSeconds limit: Double, until condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(limit)
    while try !condition() {
        if ContinuousClock.now > deadline { return false }
        usleep(2_000)
    }
    return true
}
