import CRetierCurl
package import RetierCore

/// The outcome table that all channels share: what an exchange says before anybody reads its body.
///
/// The prereq callback draws the line: a request that never left may be sent again freely, one that left without a
/// whole answer is ambiguous.
extension HTTPExchange {
    /// How an attempt ended that brought no status; nil where one arrived, with its body whole or cut.
    package func withoutAnswer() -> DeliveryOutcome? {
        switch refusal {
        case .address: return DeliveryOutcome(.gone, code: "address-refused", leftUs: requestLeft)
        case .resend: return DeliveryOutcome(.ambiguous, code: "connection-lost", leftUs: true)
        case nil: break
        }
        let code = CURLcode(rawValue: UInt32(bitPattern: curlCode))
        guard requestLeft else { return Self.unsent(code) }
        guard code != CURLE_OK else { return nil }
        return isCut && httpStatus >= 200 ? nil : Self.ambiguous(code)
    }

    /// `withoutAnswer`, and for channels whose verdict is in the body an answer that was cut: by the other side, or by
    /// our limit.
    package func withoutWholeAnswer() -> DeliveryOutcome? {
        if let outcome = withoutAnswer() { return outcome }
        guard bodyIsComplete else {
            var outcome = Self.ambiguous(CURLcode(rawValue: UInt32(bitPattern: curlCode)))
            outcome.httpStatus = httpStatus
            return outcome
        }
        return nil
    }

    /// What a status says alone; nil for 2xx, which needs a look at the body.
    package func failureByStatus() -> DeliveryOutcome? {
        func outcome(
            _ verdict: DeliveryOutcome.Verdict, _ code: String, holdSeconds: Int? = nil, note: String? = nil
        ) -> DeliveryOutcome {
            DeliveryOutcome(
                verdict, code: code, httpStatus: httpStatus, retryAfterSeconds: retryAfterSeconds,
                holdSeconds: holdSeconds, leftUs: true, note: note)
        }
        let status = "http-\(httpStatus)"
        return switch httpStatus {
        case 200...299: nil
        // Here and below: what meets every message disables the endpoint instead of burning them all.
        case 300...399: outcome(.gone, "redirect", note: redirectHost.map { "to host \($0)" })
        case 401: outcome(.gone, status, note: "the receiver does not accept the secret")
        case 410: outcome(.gone, "gone")
        case 408, 425: outcome(.retry, status)
        case 429: outcome(.throttled, status, holdSeconds: Self.holdSeconds(retryAfterSeconds) + Self.clockSeconds)
        case 503:
            outcome(
                .retry, status, holdSeconds: retryAfterSeconds.map { Self.holdSeconds($0) + Self.clockSeconds })
        // A gateway speaks here: the receiver behind it may have acted.
        case 502, 504: outcome(.ambiguous, status)
        case 500...599: outcome(.retry, status)
        case 400...499: outcome(.rejected, status)
        default: outcome(.ambiguous, "not-http")
        }
    }

    /// A receiver's wish to be left alone, from a second to an hour; a minute where it names no time.
    package static func holdSeconds(_ wish: Int?) -> Int {
        min(max(wish ?? EndpointHealth.standardHoldSeconds, 1), EndpointHealth.longestPauseSeconds)
    }

    /// Added to every wait that a receiver asks for: our moments are whole seconds, rounded down, and who is told to
    /// wait a second must not come back after a tenth of one.
    package static let clockSeconds = 1

    /// True where libcurl stopped reading the body: the status was complete by then.
    private var isCut: Bool {
        let cuts = [CURLE_PARTIAL_FILE, CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED]
        return cuts.contains { Int32(bitPattern: $0.rawValue) == curlCode }
    }

    private static func unsent(_ code: CURLcode) -> DeliveryOutcome {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            DeliveryOutcome(.gone, code: "bad-url", leftUs: false)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            DeliveryOutcome(.gone, code: "certificate", leftUs: false)
        default: DeliveryOutcome(.retry, code: name(of: code), leftUs: false)
        }
    }

    private static func ambiguous(_ code: CURLcode) -> DeliveryOutcome {
        DeliveryOutcome(.ambiguous, code: name(of: code), leftUs: true)
    }

    /// Stable names for libcurl's results; those without a name keep their number.
    private static func name(of code: CURLcode) -> String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: "dns"
        case CURLE_COULDNT_RESOLVE_PROXY: "proxy-dns"
        case CURLE_PROXY: "proxy"
        case CURLE_COULDNT_CONNECT: "connect"
        case CURLE_SSL_CONNECT_ERROR: "tls"
        case CURLE_OPERATION_TIMEDOUT: "timeout"
        case CURLE_GOT_NOTHING: "empty-answer"
        case CURLE_SEND_ERROR: "send"
        case CURLE_RECV_ERROR: "receive"
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: "not-http"
        case CURLE_PARTIAL_FILE: "partial-answer"
        case CURLE_WRITE_ERROR, CURLE_FILESIZE_EXCEEDED: "answer-too-long"
        case CURLE_ABORTED_BY_CALLBACK: "aborted"
        default: "curl-\(code.rawValue)"
        }
    }
}

extension DeliveryOutcome {
    /// The outcome of an attempt whose preparation failed: a token, an upload.
    ///
    /// The message itself never left, so that whatever went wrong is not ambiguous. `step` goes before the code.
    package func preparing(_ step: String) -> DeliveryOutcome {
        var outcome = self
        outcome.code = "\(step)-\(code)"
        outcome.leftUs = false
        switch verdict {
        case .rejected, .gone, .throttled, .retry: break
        case .ambiguous, .delivered, .accepted: outcome.verdict = .retry
        }
        return outcome
    }
}
