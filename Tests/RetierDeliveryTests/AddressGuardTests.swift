import ChannelSimulators
import Foundation
import RetierCore
import RetierDelivery
import RetierLoopback
import Testing

/// Where requests may go, however the address is written, looked up or reused.
@Suite struct AddressGuardTests {
    private func outcome(_ endpoint: HTTPEndpoint) throws -> DeliveryOutcome {
        try #require(
            DeliveryBench.outcome(of: try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)[0]))
    }

    /// Numbers, octal and hexadecimal forms and v4 inside v6: what resolvers take for private and metadata addresses.
    @Test(arguments: [
        "https://2852039166/", "https://0xA9FEA9FE/", "https://0xa9.0xfe.0xa9.0xfe/", "https://0251.0376.0251.0376/",
        "https://167772161/", "https://0xa.1/", "https://012.0.0.1/", "https://10.1/", "https://3232235521/",
        "https://[::ffff:10.0.0.1]/", "https://[::ffff:a00:1]/", "https://[::ffff:192.168.0.1]/",
        "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://0/", "https://0.0.0.0/", "https://[::]/",
        "https://100.100.100.200/", "https://[fe80::1]/",
    ])
    func aPrivateAddressIsRefusedHoweverItIsWritten(url: String) throws {
        for service in ChannelBench.Service.allCases {
            let address = ChannelBench.address(service, origin: String(url.dropLast()))
            let outcome = try outcome(ChannelBench.endpoint(ChannelBench.settings(service), url: address))
            #expect(outcome.verdict == .gone && outcome.code == "address-refused" && !outcome.leftUs, "\(service)")
        }
    }

    /// This machine under another name, as a resolver tells it; not every system knows such a name.
    @Test(.enabled(if: gethostbyname("ip6-localhost") != nil, "this system has no ip6-localhost"))
    func aNameThatResolvesToThisMachineIsRefused() throws {
        let outcome = try outcome(try DeliveryBench.webhook("https://ip6-localhost:9/"))
        #expect(outcome.code == "address-refused" && !outcome.leftUs)
    }

    @Test func aNameThatDoesNotResolveIsTriedLater() throws {
        let outcome = try outcome(try DeliveryBench.webhook("https://nobody.invalid/"))
        #expect(outcome.verdict == .retry && outcome.code == "dns" && !outcome.leftUs)
    }

    /// A kept-alive connection never passes the guard of new connections: two endpoints share it here, and only one of
    /// them may reach this machine.
    @Test(.enabled(if: TLSFront.isPossible, "needs python3 and openssl"))
    func aReusedConnectionIsJudgedByTheEndpointThatReusesIt() throws {
        let receiver = try LoopbackReceiver()
        let front = try TLSFront(before: receiver.port)
        defer {
            front.stop()
            receiver.stop()
        }
        let url = "https://crm.localhost:\(front.port)/"
        var listed = try DeliveryBench.webhook(url, allowPrivate: ["crm.localhost"], caFile: front.caFile)
        listed.id = "listed"
        var plain = try DeliveryBench.webhook(url, caFile: front.caFile)
        plain.id = "plain"
        let completions = Completions()
        let transport = try CurlTransport(
            endpoints: [listed, plain], completions: completions, clock: DeliveryBench.now)
        func send(_ id: String, to endpoint: String) throws -> DeliveryOutcome {
            transport.submit([DeliveryBench.message(id, endpoint: endpoint)])
            return try #require(DeliveryBench.outcome(of: DeliveryBench.results(completions, count: 1)[id]))
        }
        #expect(try send("msg_1", to: "listed").verdict == .delivered)
        let refused = try send("msg_2", to: "plain")
        #expect(refused.verdict == .gone && refused.code == "address-refused" && !refused.leftUs)
        #expect(try send("msg_3", to: "listed").verdict == .delivered, "the other endpoint is not harmed")
        #expect(receiver.receipts.keys.sorted() == ["msg_1", "msg_3"])
        withExtendedLifetime(transport) {}
    }

    @Test(arguments: ChannelBench.Service.allCases)
    func aRedirectIsNotFollowedAndShowsItsHostOnly(service: ChannelBench.Service) throws {
        let target = try LoopbackReceiver()
        let first = try LoopbackReceiver(
            script: LoopbackReceiver.Script(onRequest: { [url = target.url] _ in
                .answer(status: 308, headers: ["Location": url + "?key=PLANTED"])
            }))
        defer {
            first.stop()
            target.stop()
        }
        let address = ChannelBench.address(service, origin: "http://127.0.0.1:\(first.port)")
        let outcome = try outcome(ChannelBench.endpoint(ChannelBench.settings(service), url: address))
        #expect(outcome.verdict == .gone && outcome.note == "to host 127.0.0.1")
        #expect(target.connections == 0 && !"\(outcome)".contains("PLANTED"))
    }

    /// In a process of its own, because the environment belongs to all tests.
    @Test func robotsIgnoreTheProxyOfTheEnvironment() async {
        await #expect(processExitsWith: .success) {
            let proxy = try LoopbackReceiver()
            let receiver = try LoopbackReceiver()
            for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
                setenv(name, "http://127.0.0.1:\(proxy.port)", 1)
            }
            for service in ChannelBench.Service.allCases {
                let address = ChannelBench.address(service, origin: "http://127.0.0.1:\(receiver.port)")
                let endpoint = try ChannelBench.endpoint(ChannelBench.settings(service), url: address)
                _ = try DeliveryBench.send([DeliveryBench.message("msg_1")], to: endpoint)
            }
            #expect(proxy.connections == 0 && receiver.requests.count == 5)
        }
    }
}
