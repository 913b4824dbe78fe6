"""A key of 32 bytes as people and secret stores write it down. Pure."""

import base64
import binascii
import re

KEY_LENGTH = 32


def key_bytes(text: str) -> bytes:
    """Return the bytes of hexadecimal or base64 text (either alphabet); nothing where it is neither of 32 bytes."""
    if re.fullmatch(r"[0-9A-Fa-f]{64}", text):
        return bytes.fromhex(text)
    try:
        found = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if len(found) == KEY_LENGTH else b""
