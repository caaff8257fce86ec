import ChannelSimulators
import Foundation

/// A proxy that opens tunnels (CONNECT) to 127.0.0.1, whatever host is asked for.
///
/// A small python3 program in a process of its own.
final class TunnelProxy {
    private let server: PythonServer

    init() throws { server = try PythonServer(Self.program) }

    var url: String { "http://127.0.0.1:\(server.port)" }

    func stop() { server.stop() }

    private static let program = """
        import socket, threading
        def pump(a, b):
            try:
                while (d := a.recv(65536)): b.sendall(d)
            except OSError: pass
            for s in (a, b):
                try: s.shutdown(socket.SHUT_RDWR)
                except OSError: pass
        def serve(c):
            head = b""
            while b"\\r\\n\\r\\n" not in head:
                d = c.recv(65536)
                if not d: return
                head += d
            verb, target, _ = head.split(b"\\r\\n")[0].decode().split(" ")
            if verb != "CONNECT":
                c.sendall(b"HTTP/1.1 405 -\\r\\nContent-Length: 0\\r\\n\\r\\n"); c.close(); return
            u = socket.create_connection(("127.0.0.1", int(target.rsplit(":", 1)[1])))
            c.sendall(b"HTTP/1.1 200 -\\r\\nRetry-After: 9\\r\\n\\r\\n")
            threading.Thread(target=pump, args=(c, u), daemon=True).start(); pump(u, c)
        l = socket.create_server(("127.0.0.1", 0)); print(l.getsockname()[1], flush=True)
        while True:
            c, _ = l.accept(); threading.Thread(target=serve, args=(c,), daemon=True).start()
        """
}
