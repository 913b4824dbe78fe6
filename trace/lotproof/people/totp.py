"""Codes of an authenticator app: six digits for each half minute (RFC 6238), each good once. Pure."""

import hmac
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime

import pyotp

STEP_S = 30
AROUND = 1
"""Steps before and after now that count, for clocks that go wrong."""
SECRET_LENGTH = 20
"""Bytes: RFC 4226, section 4, R6 recommends 160 bits."""


def new_secret(entropy: Callable[[int], bytes]) -> bytes:
    """Return a secret for one account."""
    return entropy(SECRET_LENGTH)


def matching_step(secret: bytes, code: str, now: datetime, used: int | None) -> int | None:
    """Return the step whose code this is, None for a wrong code and for one of a step that was used, or before it."""
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    steps, present = pyotp.TOTP(_text(secret)), int(now.timestamp()) // STEP_S
    found = None
    for step in range(present - AROUND, present + AROUND + 1):
        same = hmac.compare_digest(steps.generate_otp(step), typed)
        if same and (used is None or step > used):
            found = step
    return found


def address(secret: bytes, name: str, issuer: str) -> str:
    """Return what the QR code holds: otpauth://totp/…"""
    return pyotp.TOTP(_text(secret)).provisioning_uri(name=name, issuer_name=issuer)


def typed_secret(secret: bytes) -> str:
    """Return the secret for somebody who types it into her app: base32 in groups of four."""
    text = _text(secret)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _text(secret: bytes) -> str:
    return b32encode(secret).decode().rstrip("=")
