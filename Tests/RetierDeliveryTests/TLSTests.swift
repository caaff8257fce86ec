import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

/// TLS as an independent implementation speaks it, with good and bad certificates and handshakes that go wrong.
@Suite(.enabled(if: TLSFront.isPossible, "needs python3 and openssl"))
struct TLSTests {
    private func send(
        certificate: TLSFront.Certificate = .good, fault: TLSFront.Fault = .none, trusts: Bool = true,
        service: ChannelBench.Service = .webhook
    ) throws -> (outcome: DeliveryOutcome, requests: Int) {
        let receiver = try LoopbackReceiver()
        defer { receiver.stop() }
        let front = try TLSFront(before: receiver.port, certificate: certificate, fault: fault)
        defer { front.stop() }
        let settings = ChannelBench.settings(service, timeoutSeconds: 2, caFile: trusts ? front.caFile : nil)
        let endpoint = try ChannelBench.endpoint(
            settings, url: ChannelBench.address(service, origin: front.origin))
        let outcome = DeliveryBench.outcome(
            of: try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)[0])
        return (try #require(outcome), receiver.requests.count)
    }

    @Test func aPrivateAuthorityIsTrustedWhenItsFileIsGiven() throws {
        #expect(try send().outcome.verdict == .delivered)
    }

    @Test(arguments: ChannelBench.Service.allCases)
    func anUntrustedCertificateIsRefusedBeforeAnythingIsSent(service: ChannelBench.Service) throws {
        let (outcome, requests) = try send(trusts: false, service: service)
        #expect(outcome.verdict == .gone && outcome.code == "certificate" && !outcome.leftUs)
        #expect(requests == 0)
    }

    @Test(arguments: [TLSFront.Certificate.wrongHost, .expired, .notYetValid, .selfSigned])
    func aBadCertificateIsRefused(certificate: TLSFront.Certificate) throws {
        let (outcome, requests) = try send(certificate: certificate)
        #expect(outcome.code == "certificate" && !outcome.leftUs && requests == 0)
    }

    @Test(arguments: [TLSFront.Fault.cutHandshake, .silentHandshake, .plainText])
    func aHandshakeThatFailsIsNotSent(fault: TLSFront.Fault) throws {
        let (outcome, requests) = try send(fault: fault, service: .wecom)
        #expect(outcome.verdict == .retry && !outcome.leftUs && requests == 0, "\(outcome)")
    }

    @Test(arguments: [TLSFront.Fault.cutAfterHandshake, .cutAnswer(afterBytes: 0), .cutAnswer(afterBytes: 20)])
    func whatIsCutAfterTheHandshakeIsAmbiguous(fault: TLSFront.Fault) throws {
        let outcome = try send(fault: fault, service: .wecom).outcome
        #expect(outcome.verdict == .ambiguous && outcome.leftUs, "\(outcome)")
    }
}
