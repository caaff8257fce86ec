import AuditChecker
import Foundation
import RetierCore
import RetierTestSupport
import Testing

/// Deaths at every commit of an incident's life: whoever was affected is compensated once, and nobody else.
@Suite struct IncidentCrashTests {
    /// `RETIER_CRASH=7` plays one scene alone; `RETIER_CRASHES=large` lets a second death follow each first one.
    private static let environment = ProcessInfo.processInfo.environment
    private static let wanted = environment["RETIER_CRASH"].flatMap { Int($0) }

    /// Of the true incident a, b and e are to have a coupon each; of the false one nobody is to be told anything.
    @Test func everySideOfEveryCommit() async throws {
        let start = try Self.start()
        let whole = try Self.play([], start)
        #expect(whole.breaches == [])
        // Fewer would mean that a command committed nothing, or that the deaths came nowhere.
        #expect(whole.sides > 20, "only \(whole.sides) sides of commits")
        let sides = Self.wanted.map { [$0] } ?? Array(1...whole.sides)
        let scenes =
            Self.environment["RETIER_CRASHES"] == "large"
            ? sides.flatMap { first in sides.map { [first, $0] } } : sides.map { [$0] }
        let breaches = await onThreads(scenes, threads: 4) { deaths in
            do { return try Self.play(deaths, start).breaches } catch { return ["\(error)"] }
        }.flatMap(\.self)
        #expect(breaches == [])
    }

    /// Who did something while the system failed, on the day of the first run and later.
    private static func start() throws -> CommandBench {
        let told = IncidentTests.notice.replacingOccurrences(of: "[member-system]", with: "[shop]")
        let granted = IncidentTests.grant.replacingOccurrences(of: "[member-system, shop]", with: "[member-system]")
        let bench = try IncidentTests.bench([told, granted])
        try bench.load("orders", IncidentTests.orders("o9,e,2024-10-12T10:00", "o8,d,2024-10-12T08:10"))
        return bench
    }

    private static let deeds: [CommitProbeOrder.Deed] = {
        func moment(_ hour: Int, _ minute: Int) -> Int64 {
            // 2024-10-12 in Shanghai.
            Int64(20_008) * 86_400 + Int64(hour - 8) * 3_600 + Int64(minute) * 60
        }
        return [
            .open("true", kind: "member-system", from: moment(9, 10), until: moment(11, 40)),
            .open("false", kind: "shop", from: moment(8, 0), until: nil),
            .daily(20_009), .withdraw("false"), .deliver, .daily(20_010), .deliver,
        ]
    }()

    /// Lives that die one after another, then one that does everything; how many sides of commits that one had.
    private static func play(_ deaths: [Int], _ start: CommandBench) throws -> (sides: Int, breaches: [String]) {
        let bench = try CommandBench(scaffold: false)
        try FileManager.default.copyItem(atPath: start.brand, toPath: bench.brand)
        var order = CommitProbeOrder(brand: bench.brand, deeds: deeds)
        var sides = 0
        for death in deaths.map(Optional.some) + [nil] {
            order.dieAt = death
            let life = try ChildProcess(
                Repository.builtProgram("CommitProbe"), [try order.json],
                environment: ["RETIER_LIBRARY": Repository.root, "CREDENTIALS_DIRECTORY": ""])
            let end = life.waits(atMostSeconds: 60)
            // After a first death there is less left to commit: a second one may come nowhere.
            let isDead = end?.bySignal == true && end?.status == SIGKILL
            guard isDead ? death != nil : end?.bySignal == false && end?.status == 0 else {
                throw ChildFailure(words: "\(end.map { "\($0)" } ?? "no end"): \(life.errors); deaths at \(deaths)")
            }
            if !isDead { sides = Int(life.output.filter(\.isNumber)) ?? 0 }
        }
        return (sides, try breaches(in: bench).map { "\($0); deaths at \(deaths)" })
    }

    private static func breaches(in bench: CommandBench) throws -> [String] {
        var breaches: [String] = []
        let affected: Set = ["a", "b", "e"]
        let csv = try bench.must(["audit", "--format", "csv"]).output
        let limits = AuditLimits(incidents: [
            "true": .init(affected: affected, most: 2_500), "false": .init(affected: ["d", "a", "c", "e"], most: 0),
        ])
        let records = AuditRecord.all(in: csv)
        breaches += AuditCheck(records, limits: limits).findings.map(\.description)
        let granted = records.filter { $0.playbook == "grant" && $0.state == "delivered" }.map(\.member)
        if granted.sorted() != affected.sorted() { breaches.append("compensated: \(granted.sorted())") }
        // What the receivers have in their hands.
        let files = try bench.files("var/outgoing/crm").map { try bench.read("var/outgoing/crm/\($0)") }.joined()
        for member in "abcde" {
            let count = files.components(separatedBy: "\"member_id\":\"\(member)\"").count - 1
            if count != (affected.contains(String(member)) ? 1 : 0) {
                breaches.append("\(member) got \(count) coupons")
            }
        }
        if !bench.files("var/outgoing/staff").isEmpty { breaches.append("told of an incident that was none") }
        let words = try bench.ledger().lines(
            "SELECT subject, kind FROM audit WHERE kind LIKE 'incident.%' ORDER BY 1, 2")
        if words != [
            "false|incident.opened", "false|incident.withdrawn", "true|incident.closed", "true|incident.opened",
        ] {
            breaches.append("words: \(words)")
        }
        let audit = try bench.retier(["audit", "verify"])
        return audit.status == 0 ? breaches : breaches + [audit.output + audit.errors]
    }
}
