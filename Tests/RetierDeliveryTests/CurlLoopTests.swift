import Testing

@testable import RetierDelivery

/// When a loop lies down: libcurl is played by a closure, since a sleep that is woken late shows in nothing but time.
@Suite struct CurlLoopTests {
    /// The milliseconds of each poll; `during` happens in one of them and tells what can be read then.
    private func polls(
        of outgoing: WaitingMessages, seen: Int, at number: Int = 0, during: () -> Int32 = { 0 }
    ) -> [Int32] {
        var polls: [Int32] = []
        CurlLoop.wait(for: outgoing, seen: seen) { milliseconds in
            polls.append(milliseconds)
            return polls.count == number ? during() : 0
        }
        return polls
    }

    private let looks = Array(repeating: Int32(0), count: CurlLoop.looks)

    @Test func whereNothingComesItSleeps() {
        let outgoing = WaitingMessages(lanes: 1)
        #expect(polls(of: outgoing, seen: outgoing.changes) == looks + [CurlLoop.sleepMilliseconds])
    }

    @Test(arguments: [1, 7, CurlLoop.looks])
    func whatCanBeReadEndsTheWait(look: Int) {
        let outgoing = WaitingMessages(lanes: 1)
        #expect(polls(of: outgoing, seen: outgoing.changes, at: look) { 1 } == Array(looks.prefix(look)))
    }

    /// The wake-up that belongs to a change is swallowed by the look in which it comes, so that nothing would end the
    /// sleep.
    @Test(arguments: [1, 7, CurlLoop.looks])
    func aChangeWhoseWakeUpALookSwallowsKeepsItAwake(look: Int) {
        let outgoing = WaitingMessages(lanes: 1)
        let changes = [
            { outgoing.append([(DeliveryBench.message("a"), lane: 0)]) }, { outgoing.switchTo(.stopping) },
        ]
        for change in changes {
            let polls = polls(of: outgoing, seen: outgoing.changes, at: look) {
                change()
                return 0
            }
            #expect(polls == looks)
        }
    }

    /// Between what a turn has taken and its first look something may come as well.
    @Test func aChangeSinceTheTurnBeganKeepsItAwake() {
        let outgoing = WaitingMessages(lanes: 1)
        let seen = outgoing.changes
        outgoing.append([(DeliveryBench.message("a"), lane: 0)])
        #expect(polls(of: outgoing, seen: seen) == looks)
    }
}
