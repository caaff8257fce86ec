"""The headers of Standard Webhooks 1.0.0, as retier sends them."""

import base64
import hashlib
import hmac
import time

KEY = b"*" * 32


def headers(number, body):
    identifier = f"msg_{number:026d}"
    moment = str(int(time.time()))
    code = hmac.digest(KEY, f"{identifier}.{moment}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(code).decode(),
    }
