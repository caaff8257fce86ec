import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

@Suite struct CurlTransportTests {
    private func receiver(_ behaviour: LoopbackBehaviour) throws -> LoopbackReceiver {
        try LoopbackReceiver(
            secret: DeliveryBench.secret, script: LoopbackReceiver.Script(onRequest: { _ in behaviour }))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var behaviour: LoopbackBehaviour
        var verdict: DeliveryOutcome.Verdict
        var code: String
        var testDescription: String { "\(behaviour) is \(code)" }

        init(_ behaviour: LoopbackBehaviour, _ verdict: DeliveryOutcome.Verdict, _ code: String) {
            self.behaviour = behaviour
            self.verdict = verdict
            self.code = code
        }
    }

    static let cases: [Case] =
        [200, 201, 204, 299].map { Case(.answer(status: $0), .delivered, "ok") }
        + [400, 403, 404, 405, 422, 499].map { Case(.answer(status: $0), .rejected, "http-\($0)") }
        + [408, 425, 500, 501, 503, 599].map { Case(.answer(status: $0), .retry, "http-\($0)") }
        + [502, 504].map { Case(.answer(status: $0), .ambiguous, "http-\($0)") }
        + [
            Case(.answer(status: 410), .gone, "gone"), Case(.answer(status: 401), .gone, "http-401"),
            Case(.answer(status: 429), .throttled, "http-429"),
            Case(
                .answer(status: 302, headers: ["Location": "https://elsewhere.example/x?key=PLANTED"]), .gone,
                "redirect"),
            Case(.answer(status: 304), .gone, "redirect"),
            Case(.delay(milliseconds: 50, then: .ok), .delivered, "ok"),
            Case(.reset, .ambiguous, "receive"), Case(.close, .ambiguous, "empty-answer"),
            Case(.hang, .ambiguous, "timeout"), Case(.garbage, .ambiguous, "not-http"),
            Case(.drip(bytes: 1_000, milliseconds: 100), .ambiguous, "timeout"),
            Case(.hugeBody(bytes: 10_000_000, chunked: false), .delivered, "ok"),
            Case(.hugeBody(bytes: 10_000_000, chunked: true), .delivered, "ok"),
        ]

    @Test(arguments: cases)
    func anAnswerIsJudgedByTheOutcomeTable(example: Case) throws {
        let receiver = try receiver(example.behaviour)
        defer { receiver.stop() }
        let endpoint = try DeliveryBench.webhook(receiver.url, timeoutSeconds: 1)
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect(outcome.verdict == example.verdict)
        #expect(outcome.code == example.code)
        #expect(outcome.leftUs)
        #expect(outcome.note?.contains("PLANTED") != true)
        #expect(receiver.receipts["msg_1"]?.deliveries == 1)
        #expect(receiver.badSignatures == 0)
    }

    /// However long the whole may take: the answer would be whole in six seconds.
    @Test func aDripOfBytesHoldsNoConnection() throws {
        let receiver = try receiver(.drip(bytes: 60, milliseconds: 100))
        defer { receiver.stop() }
        var endpoint = try DeliveryBench.webhook(receiver.url, timeoutSeconds: 600)
        endpoint.stallSeconds = 1
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect(outcome.verdict == .ambiguous && outcome.code == "timeout")
    }

