"""Sends signed webhooks with requests, a session and a thread a connection.

usage: requests_sender.py URL COUNT CONNECTIONS BODYFILE
"""

import sys
import threading
from pathlib import Path

import requests
from signing import headers

url, count, connections = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
body = Path(sys.argv[4]).read_bytes()
failures = []


def send(first):
    with requests.Session() as session:
        session.trust_env = False
        for number in range(first, count, connections):
            response = session.post(url, data=body, headers=headers(number, body), timeout=20)
            if response.status_code != 200:
                return failures.append(response.status_code)


threads = [threading.Thread(target=send, args=(first,)) for first in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if failures:
    sys.exit(f"requests: statuses {failures}")
