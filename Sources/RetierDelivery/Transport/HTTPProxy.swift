import CRetierCurl
import RetierCore

/// A proxy that an endpoint's requests go through.
///
/// Addresses are looked up there, so that the guard can judge the proxy's own only: it may lie in a private network,
/// because somebody configured it, and what lies behind it is the proxy's business.
package struct HTTPProxy: Sendable {
    let url: String
    private let scopes: Set<NetworkAddress.Scope> = [.global, .private, .loopback]

    /// - Throws: `RetierError` that names the endpoint and never shows the address.
    package init(endpoint: String, url: String) throws {
        func problem(_ what: String, _ hint: String) -> RetierError {
            RetierError(.badConfiguration, "endpoint \(endpoint): the proxy \(what)", hint: hint)
        }
        guard let parts = curl_url() else { throw problem("cannot be read", "free some memory") }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = HTTPTarget.part(CURLUPART_SCHEME, of: parts),
            let whole = HTTPTarget.part(CURLUPART_URL, of: parts)
        else { throw problem("is not a url", "write http://host:port") }
        guard scheme == "http" || scheme == "https" else {
            throw problem("speaks \(scheme)", "use a proxy for HTTP: http://host:port")
        }
        guard HTTPTarget.part(CURLUPART_USER, of: parts) == nil, HTTPTarget.part(CURLUPART_PASSWORD, of: parts) == nil
        else {
            throw problem("holds a user name or password", "let the proxy know this machine by its address")
        }
        self.url = whole
    }

    /// True where a connection to the address is allowed; what cannot be read is not.
    func allows(_ address: NetworkAddress?) -> Bool { address.map { scopes.contains($0.scope) } ?? false }
}
