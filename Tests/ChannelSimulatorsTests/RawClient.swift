import ChannelSimulators
import Foundation

/// A plain HTTP/1.1 client that hides nothing: one connection, whole answers, and whatever else comes.
final class RawClient {
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The object of a JSON body; empty where it is none.
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body) as? [String: Any]) ?? [:] }

        /// `errcode` or `code`.
        var code: Int? { (json["errcode"] ?? json["code"]) as? Int }

        var message: String { (json["errmsg"] ?? json["msg"]) as? String ?? "" }
    }

    enum Ending: Equatable {
        case finished
        case reset
        case timedOut
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// How reading ended where no whole answer came.
    private(set) var ending: Ending?

    init(port: UInt16, timeoutMilliseconds: Int = 5_000) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var limit = timeval(
            tv_sec: timeoutMilliseconds / 1_000, tv_usec: timeoutMilliseconds % 1_000 * 1_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        withUnsafePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close(descriptor) }

    /// Sends one request and reads one answer; nil where none came whole.
    func exchange(
        _ method: String, _ target: String, headers: [String] = ["Content-Type: application/json"],
        body: Data = Data()
    ) -> Answer? {
        let lines =
            ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1", "Content-Length: \(body.count)"] + headers
        write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + Array(body))
        return nextAnswer()
    }

    func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func nextAnswer() -> Answer? {
        let gap = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.firstRange(of: gap) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeFirst(end.upperBound)
                return answer(head: head)
            }
            guard fill() else { return nil }
        }
    }

    private func answer(head: String) -> Answer? {
        var lines = head.components(separatedBy: "\r\n")
        let start = lines.removeFirst().split(separator: " ")
        guard start.count >= 2, start[0] == "HTTP/1.1", let status = Int(start[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let body = headers["transfer-encoding"] == "chunked" ? chunks() : take(Int(headers["content-length"] ?? "0"))
        return body.map { Answer(status: status, headers: headers, body: $0) }
    }

    private func take(_ count: Int?) -> Data? {
        guard let count else { return nil }
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Data(buffer[..<count])
    }

    private func chunks() -> Data? {
        var body = Data()
        while true {
            while buffer.firstIndex(of: 10) == nil { guard fill() else { return nil } }
            let end = buffer.firstIndex(of: 10) ?? 0
            let size = Int(
                String(decoding: buffer[..<end], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines),
                radix: 16)
            buffer.removeFirst(end + 1)
            guard let size, let chunk = take(size), take(2) != nil else { return nil }
            if size == 0 { return body }
            body += chunk
        }
    }

    /// Everything that comes until the connection ends.
    func rest() -> Data {
        while fill() {}
        return Data(buffer)
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else {
            ending = count == 0 ? .finished : (errno == ECONNRESET ? .reset : .timedOut)
            return false
        }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }
}

extension ChannelSimulator {
    /// One POST on a connection of its own; nil where no whole answer came.
    func post(
        _ url: String, _ body: String, headers: [String] = ["Content-Type: application/json"]
    ) -> RawClient.Answer? {
        post(url, data: Data(body.utf8), headers: headers)
    }

    func post(_ url: String, data: Data, headers: [String] = ["Content-Type: application/json"]) -> RawClient.Answer? {
        RawClient(port: port).exchange("POST", target(url), headers: headers, body: data)
    }

    func get(_ url: String) -> RawClient.Answer? {
        RawClient(port: port).exchange("GET", target(url), headers: [])
    }

    func target(_ url: String) -> String { url.hasPrefix(origin) ? String(url.dropFirst(origin.count)) : url }
}

/// JSON as a test writes it.
func json(_ object: [String: Any]) -> String {
    let data = (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? Data()
    return String(decoding: data, as: UTF8.self)
}
