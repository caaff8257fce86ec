import ChannelSimulators
import Foundation
import RetierLoopback
import Testing

/// Each fault on the wire, and whether the service did its work before.
@Suite struct FaultTests {
    private static let body = #"{"msgtype":"text","text":{"content":"hello"}}"#
    private static let answer = #"{"errcode":0,"errmsg":"ok"}"#

    private func simulator(_ faults: SimulatorFaults) throws -> WeComRobotSimulator {
        try WeComRobotSimulator(rules: WeComRobotRules(keys: ["K"]), clock: ManualClock().clock, faults: faults)
    }

    @Test(arguments: [true, false])
    func aConnectionThatIsResetOrClosedSaysNothingOfTheWork(acts: Bool) throws {
        for (fault, ending) in [
            (SimulatorFault.reset(acts: acts), RawClient.Ending.reset), (.close(acts: acts), .finished),
        ] {
            let sim = try simulator(.always(fault))
            defer { sim.stop() }
            let client = RawClient(port: sim.port)
            #expect(client.exchange("POST", sim.target(sim.url(key: "K")), body: Data(Self.body.utf8)) == nil)
            #expect(client.ending == ending)
            #expect(sim.shown.count == (acts ? 1 : 0) && sim.read.count == 1)
            #expect(sim.read[0].decision == (acts ? "ok" : ""))
        }
    }

    @Test(arguments: [true, false])
    func aServiceThatHangsSendsNothing(acts: Bool) throws {
        let sim = try simulator(.always(.hang(acts: acts)))
        defer { sim.stop() }
        let client = RawClient(port: sim.port, timeoutMilliseconds: 200)
        #expect(client.exchange("POST", sim.target(sim.url(key: "K")), body: Data(Self.body.utf8)) == nil)
        #expect(client.ending == .timedOut && sim.shown.count == (acts ? 1 : 0))
    }

    @Test(arguments: [true, false])
    func garbageAndHugeBodiesComeWithOrWithoutTheWork(acts: Bool) throws {
        let garbage = try simulator(.always(.garbage(acts: acts)))
        defer { garbage.stop() }
        let client = RawClient(port: garbage.port)
        #expect(client.exchange("POST", garbage.target(garbage.url(key: "K")), body: Data(Self.body.utf8)) == nil)
        #expect(String(decoding: client.rest(), as: UTF8.self).hasPrefix("SSH-"))
        #expect(garbage.shown.count == (acts ? 1 : 0))
        for isChunked in [true, false] {
            let sim = try simulator(.always(.hugeBody(bytes: 3_000_000, isChunked: isChunked, acts: acts)))
            defer { sim.stop() }
            let answer = try #require(sim.post(sim.url(key: "K"), Self.body))
            #expect(answer.status == 200 && answer.body.count == 3_000_000)
            #expect((answer.headers["transfer-encoding"] == "chunked") == isChunked)
            #expect(sim.shown.count == (acts ? 1 : 0))
        }
    }

    @Test(arguments: [SimulatorFault.drip(milliseconds: 1), .delay(milliseconds: 5), .chunked])
    func aSlowOrChunkedAnswerIsStillTheAnswer(fault: SimulatorFault) throws {
        let sim = try simulator(.always(fault))
        defer { sim.stop() }
        #expect(sim.post(sim.url(key: "K"), Self.body)?.text == Self.answer)
        #expect(sim.shown.map(\.text) == ["hello"])
    }

    @Test func anAnswerCanBeCutDoubledOrNonsense() throws {
        let cut = try simulator(.always(.cutAnswer(bodyBytes: 5)))
        defer { cut.stop() }
        let client = RawClient(port: cut.port)
        #expect(client.exchange("POST", cut.target(cut.url(key: "K")), body: Data(Self.body.utf8)) == nil)
        #expect(client.ending == .finished && client.rest() == Data(Self.answer.utf8.prefix(5)))
        #expect(cut.shown.count == 1)

        let double = try simulator(.always(.duplicateAnswer))
        defer { double.stop() }
        let both = RawClient(port: double.port)
        #expect(both.exchange("POST", double.target(double.url(key: "K")), body: Data(Self.body.utf8))?.code == 0)
        #expect(both.nextAnswer()?.code == 0 && double.shown.count == 1)

        let nonsense = try simulator(.always(.nonsenseBody()))
        defer { nonsense.stop() }
        let answer = try #require(nonsense.post(nonsense.url(key: "K"), Self.body))
        #expect(answer.status == 200 && answer.code == nil && nonsense.shown.count == 1)
    }

    @Test func refusalsAndStatusesAreNotActedOn() throws {
        let sim = try simulator(
            .at([
                1: .refuse(code: -1, message: "system busy"), 2: .answer(status: 403, body: "no"),
                3: .tooManyRequests(.seconds(7)), 4: .tooManyRequests(.date(784_111_777)), 5: .serverError(status: 502),
                6: .redirect(to: "http://127.0.0.1:1/x", status: 307), 7: .serverError(status: 500, acts: true),
            ]))
        defer { sim.stop() }
        let answers = (1...8).compactMap { _ in sim.post(sim.url(key: "K"), Self.body) }
        #expect(answers.map(\.status) == [200, 403, 429, 429, 502, 307, 500, 200])
        #expect(answers[0].code == -1 && answers[0].message.hasPrefix("system busy, hint: ["))
        #expect(answers[2].headers["retry-after"] == "7")
        // The date of RFC 9110, section 5.6.7, a day off in weekday terms would show here.
        #expect(answers[3].headers["retry-after"] == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(answers[5].headers["location"] == "http://127.0.0.1:1/x")
        #expect(sim.shown.map(\.request) == [7, 8])
    }

    @Test func faultsAreChosenByNumberPathTextAndSeed() throws {
        let sim = try simulator(.mentioning("hello", [.reset(acts: false), nil, .reset(acts: true)]))
        defer { sim.stop() }
        let other = #"{"msgtype":"text","text":{"content":"other"}}"#
        let answered = [Self.body, other, Self.body, Self.body, Self.body].map {
            sim.post(sim.url(key: "K"), $0) != nil
        }
        #expect(answered == [false, true, true, false, true])
        #expect(sim.shown.map(\.text) == ["other", "hello", "hello", "hello"])

        sim.play(.at([1: .reset(acts: false)], path: WeComRobotRules.uploadPath).or(.at([7: .close(acts: true)])))
        #expect(sim.post(sim.url(key: "K"), other) != nil)
        #expect(sim.post(sim.url(key: "K"), other) == nil && sim.read.count == 7)

        let seeded = SimulatorFaults.seeded(5, oneIn: 4, among: [.chunked])
        let chosen = (1...400).filter { seeded.isPlayed(number: $0) }
        #expect(
            chosen == (1...400).filter { SimulatorFaults.seeded(5, oneIn: 4, among: [.chunked]).isPlayed(number: $0) })
        #expect((60...140).contains(chosen.count))
    }

    @Test func aConnectionCanEndBeforeTheRequestIsWhole() throws {
        let sim = try WeComRobotSimulator(
            rules: WeComRobotRules(keys: ["K"]),
            network: SimulatorNetwork(onConnection: { $0 == 1 ? .resetAfter(bytes: 10) : .serve }))
        defer { sim.stop() }
        #expect(sim.post(sim.url(key: "K"), Self.body) == nil)
        #expect(sim.read.isEmpty && sim.post(sim.url(key: "K"), Self.body)?.code == 0)
    }
}