    @Test func aRedirectNamesItsHostAndIsNotFollowed() throws {
        let target = try receiver(.ok)
        let first = try receiver(.answer(status: 307, headers: ["Location": target.url]))
        defer {
            first.stop()
            target.stop()
        }
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(first.url))
        #expect(DeliveryBench.outcome(of: results[0])?.note == "to host 127.0.0.1")
        #expect(target.connections == 0)
    }

    @Test(arguments: ["7", "Wed, 21 Oct 2099 07:28:00 GMT"])
    func retryAfterIsReadAsSecondsAndAsADate(value: String) throws {
        let receiver = try receiver(.answer(status: 429, headers: ["Retry-After": value]))
        defer { receiver.stop() }
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(receiver.url))
        let seconds = try #require(DeliveryBench.outcome(of: results[0])?.retryAfterSeconds)
        #expect(value == "7" ? seconds == 7 : seconds > 1_000_000)
    }

    /// libcurl would send the second request again on a new connection and report one clean success (channels.md,
    /// section 0).
    @Test(arguments: [LoopbackBehaviour.close, .reset])
    func aRequestOnADeadReusedConnectionIsNotSilentlySentAgain(death: LoopbackBehaviour) throws {
        let receiver = try LoopbackReceiver(
            script: LoopbackReceiver.Script(onRequest: { $0.numberOnConnection == 1 ? .ok : death }))
        defer { receiver.stop() }
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1"), DeliveryBench.message("msg_2")],
            to: try DeliveryBench.webhook(receiver.url))
        #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
        let second = try #require(DeliveryBench.outcome(of: results[1]))
        #expect(second.verdict == .ambiguous && second.code == "connection-lost" && second.leftUs)
        #expect(receiver.receipts["msg_2"]?.deliveries == 1)
    }

    @Test func connectionsAreReused() throws {
        let receiver = try receiver(.ok)
        defer { receiver.stop() }
        let messages = (0..<50).map { DeliveryBench.message("msg_\($0)") }
        let results = try DeliveryBench.send(messages, to: try DeliveryBench.webhook(receiver.url))
        #expect(results.allSatisfy { DeliveryBench.outcome(of: $0)?.verdict == .delivered })
        #expect(receiver.connections == 1)
    }

    @Test func aConnectionThatIsResetAtOnceIsTriedLater() throws {
        let receiver = try LoopbackReceiver(script: LoopbackReceiver.Script(onConnection: { _ in .reset }))
        defer { receiver.stop() }
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(receiver.url))
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect([.retry, .ambiguous].contains(outcome.verdict), "the reset may come before or after the request left")
        #expect(outcome.leftUs == (outcome.verdict == .ambiguous))
    }

    @Test func aClosedPortIsNotSent() throws {
        let receiver = try receiver(.ok)
        let url = receiver.url
        receiver.stop()
        Thread.sleep(forTimeInterval: 0.1)
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(url))
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect(outcome.verdict == .retry && outcome.code == "connect" && !outcome.leftUs)
    }

    /// `*.localhost` is a name that libcurl resolves to this machine, as a hostile DNS server would.
    @Test(arguments: [
        "https://10.255.255.1/", "https://169.254.169.254/latest/", "https://[::ffff:169.254.169.254]/",
        "https://evil.localhost/", "https://192.168.0.1:8443/", "https://[fd00:ec2::254]/",
    ])
    func addressesThatAreNotGlobalAreRefusedAtConnectTime(url: String) throws {
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(url))
        let outcome = try #require(DeliveryBench.outcome(of: results[0]))
        #expect(outcome.verdict == .gone && outcome.code == "address-refused" && !outcome.leftUs)
    }

    @Test func aListedHostMayResolveToThisMachine() throws {
        let receiver = try receiver(.ok)
        defer { receiver.stop() }
        let url = "http://crm.localhost:\(receiver.port)/x"
        let endpoint = try DeliveryBench.webhook(url, allowPrivate: ["crm.localhost"])
        let results = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)
        #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
    }

    /// In a process of its own, because the environment belongs to all tests.
    @Test func theProxyOfTheEnvironmentIsNotUsed() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackReceiver()
            let receiver = try LoopbackReceiver()
            for name in ["http_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:\(proxy.port)", 1) }
            let results = try DeliveryBench.send(
                [DeliveryBench.message("msg_1")], to: try DeliveryBench.webhook(receiver.url))
            #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
            #expect(proxy.connections == 0 && receiver.connections == 1)
        }
    }

    @Test func noMoreRequestsThanAllowedAreInFlight() throws {
        let receiver = try receiver(.delay(milliseconds: 20, then: .ok))
        defer { receiver.stop() }
        let completions = Completions()
        let transport = try CurlTransport(
            endpoints: [try DeliveryBench.webhook(receiver.url, concurrency: 3)], completions: completions,
            clock: DeliveryBench.now)
        transport.submit((0..<60).map { DeliveryBench.message("msg_\($0)") })
        #expect(DeliveryBench.results(completions, count: 60).count == 60)
        #expect(receiver.connections == 3)
        withExtendedLifetime(transport) {}
    }

    @Test func stoppingEndsWhatIsInFlightAndGivesBackTheRest() throws {
        let receiver = try receiver(.delay(milliseconds: 300, then: .ok))
        defer { receiver.stop() }
        let completions = Completions()
        let transport = try CurlTransport(
            endpoints: [try DeliveryBench.webhook(receiver.url, concurrency: 2)], completions: completions,
            clock: DeliveryBench.now)
        transport.submit((0..<10).map { DeliveryBench.message("msg_\($0)") })
        while receiver.requests.count < 2 { Thread.sleep(forTimeInterval: 0.01) }
        transport.stop()
        let results = DeliveryBench.results(completions, count: 10)
        let delivered = results.values.filter { DeliveryBench.outcome(of: $0)?.verdict == .delivered }
        #expect(delivered.count == 2)
        #expect(results.values.filter { $0 == .notStarted }.count == 8)
        #expect(receiver.requests.count == 2)
    }

    @Test func whatIsTooLateIsNotSent() throws {
        let receiver = try receiver(.ok)
        defer { receiver.stop() }
        let late = DeliveryBench.message("msg_1", notAfter: DeliveryBench.now().seconds - 1)
        let results = try DeliveryBench.send([late], to: try DeliveryBench.webhook(receiver.url))
        #expect(results == [.tooLate])
        #expect(receiver.connections == 0)
    }

    @Test func anIDThatCouldBreakAHeaderIsRefused() throws {
        let receiver = try receiver(.ok)
        defer { receiver.stop() }
        let results = try DeliveryBench.send(
            [DeliveryBench.message("a\r\nX-Planted: 1")], to: try DeliveryBench.webhook(receiver.url))
        #expect(DeliveryBench.outcome(of: results[0])?.code == "bad-message-id")
        #expect(receiver.connections == 0)
    }

    @Test func aLongBodyArrivesWholeAndAtOnce() throws {
        let receiver = try receiver(.ok)
        defer { receiver.stop() }
        let body = String(repeating: "会员", count: 500_000)
        let results = try DeliveryBench.send(
            [DeliveryBench.message("msg_1", body: body)], to: try DeliveryBench.webhook(receiver.url))
        #expect(DeliveryBench.outcome(of: results[0])?.verdict == .delivered)
        let request = try #require(receiver.requests.first)
        #expect(request.body == Data(body.utf8))
        #expect(request.headers["expect"] == nil && request.headers["content-type"] == "application/json")
    }
}
