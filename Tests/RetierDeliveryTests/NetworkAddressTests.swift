import RetierCore
import RetierDelivery
import Testing

@Suite struct NetworkAddressTests {
    /// From IANA's IPv4 and IPv6 special-purpose address registries, and the metadata services of the large clouds.
    @Test(arguments: [
        ("8.8.8.8", "global"), ("1.1.1.1", "global"), ("100.63.255.255", "global"), ("172.32.0.1", "global"),
        ("172.15.255.255", "global"), ("192.167.255.255", "global"), ("2606:4700::1111", "global"),
        ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"), ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"), ("10.0.0.1", "private"), ("172.16.0.1", "private"),
        ("172.31.255.255", "private"), ("192.168.1.1", "private"), ("100.64.0.1", "private"),
        ("::ffff:10.1.2.3", "private"), ("fd12:3456::1", "private"), ("fc00::1", "private"),
        ("169.254.169.254", "forbidden"), ("::ffff:169.254.169.254", "forbidden"), ("100.100.100.200", "forbidden"),
        ("fd00:ec2::254", "forbidden"), ("0.0.0.0", "forbidden"), ("0.1.2.3", "forbidden"), ("::", "forbidden"),
        ("224.0.0.1", "forbidden"), ("255.255.255.255", "forbidden"), ("240.0.0.1", "forbidden"),
        ("192.0.2.1", "forbidden"), ("198.51.100.1", "forbidden"), ("203.0.113.1", "forbidden"),
        ("198.18.0.1", "forbidden"), ("192.0.0.1", "forbidden"), ("192.88.99.1", "forbidden"),
        ("fe80::1", "forbidden"), ("ff02::1", "forbidden"), ("2001:db8::1", "forbidden"),
        ("2002:7f00:1::", "forbidden"),
        ("64:ff9b::7f00:1", "forbidden"), ("64:ff9b:1::1", "forbidden"), ("100::1", "forbidden"),
        ("5f00::1", "forbidden"), ("2001:0:1::1", "forbidden"), ("::7f00:1", "forbidden"), ("3fff::1", "forbidden"),
    ])
    func anAddressIsJudgedByWhereItLeads(text: String, scope: String) throws {
        #expect(try #require(NetworkAddress(text: text)).scope.rawValue == scope)
    }

    @Test(arguments: ["", "localhost", "0x7f.1", "2130706433", "127.1", "fe80::1%eth0", "1.2.3.4.5", "010.0.0.1"])
    func whatIsNotAnAddressIsNone(text: String) {
        #expect(NetworkAddress(text: text) == nil)
    }

    @Test(arguments: [
        "https://hooks.example.com/a", "https://10.0.0.1/a", "http://127.0.0.1:8080/a", "http://[::1]:8080/a",
        "http://localhost/a", "http://0x7f.1/a", "http://2130706433/",
    ])
    func theseURLsAreTaken(url: String) throws {
        _ = try HTTPTarget(endpoint: "crm", url: url, allowPrivate: [])
    }

    @Test(arguments: [
        "http://hooks.example.com/PLANTED", "http://10.0.0.1/PLANTED", "file:///PLANTED", "ftp://example.com/PLANTED",
        "https://user:PLANTED@example.com/", "PLANTED", "", "https://", "gopher://127.0.0.1/PLANTED",
        "http://127.0.0.1.example.com/PLANTED", "http://[fe80::1]/PLANTED",
    ])
    func theseURLsAreRefusedAndNotShown(url: String) {
        let error = #expect(throws: RetierError.self) { try HTTPTarget(endpoint: "crm", url: url, allowPrivate: []) }
        #expect(error?.description.contains("PLANTED") == false)
        #expect(error?.description.contains("crm") == true)
    }

    @Test func aListedHostMayBePlain() throws {
        _ = try HTTPTarget(endpoint: "crm", url: "http://CRM.internal/x", allowPrivate: ["crm.internal"])
    }
}
