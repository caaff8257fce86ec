import Crypto
package import Foundation
import RetierCore
import Synchronization

/// A webhook receiver on 127.0.0.1 for the demo, the tests and the benchmark: it reads HTTP/1.1 strictly, checks
/// Standard Webhooks signatures, remembers what it read, and misbehaves on request.
///
/// One thread a connection.
package final class LoopbackReceiver: Sendable {
    /// How the receiver behaves; the closures run on the connections' threads.
    package struct Script: Sendable {
        package var onConnection: @Sendable (_ number: Int) -> LoopbackAcceptance
        package var onRequest: @Sendable (LoopbackRequest) -> LoopbackBehaviour
        /// Called at each event, before the receiver goes on; nil writes each answer in one piece.
        package var onEvent: (@Sendable (LoopbackEvent) -> Void)?

        package init(
            onConnection: @escaping @Sendable (_ number: Int) -> LoopbackAcceptance = { _ in .serve },
            onRequest: @escaping @Sendable (LoopbackRequest) -> LoopbackBehaviour = { _ in .ok },
            onEvent: (@Sendable (LoopbackEvent) -> Void)? = nil
        ) {
            self.onConnection = onConnection
            self.onRequest = onRequest
            self.onEvent = onEvent
        }
    }

    /// What is known of one id.
    package struct Receipt: Hashable, Sendable {
        /// How often a request with this id was read whole, whatever was answered.
        package var deliveries: Int
        /// SHA-256 of each different body; more than one means that an id was used twice.
        package var bodyDigests: Set<Data>
    }

    private struct State: Sendable {
        var receipts: [String: Receipt] = [:]
        var requests: [LoopbackRequest] = []
        var badSignatures = 0
        var connections: [Int: LoopbackSocket] = [:]
        var accepted = 0
        var isStopped = false
    }

    package let port: UInt16
    private let listener: LoopbackSocket
    private let secrets: [[UInt8]]?
    private let toleranceSeconds: Int64?
    private let keepsRequests: Bool
    private let clock: @Sendable () -> Int64
    private let script: Script
    private let state = Mutex(State())

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - port: 0 for a free one.
    ///   - secret: `whsec_` secrets, one a line; nil checks no signature. A bad signature is answered 401.
    ///   - toleranceSeconds: how far a timestamp may be from the clock; nil for any distance.
    ///   - keepsRequests: false remembers ids and digests only, for many messages.
    ///   - clock: seconds since 1970; nil for the system's.
    ///   - script: how it behaves; the default answers 200.
    /// - Throws: `RetierError` where the port is taken or the secret is not base64.
    package init(
        port: UInt16 = 0, secret: String? = nil, toleranceSeconds: Int64? = 300, keepsRequests: Bool = true,
        clock: (@Sendable () -> Int64)? = nil, script: Script = Script()
    ) throws {
        if let secret {
            guard let bytes = LoopbackSignature.secrets(of: secret), !bytes.isEmpty else {
                throw RetierError(.badConfiguration, "the receiver's secret is not base64", hint: "write whsec_...")
            }
            secrets = bytes
        } else {
            secrets = nil
        }
        self.toleranceSeconds = toleranceSeconds
        self.keepsRequests = keepsRequests
        self.clock = clock ?? { Int64(time(nil)) }
        self.script = script
        listener = try LoopbackSocket.listening(on: port)
        self.port = listener.port
        let thread = Thread { [self] in acceptConnections() }
        thread.name = "loopback"
        thread.start()
    }

    package var url: String { "http://127.0.0.1:\(port)/actions" }

    /// Receipts by id.
    package var receipts: [String: Receipt] { state.withLock { $0.receipts } }

    /// Every request read whole, in the order of reading; empty where requests are not kept.
    package var requests: [LoopbackRequest] { state.withLock { $0.requests } }

    package var badSignatures: Int { state.withLock { $0.badSignatures } }

    package var connections: Int { state.withLock { $0.accepted } }

    /// True where every connection has ended and nothing is being done about its last request.
    package var isIdle: Bool { state.withLock { $0.connections.isEmpty } }

    /// Every `action_id` in the kept bodies, each once.
    package var actionIDs: Set<String> {
        var ids: Set<String> = []
        for request in requests {
            guard let json = try? JSONSerialization.jsonObject(with: request.body) else { continue }
            LoopbackReceiver.collectActionIDs(in: json, into: &ids)
        }
        return ids
    }

    /// Closes everything; the port is free afterwards.
    package func stop() {
        // Under the lock: a descriptor that its thread has closed may belong to somebody else by now.
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            for socket in state.connections.values { socket.shutDown() }
            listener.shutDown()
        }
    }

    private static func collectActionIDs(in json: Any, into ids: inout Set<String>) {
        if let list = json as? [Any] {
            for item in list { collectActionIDs(in: item, into: &ids) }
        } else if let object = json as? [String: Any] {
            if let id = object["action_id"] as? String { ids.insert(id) }
            for value in object.values { collectActionIDs(in: value, into: &ids) }
        }
    }

    private func acceptConnections() {
        defer { listener.close() }
        while let socket = listener.accept() {
            let number = state.withLock { state in
                state.accepted += 1
                if !state.isStopped { state.connections[state.accepted] = socket }
                return state.isStopped ? 0 : state.accepted
            }
            guard number > 0 else {
                socket.close()
                return
            }
            let thread = Thread { [self] in
                serve(socket, number: number)
                state.withLock { $0.connections[number] = nil }
                socket.close()
            }
            thread.stackSize = 512 * 1_024
            thread.start()
        }
    }

    private func serve(_ socket: LoopbackSocket, number: Int) {
        script.onEvent?(.accepted(connection: number))
        switch script.onConnection(number) {
        case .serve: break
        case .reset: return socket.armReset()
        case .resetAfter(let bytes):
            var read: [UInt8] = []
            while read.count < bytes, socket.read(into: &read) {}
            return socket.armReset()
        }
        var connection = LoopbackConnection(socket: socket, number: number)
        while var request = connection.next() {
            if let secrets {
                request.signatureIsValid = LoopbackSignature.isValid(
                    request, secrets: secrets, toleranceSeconds: toleranceSeconds, now: clock())
            }
            remember(&request)
            script.onEvent?(.read(request))
            let behaviour = request.signatureIsValid == false ? .answer(status: 401) : script.onRequest(request)
            script.onEvent?(.acted(request))
            guard perform(behaviour, for: request, on: socket) else { return }
        }
    }

    private func remember(_ request: inout LoopbackRequest) {
        let digest = Data(SHA256.hash(data: request.body))
        let read = request
        request.delivery = state.withLock { state in
            if read.signatureIsValid == false { state.badSignatures += 1 }
            var receipt = state.receipts[read.id] ?? Receipt(deliveries: 0, bodyDigests: [])
            receipt.deliveries += 1
            receipt.bodyDigests.insert(digest)
            state.receipts[read.id] = receipt
            if keepsRequests {
                var kept = read
                kept.delivery = receipt.deliveries
                state.requests.append(kept)
            }
            return receipt.deliveries
        }
    }

    /// Returns whether the connection may carry another request.
    private func perform(
        _ behaviour: LoopbackBehaviour, for request: LoopbackRequest, on socket: LoopbackSocket
    ) -> Bool {
        switch behaviour {
        case .answer(let status, let headers, let body):
            let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
            let length = body.utf8.count
            let answer = "HTTP/1.1 \(status) -\r\nContent-Length: \(length)\r\n\(lines)\r\n\(body)"
            return write(Array(answer.utf8), for: request, to: socket)
        case .delay(let milliseconds, let next):
            Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
            return perform(next, for: request, on: socket)
        case .reset:
            socket.armReset()
            return false
        case .close: return false
        case .hang:
            // Until the other side or `stop` ends the connection.
            var ignored: [UInt8] = []
            while socket.read(into: &ignored) { ignored = [] }
            return false
        case .hugeBody(let bytes, let chunked): return writeHugeBody(bytes, chunked: chunked, to: socket)
        case .drip(let bytes, let milliseconds):
            guard socket.write("HTTP/1.1 200 -\r\nContent-Length: \(bytes)\r\n\r\n") else { return false }
            for _ in 0..<bytes {
                guard socket.write(".") else { return false }
                Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
            }
            return true
        case .garbage:
            socket.write("SSH-2.0-not-http\r\n")
            return false
        case .raw(let bytes, 0, let thenClose): return write(Array(bytes), for: request, to: socket) && !thenClose
        case .raw(let bytes, let milliseconds, let thenClose):
            for byte in bytes {
                guard socket.write([byte]) else { return false }
                Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
            }
            return !thenClose
        }
    }

    /// Writes an answer, in two pieces where somebody watches.
    private func write(_ bytes: [UInt8], for request: LoopbackRequest, to socket: LoopbackSocket) -> Bool {
        guard let onEvent = script.onEvent else { return socket.write(bytes) }
        guard socket.write(Array(bytes[..<(bytes.count / 2)])) else { return false }
        onEvent(.answering(request))
        guard socket.write(Array(bytes[(bytes.count / 2)...])) else { return false }
        onEvent(.answered(request))
        return true
    }

    private func writeHugeBody(_ bytes: Int, chunked: Bool, to socket: LoopbackSocket) -> Bool {
        let head = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(bytes)"
        guard socket.write("HTTP/1.1 200 -\r\n\(head)\r\n\r\n") else { return false }
        var rest = bytes
        while rest > 0 {
            let count = min(rest, 16_384)
            let part = String(repeating: "x", count: count)
            let chunk = chunked ? "\(String(count, radix: 16))\r\n\(part)\r\n" : part
            guard socket.write(chunk) else { return false }
            rest -= count
        }
        return chunked ? socket.write("0\r\n\r\n") : true
    }
}
