import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import Testing

/// What goes wrong on the way, the same for every service.
@Suite struct ChannelFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var fault: SimulatorFault
        /// Of robots.
        var verdict: DeliveryOutcome.Verdict
        /// Of the generic webhook; nil where it is the same.
        var ofWebhook: DeliveryOutcome.Verdict?
        /// True where a service that acted is called unsent all the same: a 500 is what services say when they failed.
        var mayHide = false
        var testDescription: String { "\(fault) is \(verdict)" }

        init(
            _ fault: SimulatorFault, _ verdict: DeliveryOutcome.Verdict, ofWebhook: DeliveryOutcome.Verdict? = nil,
            mayHide: Bool = false
        ) {
            self.fault = fault
            self.verdict = verdict
            self.ofWebhook = ofWebhook
            self.mayHide = mayHide
        }
    }

    static let faults: [Fault] =
        [true, false].flatMap { acts -> [Fault] in
            [
                Fault(.reset(acts: acts), .ambiguous), Fault(.close(acts: acts), .ambiguous),
                Fault(.hang(acts: acts), .ambiguous), Fault(.garbage(acts: acts), .ambiguous),
                Fault(.hugeBody(bytes: 1_000_000, isChunked: false, acts: acts), .ambiguous, ofWebhook: .delivered),
                Fault(.hugeBody(bytes: 1_000_000, isChunked: true, acts: acts), .ambiguous, ofWebhook: .delivered),
                Fault(.serverError(status: 500, acts: acts), .retry, mayHide: true),
                Fault(.serverError(status: 503, acts: acts), .retry, mayHide: true),
                Fault(.serverError(status: 502, acts: acts), .ambiguous),
                Fault(.serverError(status: 504, acts: acts), .ambiguous),
            ]
        } + [
            Fault(.nonsenseBody(), .ambiguous, ofWebhook: .delivered),
            Fault(.nonsenseBody(""), .ambiguous, ofWebhook: .delivered),
            Fault(.drip(milliseconds: 60), .ambiguous), Fault(.delay(milliseconds: 50), .delivered),
            Fault(.chunked, .delivered), Fault(.duplicateAnswer, .delivered),
            Fault(.cutAnswer(bodyBytes: 1), .ambiguous, ofWebhook: .delivered),
            Fault(.tooManyRequests(.seconds(3)), .throttled),
            Fault(.redirect(to: "https://x.example/PLANTED"), .gone),
            Fault(.answer(status: 410), .gone),
        ]

    private func send(
        _ fault: SimulatorFault, _ service: ChannelBench.Service, form: MessageForm = .payload, path: String? = nil
    ) throws -> (outcome: DeliveryOutcome, shown: Int, violations: [String]) {
        let simulated = try SimulatedService(service)
        defer { simulated.stop() }
        simulated.play(.always(fault, path: path))
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(service, timeoutSeconds: 1), url: simulated.url, signing: simulated.signing)
        let message = DeliveryBench.message(
            "msg_1", form: form, body: form == .payload ? ChannelBench.payload(service) : "member_id,name\nm-1,王\n")
        let outcome = DeliveryBench.outcome(of: try DeliveryBench.send([message], to: endpoint)[0])
        return (try #require(outcome), simulated.shown().count, simulated.violations())
    }

    @Test(arguments: faults)
    func everyServiceIsJudgedByTheOutcomeTable(example: Fault) throws {
        for service in ChannelBench.Service.allCases {
            // It answers 204, which has no body to cut.
            if case .cutAnswer = example.fault, service == .webhook { continue }
            let (outcome, shown, violations) = try send(example.fault, service)
            let verdict = service == .webhook ? example.ofWebhook ?? example.verdict : example.verdict
            #expect(outcome.verdict == verdict, "\(service): \(outcome)")
            #expect(outcome.leftUs)
            #expect(violations == [], "\(service)")
            if [.retry, .throttled, .rejected, .gone].contains(outcome.verdict), !example.mayHide {
                #expect(shown == 0, "\(service) has acted, and we say that it has not")
            }
            #expect(!"\(outcome)".contains("PLANTED"))
        }
    }

    /// Nothing was sent while a file was uploaded: no failure there can be ambiguous.
    @Test(arguments: faults)
    func aFailedUploadIsNeverAmbiguous(example: Fault) throws {
        let (outcome, shown, violations) = try send(
            example.fault, .wecom, form: .attachment, path: WeComRobotRules.uploadPath)
        #expect(violations == [])
        if example.verdict == .delivered {
            #expect(outcome.verdict == .delivered && shown == 1)
        } else {
            let expected = example.verdict == .ambiguous ? .retry : example.verdict
            #expect(outcome.verdict == expected, "\(outcome)")
            #expect(outcome.code.hasPrefix("upload-") && !outcome.leftUs && shown == 0)
        }
    }

    /// After the upload the message itself is judged like any other.
    @Test(arguments: faults)
    func aFileIsJudgedByTheMessageThatNamesIt(example: Fault) throws {
        let (outcome, _, violations) = try send(
            example.fault, .wecom, form: .attachment, path: WeComRobotRules.sendPath)
        #expect(outcome.verdict == example.verdict, "\(outcome)")
        #expect(outcome.leftUs && violations == [])
    }

    /// Where a robot answers twice, the second answer must not be taken for the answer to the next message.
    @Test(arguments: ChannelBench.Service.allCases)
    func aSecondAnswerIsNotTakenForTheNextMessages(service: ChannelBench.Service) throws {
        let simulated = try SimulatedService(service)
        defer { simulated.stop() }
        simulated.play(.at([1: .duplicateAnswer, 2: .answer(status: 500)]))
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(service), url: simulated.url, signing: simulated.signing)
        let results = try DeliveryBench.send(
            ["msg_1", "msg_2"].map { DeliveryBench.message($0, body: ChannelBench.payload(service)) }, to: endpoint)
        #expect(results.map { DeliveryBench.outcome(of: $0)?.verdict } == [.delivered, .retry])
        #expect(simulated.shown().count == 1)
    }

    /// libcurl sends a request again by itself when a reused connection dies; robots have no reused connections, and
    /// the guard holds all the same.
    @Test(arguments: ChannelBench.Service.allCases, [SimulatorFault.close(acts: true), .reset(acts: true)])
    func nothingIsSentTwiceOnADeadConnection(service: ChannelBench.Service, death: SimulatorFault) throws {
        let simulated = try SimulatedService(service)
        defer { simulated.stop() }
        simulated.play(.at([2: death]))
        let endpoint = try ChannelBench.endpoint(
            ChannelBench.settings(service), url: simulated.url, signing: simulated.signing)
        let results = try DeliveryBench.send(
            ["msg_1", "msg_2"].map { DeliveryBench.message($0, body: ChannelBench.payload(service)) }, to: endpoint)
        #expect(results.map { DeliveryBench.outcome(of: $0)?.verdict } == [.delivered, .ambiguous])
        #expect(simulated.shown().count == 2, "the second message was acted on once")
    }
}
