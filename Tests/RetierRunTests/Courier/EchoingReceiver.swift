import RetierLoopback

/// What goes wrong with every endpoint at once, at receivers that say back all they were told.
enum Mishap: String, CaseIterable, Sendable {
    case unknownHost, noTLS, privateAddress, closedPort, badSecrets, openSecrets
    case redirect, echo200, echo400, echo403, echo404, echo429, echo500, echo502, garbage, reset, timeout

    /// Whether requests arrive at all.
    var reaches: Bool { [.redirect, .garbage, .reset, .timeout].contains(self) || rawValue.hasPrefix("echo") }

    /// Where the endpoints are, with a receiver on a port of this machine.
    func origin(port: UInt16) -> String {
        switch self {
        case .unknownHost: "https://nobody.invalid"
        case .noTLS: "https://127.0.0.1:\(port)"
        case .privateAddress: "https://10.255.255.1"
        case .closedPort: "http://127.0.0.1:9"
        default: "http://127.0.0.1:\(port)"
        }
    }

    func behaviour(_ request: LoopbackRequest) -> LoopbackBehaviour {
        switch self {
        case .redirect:
            .answer(status: 302, headers: ["Location": "https://\(Self.key(request)).example\(request.path)"])
        case .garbage: .garbage
        case .reset: .reset
        case .timeout: .hang
        default: Self.echo(request, status: Int(rawValue.drop { !$0.isNumber }) ?? 200)
        }
    }

    /// Unusable texts in the place of a secret.
    static let unusable = ["PLANTED not a url", "PLANTED\nPLANTED", "", "http://PLANTED:PLANTED@x"]

    /// Says back everything that it was told.
    private static func echo(_ request: LoopbackRequest, status: Int) -> LoopbackBehaviour {
        if request.path.contains("gettoken"), status == 200 {
            let token = #"{"errcode":0,"errmsg":"ok","access_token":"PLANTED-token","expires_in":7200}"#
            return .answer(status: 200, body: token)
        }
        let parts = ["\(request.path)", "\(request.headers)", String(decoding: request.body, as: UTF8.self)]
        let text = parts.joined(separator: " ").replacing("\"", with: "'").replacing("\\", with: "/")
        let body = """
            {"errcode":93000,"code":19001,"errmsg":"\(text)","msg":"\(text)","results":[{"action_id":"a-1",\
            "status":"refused","code":"PLANTED-hook-token"}],"invaliduser":"","msgid":"m"}
            """
        return .answer(status: status, headers: ["X-Echo": "PLANTED", "x-ogw-ratelimit-reset": "PLANTED"], body: body)
    }

    /// The key in the request's own address, as a host would say it back.
    private static func key(_ request: LoopbackRequest) -> String {
        request.path.firstMatch(of: /PLANTED[A-Za-z-]*/).map { String($0.0) } ?? "elsewhere"
    }
}
