import ChannelSimulators
import Foundation
import Testing

/// What Python's TLS client says about each certificate and each handshake.
@Suite(.enabled(if: TLSFront.isPossible, "needs python3 and openssl"))
struct TLSFrontTests {
    private static let client = #"""
        import ssl, sys, urllib.request
        context = ssl.create_default_context(cafile=sys.argv[2])
        request = urllib.request.Request(sys.argv[1], sys.argv[3].encode(), {"Content-Type": "application/json"})
        try:
            answer = urllib.request.urlopen(request, timeout=float(sys.argv[4]), context=context)
            # A cut may look like an end: nothing has come then.
            print(answer.read().decode() or "nothing")
        except urllib.error.URLError as e:
            reason = e.reason
            print(reason.verify_message if isinstance(reason, ssl.SSLCertVerificationError) else type(reason).__name__)
        except Exception as e: print(type(e).__name__)
        """#
    private static let body = #"{"msgtype":"text","text":{"content":"hello"}}"#
    private static let ok = #"{"errcode":0,"errmsg":"ok"}"#

    /// What the client says, and what the simulator behind the front has shown and read.
    private func post(
        _ certificate: TLSFront.Certificate, _ fault: TLSFront.Fault, timeoutSeconds: Double = 5
    ) throws -> (said: String, shown: Int, read: Int) {
        let sim = try WeComRobotSimulator(rules: WeComRobotRules(keys: ["K"]))
        defer { sim.stop() }
        let front = try TLSFront(before: sim.port, certificate: certificate, fault: fault)
        defer { front.stop() }
        let said = Python.run(Self.client, front.url(sim.url(key: "K")), front.caFile, Self.body, "\(timeoutSeconds)")
        return (said, sim.shown.count, sim.read.count)
    }

    @Test(arguments: [
        (TLSFront.Certificate.good, ok), (.wrongHost, "IP address mismatch"), (.expired, "certificate has expired"),
        (.notYetValid, "certificate is not yet valid"), (.selfSigned, "self-signed certificate"),
    ])
    func eachCertificateIsWhatItsNameSays(certificate: TLSFront.Certificate, wanted: String) throws {
        let (said, shown, read) = try post(certificate, .none)
        #expect(said.contains(wanted), "\(said)")
        #expect(shown == (certificate == .good ? 1 : 0) && read == shown)
    }

    @Test(arguments: [TLSFront.Fault.cutHandshake, .plainText, .silentHandshake])
    func aHandshakeThatGoesWrongShowsNothing(fault: TLSFront.Fault) throws {
        let (said, _, read) = try post(.good, fault, timeoutSeconds: fault == .silentHandshake ? 0.3 : 5)
        let wanted: [TLSFront.Fault: [String]] = [
            .cutHandshake: ["ConnectionResetError", "SSLEOFError"], .plainText: ["SSLError"],
            .silentHandshake: ["timeout", "TimeoutError"],
        ]
        #expect(wanted[fault]?.contains(said) == true && read == 0, "\(said)")
    }

    @Test func aCutAfterTheHandshakeLosesTheRequestAndACutAnswerDoesNot() throws {
        let lost = try post(.good, .cutAfterHandshake)
        #expect(lost.said != Self.ok && lost.read == 0, "\(lost.said)")
        for bytes in [0, 20] {
            let cut = try post(.good, .cutAnswer(afterBytes: bytes))
            #expect(cut.said != Self.ok && !cut.said.isEmpty && cut.shown == 1, "\(cut.said)")
        }
    }
}
