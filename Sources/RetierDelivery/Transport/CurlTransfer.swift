import CRetierCurl
import Foundation
import RetierCore

/// Requests of one endpoint on one easy handle, one after the other.
///
/// What is the same for all of an endpoint's requests is told to libcurl once. The transfer must stay alive, and where
/// it is, while its handle is in a multi handle: libcurl holds pointers to it, to its body and to its header list.
final class CurlTransfer {
    private static let keptBodyBytes = 65_536

    private let endpoint: HTTPEndpoint
    let handle: UnsafeMutableRawPointer
    private let headers = HeaderList()
    private var body = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 1)
    private var url: String?
    /// What libcurl makes of `url`: given a text only, it would parse it, and write it anew, for every request.
    private let parsedURL = curl_url()
    private var response = Data()
    private var responseWasCut = false
    private var prereqCalls = 0
    /// The address, as libcurl writes it, that was found to be allowed last.
    private var allowedAddress = ""
    private var refusedResend = false
    private var refusedReuse = false
    private var refusedAddresses = 0
    private var openedSockets = 0

    /// Nil where libcurl has no memory.
    init?(endpoint: HTTPEndpoint) {
        guard let handle = curl_easy_init() else {
            curl_url_cleanup(parsedURL)
            body.deallocate()
            return nil
        }
        self.endpoint = endpoint
        self.handle = handle
        configure()
    }

    /// Only after the handle has left the multi handle.
    deinit {
        curl_easy_cleanup(handle)
        curl_url_cleanup(parsedURL)
        body.deallocate()
    }

    /// Makes the handle ready for a request; only while it is in no multi handle.
    func prepare(_ request: HTTPRequest) {
        response = Data()
        responseWasCut = false
        prereqCalls = 0
        refusedResend = false
        refusedReuse = false
        refusedAddresses = 0
        openedSockets = 0
        if url != request.url {
            url = request.url
            retier_setopt_string(handle, CURLOPT_URL, request.url)
            // Where it cannot be parsed, the request finds out.
            let isParsed = curl_url_set(parsedURL, CURLUPART_URL, request.url, 0) == CURLUE_OK
            retier_setopt_pointer(handle, CURLOPT_CURLU, isParsed ? parsedURL.map { UnsafeRawPointer($0) } : nil)
        }
        switch request.method {
        case .get: retier_setopt_long(handle, CURLOPT_HTTPGET, 1)
        case .post:
            let count = request.body.count
            // A large body's memory is not kept: there is one of these for every connection.
            if count > body.count || body.count > CurlTransfer.keptBodyBytes {
                body.deallocate()
                body = .allocate(byteCount: max(4_096, count), alignment: 1)
            }
            request.body.withUnsafeBytes { body.copyMemory(from: $0) }
            retier_setopt_long(handle, CURLOPT_POST, 1)
            retier_setopt_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count))
            retier_setopt_pointer(handle, CURLOPT_POSTFIELDS, UnsafeRawPointer(body.baseAddress))
        }
        retier_setopt_list(handle, CURLOPT_HTTPHEADER, headers.fill(request.headers))
    }

    private func configure() {
        retier_setopt_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        retier_setopt_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        // Neither a proxy nor a password from the environment or ~/.netrc: the guard would see the proxy's address
        // only.
        retier_setopt_string(handle, CURLOPT_PROXY, endpoint.proxy?.url ?? "")
        // Otherwise `no_proxy` in the environment could lead past a proxy that was configured.
        retier_setopt_string(handle, CURLOPT_NOPROXY, "")
        retier_setopt_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        retier_setopt_long(handle, CURLOPT_NETRC, 0)
        retier_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        retier_setopt_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        retier_setopt_string(handle, CURLOPT_USERAGENT, "retier")
        let timeout = endpoint.timeoutSeconds
        retier_setopt_long(handle, CURLOPT_CONNECTTIMEOUT_MS, min(10_000, timeout * 1_000))
        retier_setopt_long(handle, CURLOPT_TIMEOUT_MS, timeout * 1_000)
        // A drip of bytes must not hold a connection, however long the endpoint's timeout is. Where the timeout ends it
        // anyway, libcurl need not set a timer at every turn.
        if endpoint.stallSeconds < timeout {
            retier_setopt_long(handle, CURLOPT_LOW_SPEED_LIMIT, 100)
            retier_setopt_long(handle, CURLOPT_LOW_SPEED_TIME, endpoint.stallSeconds)
        }
        retier_setopt_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
        retier_setopt_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
        if let file = endpoint.caFile {
            retier_setopt_string(handle, CURLOPT_CAINFO, file)
            // The proxy's own certificate, where it has one, comes from the same authority.
            retier_setopt_string(handle, CURLOPT_PROXY_CAINFO, file)
        }
        if !endpoint.reusesConnections {
            retier_setopt_long(handle, CURLOPT_FRESH_CONNECT, 1)
            retier_setopt_long(handle, CURLOPT_FORBID_REUSE, 1)
        }
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        retier_setopt_write(handle) { CurlTransfer.from($3).receive($0, $1 * $2) }
        retier_setopt_pointer(handle, CURLOPT_WRITEDATA, context)
        retier_setopt_opensocket(handle) { context, _, address in CurlTransfer.from(context).open(address) }
        retier_setopt_pointer(handle, CURLOPT_OPENSOCKETDATA, context)
        retier_setopt_prereq(handle) { context, primary, _, _, _ in CurlTransfer.from(context).begin(on: primary) }
        retier_setopt_pointer(handle, CURLOPT_PREREQDATA, context)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
        guard let context else { preconditionFailure("libcurl lost a callback's context") }
        return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Keeps at most the limit; more ends the transfer, whose status is known by then.
    private func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard let bytes, response.count + count <= CurlTransport.maxResponseBytes else {
            responseWasCut = true
            return 0
        }
        response.append(UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: count)
        return count
    }

    /// Sees every address that is about to be connected to, after DNS: the place where private ranges are refused.
    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address else { return CURL_SOCKET_BAD }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = Int(retier_curl_address(address, &bytes))
        guard endpoint.allows(NetworkAddress(bytes: Array(bytes[..<count]))) else {
            refusedAddresses += 1
            return CURL_SOCKET_BAD
        }
        openedSockets += 1
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, type, address.pointee.protocol)
    }

    /// Called when the connection stands and no byte of the request has left.
    ///
    /// A second call within one attempt is libcurl sending the request again on a new connection, because the reused
    /// one died: the first may have been read.
    private func begin(on primary: UnsafeMutablePointer<CChar>?) -> Int32 {
        // A reused connection never met `open`.
        guard let primary, allows(String(cString: primary)) else {
            refusedReuse = true
            return CURL_PREREQFUNC_ABORT
        }
        guard prereqCalls == 0 else {
            refusedResend = true
            return CURL_PREREQFUNC_ABORT
        }
        prereqCalls += 1
        return CURL_PREREQFUNC_OK
    }

    private func allows(_ address: String) -> Bool {
        if address == allowedAddress { return true }
        guard endpoint.allows(NetworkAddress(text: address)) else { return false }
        allowedAddress = address
        return true
    }

    /// What is known of the attempt once libcurl is done with it.
    func exchange(_ result: CURLcode) -> HTTPExchange {
        var status = 0
        retier_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
        var redirect: UnsafePointer<CChar>?
        retier_getinfo_string(handle, CURLINFO_REDIRECT_URL, &redirect)
        var refusal: HTTPExchange.Refusal?
        if refusedResend {
            refusal = .resend
        } else if prereqCalls == 0, refusedReuse || (refusedAddresses > 0 && openedSockets == 0) {
            refusal = .address
        }
        return HTTPExchange(
            curlCode: Int32(bitPattern: result.rawValue), requestLeft: prereqCalls > 0, refusal: refusal,
            httpStatus: status, retryAfterSeconds: retryAfterSeconds(),
            redirectHost: redirect.flatMap { redirectHost(String(cString: $0)) }, headers: headersOfAnswer(),
            body: response, bodyIsComplete: result == CURLE_OK && !responseWasCut)
    }

    /// The host that a redirect names; nil where a part of it echoes the address, or it is longer than any host.
    private func redirectHost(_ location: String) -> String? {
        guard let host = HTTPTarget.host(of: location), host.utf8.count <= 253,
            !host.split(separator: ".").contains(where: { HTTPTarget.isEcho(String($0), of: url ?? "") })
        else { return nil }
        return host
    }

    /// Of `Retry-After` in either form; 1 where the moment has come already, nil where there is none.
    private func retryAfterSeconds() -> Int? {
        var seconds: curl_off_t = 0
        retier_getinfo_offset(handle, CURLINFO_RETRY_AFTER, &seconds)
        // libcurl tells 0 for a missing header, too.
        if seconds == 0 { return header("retry-after") == "0" ? 1 : nil }
        return max(1, Int(clamping: seconds))
    }

    /// What the endpoint reads of the last answer's headers, in short.
    private func headersOfAnswer() -> [String: String] {
        var found: [String: String] = [:]
        for name in endpoint.answerHeaders { found[name] = header(name) }
        return found
    }

    private func header(_ name: String) -> String? {
        var header: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(handle, name, 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK,
            let value = header?.pointee.value
        else { return nil }
        return String(String(cString: value).prefix(256))
    }
}
