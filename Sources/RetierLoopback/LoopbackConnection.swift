import Foundation

/// Reads the requests of one connection, one after another.
struct LoopbackConnection {
    let socket: LoopbackSocket
    let number: Int
    private var buffer: [UInt8] = []
    private var requests = 0

    /// A larger head or body ends the connection: this receiver reads action lists, not uploads.
    private static let maxBytes = 64 * 1_048_576

    init(socket: LoopbackSocket, number: Int) {
        self.socket = socket
        self.number = number
    }

    /// The next whole request; nil at the end of the connection or where the bytes are not HTTP/1.1.
    mutating func next() -> LoopbackRequest? {
        guard let end = readHead() else { return nil }
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 4)
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let start = lines.removeFirst().split(separator: " ")
        guard start.count == 3 else { return nil }
        var headers: [String: String] = [:]
        var repeated: Set<String> = []
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = line[..<colon].lowercased()
            if headers[name] != nil { repeated.insert(name) }
            headers[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        if headers["expect"]?.lowercased() == "100-continue" { socket.write("HTTP/1.1 100 Continue\r\n\r\n") }
        guard let body = readBody(headers) else { return nil }
        requests += 1
        return LoopbackRequest(
            id: headers["webhook-id"] ?? "", timestamp: headers["webhook-timestamp"].flatMap { Int64($0) },
            signatureIsValid: nil, method: String(start[0]), path: String(start[1]), headers: headers,
            repeatedHeaders: repeated, body: body, connection: number, numberOnConnection: requests, delivery: 0)
    }

    private mutating func fill() -> Bool { buffer.count <= Self.maxBytes && socket.read(into: &buffer) }

    /// The length of the head without its empty line.
    private mutating func readHead() -> Int? {
        var scanned = 0
        while true {
            while scanned + 3 < buffer.count {
                if buffer[scanned] == 13, buffer[scanned + 1] == 10, buffer[scanned + 2] == 13,
                    buffer[scanned + 3] == 10
                {
                    return scanned
                }
                scanned += 1
            }
            guard fill() else { return nil }
        }
    }

    private mutating func readBody(_ headers: [String: String]) -> Data? {
        if headers["transfer-encoding"]?.lowercased() == "chunked" { return readChunks() }
        guard let length = Int(headers["content-length"] ?? "0"), (0...Self.maxBytes).contains(length) else {
            return nil
        }
        return take(length)
    }

    private mutating func take(_ count: Int) -> Data? {
        while buffer.count < count { guard fill() else { return nil } }
        let taken = Data(buffer[..<count])
        buffer.removeFirst(count)
        return taken
    }

    private mutating func takeLine() -> String? {
        while true {
            if let feed = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<feed], as: UTF8.self)
                buffer.removeFirst(feed + 1)
                return line.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            guard fill() else { return nil }
        }
    }

    private mutating func readChunks() -> Data? {
        var body = Data()
        while true {
            guard let line = takeLine(), let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0,
                body.count + size <= Self.maxBytes
            else { return nil }
            if size == 0 {
                while let trailer = takeLine() { if trailer.isEmpty { return body } }
                return nil
            }
            guard let chunk = take(size), takeLine() == "" else { return nil }
            body += chunk
        }
    }
}
