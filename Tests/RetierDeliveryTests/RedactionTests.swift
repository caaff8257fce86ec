import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

/// Values that hold secrets or members' data say nothing when they are printed, dumped or part of a crash.
@Suite struct RedactionTests {
    private static func values() throws -> [Any] {
        var values: [Any] = [SecretText("PLANTED"), try WebhookSecret(text: DeliveryBench.secret, name: "x")]
        values.append(
            HTTPRequest(url: "https://x.example/?key=PLANTED", headers: ["A: PLANTED"], body: Data("PLANTED".utf8)))
        values.append(
            HTTPExchange(
                curlCode: 0, requestLeft: true, headers: ["a": "PLANTED"], body: Data("PLANTED".utf8)))
        values.append(DeliveryBench.message("msg_1", body: "PLANTED"))
        for service in ChannelBench.Service.allCases {
            let endpoint = try ChannelBench.endpoint(
                ChannelBench.settings(service),
                url: ChannelBench.address(service, origin: "https://x.example"), signing: ChannelBench.signing)
            values += [endpoint, endpoint.target]
            values.append(endpoint.attempt(DeliveryBench.message("msg_1", body: "{}"), Instant(seconds: 1)))
        }
        return values
    }

    @Test func printingShowsNothing() throws {
        for value in try Self.values() {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                #expect(!text.contains("PLANTED") && !text.contains("UExBTlRFRA"), "\(type(of: value))")
                #expect(!text.contains(Data("PLANTED".utf8).map(String.init).joined(separator: ", ")))
            }
        }
    }

    /// A crash in the middle of a delivery, with the values in its message and Swift's report of the crash switched on.
    @Test func aCrashShowsNothing() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent, \.standardOutputContent]
        ) {
            let receiver = try LoopbackReceiver(
                script: LoopbackReceiver.Script(onRequest: { _ in .answer(status: 500, body: "PLANTED") }))
            let values = try RedactionTests.values()
            let address = ChannelBench.address(.wecom, origin: "http://127.0.0.1:\(receiver.port)")
            let endpoint = try ChannelBench.endpoint(ChannelBench.settings(.wecom), url: address)
            let result = try DeliveryBench.send([DeliveryBench.message("msg_1", body: "PLANTED")], to: endpoint)
            preconditionFailure("\(values) \(result)")
        }
        let output = try #require(result)
        for text in [output.standardErrorContent, output.standardOutputContent] {
            #expect(!String(decoding: text, as: UTF8.self).contains("PLANTED"))
        }
        #expect(String(decoding: output.standardErrorContent, as: UTF8.self).contains("Fatal error"))
    }
}
