import GRDB
import RetierCore
import RetierLedger
import Testing

/// The ledger's table and the machine know the same states, and the table refuses what the machine never makes.
@Suite struct CaseRowTests {
    private func insert(
        _ world: CommittedRun, id: String = "case_1", member: Int = 1, playbook: String = "p", state: String,
        paused: String = "NULL", closed: String = "NULL", cause: String = "NULL", delay: Int = 0, escalation: Int = 1,
        shadow: Int = 0
    ) throws {
        try world.ledger.pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO member_case VALUES ('\(id)', \(member), '\(playbook)', 'run-1', \(escalation),
                        \(shadow), '\(state)', 20000, \(delay), 'l2', 1, 20000, NULL, \(paused), 0, \(closed), \(cause))
                    """)
        }
    }

    @Test func theTableHasExactlyTheStatesOfTheMachine() throws {
        for state in CaseState.allCases.map(\.rawValue) + ["lost"] {
            var accepted = 0
            for (paused, closed, cause) in [
                ("NULL", "NULL", "NULL"), ("20001", "NULL", "NULL"), ("NULL", "5", "'order o1'"), ("NULL", "5", "NULL"),
                ("20001", "5", "'order o1'"),
            ] {
                let world = try CommittedRun()
                do {
                    try insert(world, state: state, paused: paused, closed: closed, cause: cause)
                    accepted += 1
                } catch let error as DatabaseError {
                    #expect(error.resultCode == .SQLITE_CONSTRAINT)
                }
            }
            #expect(accepted == (CaseState(rawValue: state) == nil ? 0 : 1), "\(state)")
        }
    }

    @Test(arguments: [("open", "NULL"), ("paused", "20001")])
    func aMemberIsInOneEscalationAndInOneCaseOfAPlaybookAtMost(state: String, paused: String) throws {
        let world = try CommittedRun()
        try insert(world, state: state, paused: paused)
        #expect(throws: DatabaseError.self) { try insert(world, id: "case_2", state: "open", shadow: 1) }
        #expect(throws: DatabaseError.self) { try insert(world, id: "case_2", playbook: "q", state: "open") }
        // The shadow of an escalation is none, and there may be several.
        try insert(world, id: "case_2", playbook: "q", state: "open", shadow: 1)
        try insert(world, id: "case_s", playbook: "s", state: "open", shadow: 1)
        try insert(world, id: "case_3", playbook: "r", state: "open", escalation: 0)
        try insert(world, id: "case_4", member: 2, playbook: "q", state: "open")
        try insert(world, id: "case_5", state: "closed", closed: "5", cause: "'x'")
        #expect(throws: DatabaseError.self) { try insert(world, id: "case_6", member: 2, state: "open", delay: -1) }
    }

    @Test func aCaseIsReadAsItWasWritten() throws {
        let world = try CommittedRun()
        try insert(world, state: "paused", paused: "20003", delay: 2)
        let read = try world.ledger.cases(all: false)
        #expect(read.count == 1 && read[0].memberID == "m-b" && read[0].run == "run-1")
        var value = MemberCase(
            id: "case_1", playbook: "p", isEscalation: true, isShadow: false, opened: Day(number: 20_000))
        value.state = .paused
        value.delay = 2
        value.next = "l2"
        value.level = 1
        value.pausedOn = Day(number: 20_003)
        #expect(read[0].value == value)
    }

    @Test func aCaseThatWasClosedByOtherHandsIsFound() throws {
        let world = try CommittedRun()
        try insert(world, state: "open")
        #expect(try Audit(world.ledger).verify() == [])
        try world.ledger.pool.write { database in
            try database.execute(
                sql: "UPDATE member_case SET state = 'recovered', closed_at = 5, cause = 'order o9' WHERE id = 'case_1'"
            )
        }
        #expect(try Audit(world.ledger).verify().map(\.problem) == [.changedCase])
    }

    @Test func closingIsRecordedOnce() throws {
        let world = try CommittedRun()
        try insert(world, state: "open")
        func close() throws -> CaseClosings {
            try world.ledger.closeCases(
                "case_1", by: .close, reason: "moved", operatorName: "Li", now: Instant(seconds: 9))
        }
        #expect(try close().cases == 1)
        #expect(throws: RetierError.self) { try close() }
        let closed = try #require(try world.ledger.cases(all: true, memberID: "m-b").first)
        #expect(closed.value.state == .closed && closed.cause == "moved" && closed.closedAt == Instant(seconds: 9))
        #expect(try Audit(world.ledger).verify() == [])
    }
}
