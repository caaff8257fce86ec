"""A webhook receiver that is strict about what it reads and faulty in what it answers; for scripts/soak.

usage: receiver.py --log FILE --secret-file FILE --seed N

Prints its port. Each event is one line of JSON in the log, written before the next thing happens:
  read      a whole request was read; nothing was done about it
  acted     the receiver did what the request asks: what a person would see
  answered  a whole answer has left, with its status
  violation a request that no correct sender makes
"""

import argparse
import base64
import hashlib
import hmac
import json
import random
import re
import socket
import struct
import sys
import threading
import time

try:
    from standardwebhooks import Webhook, WebhookVerificationError
except ImportError:
    Webhook = None

HEAD_LIMIT = 16_384
BODY_LIMIT = 1 << 20
NAME = re.compile(rb"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
DRIP_SECONDS = 0.2


class Violation(Exception):
    """What a request does that it must not."""


class Log:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1, encoding="utf-8")
        self.lock = threading.Lock()

    def write(self, kind, **facts):
        with self.lock:
            self.file.write(json.dumps({"at": time.time(), "kind": kind, **facts}) + "\n")


def verified(secret, headers, body):
    """The signature's check: by the package of Standard Webhooks, or by what the specification says."""
    if Webhook is not None:
        try:
            Webhook(secret).verify(body, headers)
        except WebhookVerificationError as error:
            raise Violation(f"signature: {error}") from error
        return
    if abs(time.time() - int(headers.get("webhook-timestamp", "0"))) > 300:
        raise Violation("signature: old timestamp")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    code = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(code, one) for one in given):
        raise Violation("signature: no match")


class Connection:
    def __init__(self, connection, receiver):
        self.socket = connection
        self.receiver = receiver
        self.accepted = time.time()
        self.bytes = b""

    def fill(self):
        piece = self.socket.recv(65_536)
        if not piece:
            raise EOFError
        self.bytes += piece

    def head(self):
        while b"\r\n\r\n" not in self.bytes:
            if len(self.bytes) > HEAD_LIMIT:
                raise Violation("the head is too long")
            self.fill()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        lines = head.split(b"\r\n")
        start = lines[0].split(b" ")
        if len(start) != 3 or start[0] != b"POST" or start[2] != b"HTTP/1.1":
            raise Violation(f"not a POST of HTTP/1.1: {lines[0][:60]!r}")
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not NAME.match(name):
                raise Violation("a header that is none")
            key = name.decode().lower()
            if key in headers:
                raise Violation(f"the header {key} comes twice")
            headers[key] = value.strip(b" \t").decode("ascii")
        return start[1].decode("ascii"), headers

    def request(self):
        path, headers = self.head()
        for name in ("host", "webhook-id", "webhook-timestamp", "webhook-signature", "content-length", "user-agent"):
            if not headers.get(name):
                raise Violation(f"the header {name} is missing")
        for name in ("transfer-encoding", "expect", "content-encoding"):
            if name in headers:
                raise Violation(f"the header {name} is there")
        if headers.get("content-type") != "application/json":
            raise Violation("the content type is not JSON")
        if not headers["content-length"].isdigit() or int(headers["content-length"]) > BODY_LIMIT:
            raise Violation("the length is none, or too much")
        if "." in headers["webhook-id"]:
            raise Violation("a dot in the id")
        length = int(headers["content-length"])
        while len(self.bytes) < length:
            self.fill()
        body, self.bytes = self.bytes[:length], self.bytes[length:]
        if self.bytes:
            raise Violation("bytes after the body: a second request before the answer")
        return path, headers, body

    def serve(self):
        log = self.receiver.log
        try:
            while True:
                path, headers, body = self.request()
                verified(self.receiver.secret, headers, body)
                self.handle(path, headers, body)
        except (EOFError, ConnectionError, OSError):
            pass
        except (Violation, ValueError, KeyError, TypeError) as error:
            log.write("violation", what=f"{type(error).__name__}: {error}")
        finally:
            self.socket.close()

    def handle(self, path, headers, body):
        match = re.fullmatch(r"/hooks/([a-z]+)", path)
        if not match:
            raise Violation(f"the path {path}")
        data = json.loads(body)
        if data.get("type") != "retier.actions":
            raise Violation("the type of the event")
        actions = [action["action_id"] for action in data["data"]["actions"]]
        if not actions or len(set(actions)) != len(actions):
            raise Violation("no action, or one twice")
        endpoint, message = match.group(1), headers["webhook-id"]
        with self.receiver.lock:
            number = self.receiver.numbers[message] = self.receiver.numbers.get(message, 0) + 1
        mood = random.Random(f"{self.receiver.seed} {message} {number}")
        facts = {"endpoint": endpoint, "id": message, "number": number}
        self.receiver.log.write("read", **facts, accepted=self.accepted, sha256=hashlib.sha256(body).hexdigest(), actions=actions)
        time.sleep(mood.uniform(0.005, 0.09))
        self.react(mood, facts)

    def react(self, mood, facts):
        """What is done with one request; two of three are taken at once."""
        log = self.receiver.log
        kind = mood.choices(
            ["take", "busy", "early", "throttled", "reset", "act-reset", "act-close", "act-hang", "gateway", "cut",
             "drip", "garbage", "refuse"],
            [66, 5, 2, 1, 4, 5, 3, 1, 2, 4, 3, 1, 1])[0]
        acts = kind in ("take", "act-reset", "act-close", "act-hang", "gateway", "cut", "drip", "garbage")
        if acts:
            log.write("acted", **facts, fault=kind)
        status = {"busy": 503, "early": 425, "throttled": 429, "gateway": 502, "refuse": 422}.get(kind, 200)
        body = b'{"ok":true}' if status == 200 else b"no"
        extra = b"Retry-After: 1\r\n" if kind == "throttled" else b""
        answer = b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), extra, body)
        if kind in ("reset", "act-reset"):
            return self.reset()
        if kind == "act-close":
            raise EOFError
        if kind == "garbage":
            self.socket.sendall(b"SSH-2.0-nonsense\r\n")
            raise EOFError
        if kind == "act-hang":
            while self.socket.recv(65_536):
                pass
            raise EOFError
        if kind == "cut":
            # Half of the head only: nobody can know the status.
            self.socket.sendall(answer[:10])
            return self.reset()
        if kind == "drip":
            for byte in answer[:8]:
                self.socket.sendall(bytes([byte]))
                time.sleep(DRIP_SECONDS / 8)
            answer = answer[8:]
        self.socket.sendall(answer)
        log.write("answered", **facts, status=status)
        return None

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise EOFError


class Receiver:
    def __init__(self, log, secret, seed):
        self.log = log
        self.secret = secret
        self.seed = seed
        self.lock = threading.Lock()
        self.numbers = {}

    def run(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        print(listener.getsockname()[1], "standardwebhooks" if Webhook else "own", flush=True)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Connection(connection, self).serve, daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", required=True)
    parser.add_argument("--secret-file", required=True)
    parser.add_argument("--seed", required=True)
    options = parser.parse_args()
    with open(options.secret_file, encoding="ascii") as file:
        secret = file.read().strip()
    Receiver(Log(options.log), secret, options.seed).run()


if __name__ == "__main__":
    sys.exit(main())
