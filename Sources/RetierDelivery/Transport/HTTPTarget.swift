import CRetierCurl
import Foundation
import RetierCore

/// A checked URL and the addresses that its host may resolve to.
///
/// Printing it shows the host only: paths carry keys.
package struct HTTPTarget: Sendable, CustomStringConvertible {
    package let url: String
    package let host: String
    /// Scheme, host and port: what every request of the endpoint has in common.
    private let origin: String
    let scopes: Set<NetworkAddress.Scope>

    /// Reads the URL with libcurl's own parser, so that what is checked is what is used.
    ///
    /// Plain http is for this machine and the hosts in `allowPrivate`. A name that is neither may resolve to global
    /// addresses only.
    ///
    /// - Throws: `RetierError` that names the endpoint and the host, never the path or the query.
    package init(endpoint: String, url: String, allowPrivate: [String]) throws {
        func problem(_ what: String, _ hint: String) -> RetierError {
            RetierError(.badConfiguration, "endpoint \(endpoint): the url \(what)", hint: hint)
        }
        guard let parts = curl_url() else { throw problem("cannot be read", "free some memory") }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: parts),
            let name = Self.part(CURLUPART_HOST, of: parts), let whole = Self.part(CURLUPART_URL, of: parts)
        else { throw problem("is not a url", "write https://host/path") }
        guard Self.part(CURLUPART_USER, of: parts) == nil, Self.part(CURLUPART_PASSWORD, of: parts) == nil else {
            throw problem("holds a user name or password", "remove it; webhooks are signed with the endpoint's secret")
        }
        let host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name.lowercased()
        let isLoopback = host == "localhost" || NetworkAddress(text: host)?.scope == .loopback
        let isListed = allowPrivate.contains { $0.lowercased() == host }
        guard scheme == "https" || (scheme == "http" && (isLoopback || isListed)) else {
            throw problem(
                "of \(host) is \(scheme)", "use https; http is for this machine and for hosts in allow_private")
        }
        self.host = host
        self.url = whole
        origin = Self.origin(of: parts)
        scopes = isListed ? [.global, .private, .loopback] : isLoopback ? [.loopback] : [.global]
    }

    /// True where a connection to the address is allowed; what cannot be read is not.
    func allows(_ address: NetworkAddress?) -> Bool { address.map { scopes.contains($0.scope) } ?? false }

    /// True where a URL leads to where this one leads; paths and queries may differ.
    func covers(_ url: String) -> Bool {
        if url == self.url { return true }
        guard let parts = curl_url() else { return false }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK else { return false }
        return Self.part(CURLUPART_USER, of: parts) == nil && Self.origin(of: parts) == origin
    }

    private static func origin(of parts: OpaquePointer) -> String {
        let pieces = [CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT].map {
            part($0, of: parts, flags: UInt32(CURLU_DEFAULT_PORT)) ?? ""
        }
        return pieces.joined(separator: "|").lowercased()
    }

    package var description: String { host }

    static func part(_ part: CURLUPart, of parts: OpaquePointer, flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parts, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// The host of a URL, or nil.
    static func host(of url: String) -> String? {
        guard let parts = curl_url() else { return nil }
        defer { curl_url_cleanup(parts) }
        return curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK ? part(CURLUPART_HOST, of: parts) : nil
    }
}
