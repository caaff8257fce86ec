import CRetierCurl
import Foundation
import RetierCore

/// A checked URL and the addresses that its host may resolve to.
///
/// Printing it shows the host only: paths carry keys.
package struct HTTPTarget: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without a fragment: nothing that is appended can get lost behind it.
    package let url: String
    package let host: String
    package let path: String
    /// As it is written, percent signs included; nil where there is none.
    package let query: String?
    /// Scheme, host and port: what every request of the endpoint has in common.
    private let origin: String
    let scopes: Set<NetworkAddress.Scope>

    /// Reads the URL with libcurl's own parser, so that what is checked is what is used.
    ///
    /// Plain http is for this machine and the hosts in `allowPrivate`. A name that is neither may resolve to global
    /// addresses only. Behind a proxy this machine is not this machine, and addresses are looked up out of sight: there
    /// only what is written as an address can be refused.
    ///
    /// - Throws: `RetierError` that names the endpoint and the host, never the path or the query.
    package init(endpoint: String, url: String, allowPrivate: [String], isBehindProxy: Bool = false) throws {
        func problem(_ what: String, _ hint: String) -> RetierError {
            RetierError(.badConfiguration, "endpoint \(endpoint): the url \(what)", hint: hint)
        }
        guard let parts = curl_url() else { throw problem("cannot be read", "free some memory") }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: parts),
            curl_url_set(parts, CURLUPART_FRAGMENT, nil, 0) == CURLUE_OK,
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
        let literal = NetworkAddress(text: host)?.scope ?? (isLoopback ? .loopback : .global)
        guard !isBehindProxy || isListed || literal == .global else {
            throw problem("of \(host) is not for a proxy", "list the host in allow_private, or use no proxy")
        }
        self.host = host
        self.url = whole
        path = Self.part(CURLUPART_PATH, of: parts) ?? "/"
        query = Self.part(CURLUPART_QUERY, of: parts)
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

    /// The URL with more parameters at the end of its query; names are taken as they are, values percent-encoded.
    package func url(adding parameters: [(name: String, value: String)]) -> String {
        let added = parameters.map { "\($0.name)=\(Self.percentEncoded($0.value))" }.joined(separator: "&")
        return url + (query == nil ? "?" : "&") + added
    }

    /// The URL with another path and query on the same host; nil where they cannot be part of one.
    package func url(path: String, query: String) -> String? {
        guard let parts = curl_url() else { return nil }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            curl_url_set(parts, CURLUPART_PATH, path, 0) == CURLUE_OK,
            curl_url_set(parts, CURLUPART_QUERY, query, 0) == CURLUE_OK
        else { return nil }
        return Self.part(CURLUPART_URL, of: parts)
    }

    /// The names of the query's parameters.
    package var parameterNames: Set<String> {
        Set((query ?? "").split(separator: "&").map { String($0.prefix { $0 != "=" }) })
    }

    /// Everything but RFC 3986's unreserved characters becomes `%XX`.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }
    }

    /// True where a receiver's text may be a piece of a URL's path or query, which hold keys.
    static func isEcho(_ text: String, of url: String) -> Bool {
        let parts = url.lowercased().split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        return text.utf8.count >= 8 && parts.count == 3 && parts[2].contains(text.lowercased())
    }

    package var description: String { host }
    package var debugDescription: String { host }
    package var customMirror: Mirror { Mirror(self, children: ["host": host]) }

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
