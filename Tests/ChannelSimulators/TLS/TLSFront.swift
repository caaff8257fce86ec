import Foundation

/// TLS before a simulator: takes https on 127.0.0.1 and passes the bytes on, with a good or bad certificate and
/// handshakes that go wrong.
///
/// It is a small python3 program with certificates that openssl makes; it ends when this object stops or this process
/// dies.
package final class TLSFront {
    /// Which certificate is shown; all but one come from the authority in `caFile`.
    package enum Certificate: String, CaseIterable, Sendable {
        /// For 127.0.0.1, localhost, crm.localhost and crm.example.
        case good
        /// For another name.
        case wrongHost
        case expired
        case notYetValid
        /// From itself and not from the authority.
        case selfSigned
    }

    /// What happens on each connection.
    package enum Fault: Hashable, Sendable {
        case none
        /// RST after the first bytes of the handshake.
        case cutHandshake
        /// No answer to the handshake.
        case silentHandshake
        /// Plain HTTP instead of a handshake.
        case plainText
        /// RST as soon as the handshake is over, before anything is passed on.
        case cutAfterHandshake
        /// RST after so many bytes of the answer: 0 cuts it off whole.
        case cutAnswer(afterBytes: Int)

        fileprivate var words: [String] {
            switch self {
            case .none: ["none", "0"]
            case .cutHandshake: ["cut-handshake", "0"]
            case .silentHandshake: ["silent", "0"]
            case .plainText: ["plain", "0"]
            case .cutAfterHandshake: ["cut-after", "0"]
            case .cutAnswer(let bytes): ["cut-answer", "\(bytes)"]
            }
        }
    }

    package struct CannotStart: Error {
        package var reason: String
    }

    /// Whether python3 and openssl are here.
    package static let isPossible = run("openssl", ["version"]) == 0 && run("python3", ["-c", "import ssl"]) == 0

    /// The authority that signed every certificate but the self-signed one.
    package let caFile: String
    private let folder: URL
    private let server: PythonServer

    /// - Parameter target: the simulator's port.
    package init(before target: UInt16, certificate: Certificate = .good, fault: Fault = .none) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tls-front-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        caFile = folder.appending(path: "ca.pem").path
        guard Self.run("bash", ["-c", Self.certificates, certificate.rawValue], in: folder) == 0 else {
            throw CannotStart(reason: "openssl did not make the certificate '\(certificate.rawValue)'")
        }
        server = try PythonServer(Self.program, ["\(target)"] + fault.words, in: folder)
    }

    package var port: UInt16 { server.port }

    package var origin: String { "https://127.0.0.1:\(port)" }

    /// The same address by https: the simulator's origin is replaced by the front's.
    package func url(_ url: String) -> String {
        url.replacing(/^http:\/\/127\.0\.0\.1:\d+/, with: origin)
    }

    package func stop() {
        server.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func run(_ program: String, _ arguments: [String], in folder: URL? = nil) -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension TLSFront {
    /// Makes `ca.pem`, `leaf.key` and `leaf.pem` in the working folder; `$0` is the kind of certificate.
    fileprivate static let certificates = #"""
        set -euo pipefail
        kind=$0 key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        names=IP:127.0.0.1,DNS:localhost,DNS:crm.localhost,DNS:crm.example
        from=20200101000000Z to=20491231000000Z
        case $kind in
            wrongHost) names=DNS:elsewhere.example ;;
            expired) to=20200102000000Z ;;
            notYetValid) from=20491230000000Z ;;
        esac
        openssl req -x509 $key -days 1 -subj "/CN=authority of a test" -keyout ca.key -out ca.pem
        if [ $kind = selfSigned ]; then
            openssl req -x509 $key -days 1 -subj "/CN=leaf" -addext "subjectAltName=$names" \
                -keyout leaf.key -out leaf.pem
            exit
        fi
        openssl req $key -subj "/CN=leaf" -addext "subjectAltName=$names" -keyout leaf.key -out leaf.csr
        printf '%s\n' '[ca]' 'default_ca=own' '[own]' 'database=index' 'new_certs_dir=.' 'rand_serial=yes' \
            'default_md=sha256' 'policy=any' 'copy_extensions=copy' '[any]' 'commonName=supplied' > ca.cnf
        : > index
        openssl ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -in leaf.csr -out leaf.pem \
            -startdate $from -enddate $to
        """#

    /// Listens, writes its port, and passes bytes on until its standard input ends.
    fileprivate static let program = #"""
        import os, socket, ssl, struct, sys, threading
        target, fault, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("leaf.pem", "leaf.key")
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)

        def reset(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.socket.close(connection)

        def answer(back, front):
            # Reading and writing one TLS connection from two threads is safe in CPython.
            sent = 0
            while data := back.recv(65536):
                if fault == "cut-answer" and sent + len(data) >= count:
                    front.sendall(data[:count - sent])
                    return reset(front)
                front.sendall(data)
                sent += len(data)
            front.shutdown(socket.SHUT_RDWR)

        def quietly(work, *arguments):
            try: work(*arguments)
            except OSError: pass

        def serve(plain):
            if fault == "cut-handshake":
                plain.recv(5)
                return reset(plain)
            if fault == "silent":
                while plain.recv(65536): pass
                return plain.close()
            if fault == "plain":
                plain.recv(5)
                plain.sendall(b"HTTP/1.1 400 -\r\nContent-Length: 0\r\n\r\n")
                return plain.close()
            front = context.wrap_socket(plain, server_side=True)
            if fault == "cut-after":
                return reset(front)
            with front, socket.create_connection(("127.0.0.1", target)) as back:
                threading.Thread(target=quietly, args=(answer, back, front), daemon=True).start()
                while data := front.recv(65536): back.sendall(data)

        def accept():
            while True:
                threading.Thread(target=quietly, args=(serve, listener.accept()[0]), daemon=True).start()

        print(listener.getsockname()[1], flush=True)
        threading.Thread(target=accept, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """#
}
