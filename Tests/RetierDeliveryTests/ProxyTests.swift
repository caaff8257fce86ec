import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

/// A proxy that was configured: everything goes through it, and the guard judges it instead of what lies behind.
@Suite struct ProxyTests {
    private static func settings(
        _ proxy: String, allowPrivate: [String] = ["crm.internal"], caFile: String? = nil
    ) -> Endpoint {
        ChannelBench.settings(
            .webhook, timeoutSeconds: 2, allowPrivate: allowPrivate, caFile: caFile, proxy: proxy)
    }

    private static func send(_ settings: Endpoint, url: String) throws -> DeliveryOutcome? {
        let endpoint = try ChannelBench.endpoint(settings, url: url)
        return DeliveryBench.outcome(of: try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)[0])
    }

    /// The name is not looked up here: nobody but the proxy knows it.
    @Test func plainHTTPGoesThroughTheProxy() throws {
        let proxy = try LoopbackReceiver(secret: DeliveryBench.secret)
        defer { proxy.stop() }
        let settings = Self.settings("http://127.0.0.1:\(proxy.port)")
        #expect(try Self.send(settings, url: "http://crm.internal:8080/x")?.verdict == .delivered)
        #expect(proxy.requests.map(\.path) == ["http://crm.internal:8080/x"])
        #expect(proxy.badSignatures == 0)
    }

    @Test(.enabled(if: TLSFront.isPossible, "needs python3 and openssl"))
    func tlsGoesThroughATunnelAndIsStillChecked() throws {
        let receiver = try LoopbackReceiver()
        let front = try TLSFront(before: receiver.port)
        let proxy = try TunnelProxy()
        defer {
            front.stop()
            proxy.stop()
            receiver.stop()
        }
        let url = "https://crm.example:\(front.port)/x"
        let good = try Self.send(Self.settings(proxy.url, allowPrivate: [], caFile: front.caFile), url: url)
        #expect(good?.verdict == .delivered)
        #expect(good?.retryAfterSeconds == nil, "the proxy's own headers are not the receiver's")
        let bad = try Self.send(Self.settings(proxy.url, allowPrivate: []), url: url)
        #expect(bad?.verdict == .gone && bad?.code == "certificate" && bad?.leftUs == false)
    }

    @Test(arguments: [403, 407, 502, 504])
    func aTunnelThatTheProxyRefusesIsNotSent(status: Int) throws {
        let proxy = try LoopbackReceiver(
            script: LoopbackReceiver.Script(onRequest: { _ in .answer(status: status) }))
        defer { proxy.stop() }
        let settings = Self.settings("http://127.0.0.1:\(proxy.port)", allowPrivate: [])
        let outcome = try #require(try Self.send(settings, url: "https://crm.example/PLANTED"))
        #expect(outcome.verdict == .retry && !outcome.leftUs, "\(outcome)")
        #expect(proxy.requests.allSatisfy { $0.path == "crm.example:443" && $0.body.isEmpty })
    }

    @Test func aProxyOnAMetadataAddressIsRefused() throws {
        let outcome = try Self.send(Self.settings("http://169.254.169.254:3128"), url: "https://crm.example/")
        #expect(outcome?.code == "address-refused" && outcome?.leftUs == false)
    }

    /// Behind a proxy only what is written as an address can be judged, and this machine would be the proxy's.
    @Test(arguments: [
        "https://10.0.0.1/", "https://127.0.0.1/", "https://localhost/", "http://2130706433/", "https://[::1]/",
        "https://169.254.169.254/",
    ])
    func privateAddressesAreNotAskedOfAProxy(url: String) throws {
        let error = #expect(throws: RetierError.self) {
            try ChannelBench.endpoint(Self.settings("http://127.0.0.1:9"), url: url)
        }
        #expect(error?.description.contains("allow_private") == true)
        let listed = Self.settings("http://127.0.0.1:9", allowPrivate: ["10.0.0.1"])
        _ = try ChannelBench.endpoint(listed, url: "https://10.0.0.1/")
    }

    @Test(arguments: [
        "socks5://127.0.0.1:1080", "PLANTED", "http://user:PLANTED@127.0.0.1:3128", "", "file:///PLANTED",
    ])
    func whatIsNoPlainProxyIsRefusedAndNotShown(proxy: String) {
        let error = #expect(throws: RetierError.self) {
            try ChannelBench.endpoint(Self.settings(proxy), url: "https://crm.example/")
        }
        #expect(error?.description.contains("crm") == true && error?.description.contains("PLANTED") == false)
    }

    /// `no_proxy` in the environment would lead past the proxy that somebody configured.
    @Test func theEnvironmentDoesNotLeadPastTheProxy() async {
        await #expect(processExitsWith: .success) {
            setenv("no_proxy", "*", 1)
            setenv("NO_PROXY", "*", 1)
            let proxy = try LoopbackReceiver()
            let receiver = try LoopbackReceiver()
            let settings = ProxyTests.settings(
                "http://127.0.0.1:\(proxy.port)", allowPrivate: ["crm.localhost"])
            let outcome = try ProxyTests.send(settings, url: "http://crm.localhost:\(receiver.port)/")
            #expect(outcome?.verdict == .delivered)
            #expect(proxy.requests.count == 1 && receiver.connections == 0)
        }
    }
}
