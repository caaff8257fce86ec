package import Foundation
import RetierLoopback

/// What a simulated service answers when nothing goes wrong on the way.
package struct SimulatorReply: Sendable {
    package var status: Int
    package var contentType: String
    package var headers: [String: String]
    package var body: Data
    /// `ok` or the service's code, for the log.
    package var decision: String

    package init(
        status: Int = 200, contentType: String = "application/json; charset=utf-8", headers: [String: String] = [:],
        body: String, decision: String
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = Data(body.utf8)
        self.decision = decision
    }

    /// The whole answer as HTTP/1.1.
    func bytes(isChunked: Bool = false) -> Data {
        var lines = ["HTTP/1.1 \(status) -"]
        if !contentType.isEmpty { lines.append("Content-Type: \(contentType)") }
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        lines.append(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)")
        let head = Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        guard isChunked else { return head + body }
        // One byte a chunk: whoever reads a chunk as a whole answer is found out.
        let chunks = body.map { Data("1\r\n".utf8) + Data([$0]) + Data("\r\n".utf8) }
        return head + Data(chunks.joined()) + Data("0\r\n\r\n".utf8)
    }
}
