"""Ed25519 public keys that may stand for somebody: small-order and non-canonical encodings are refused.

A signature under a small-order key verifies for many messages; a key with two encodings has two names.
Sources: RFC 8032, section 5.1.3 (decoding); section 5.1 for the curve.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lotproof.kernel.errors import InvalidInputError

KEY_SIZE = 32
SIGNATURE_SIZE = 64
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
# The y of the points whose order divides 8: 1 (order 1), p-1 (2), 0 (4) and the two of order 8.
_Y_OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


@lru_cache(maxsize=4096)
def public_key(encoded: bytes) -> Ed25519PublicKey:
    """Return the key with this encoding.

    Raises: InvalidInputError `invalid_key` if it is no point of the curve, not canonical or of small order.
    """
    if len(encoded) != KEY_SIZE:
        raise _invalid(f"it has {len(encoded)} bytes instead of {KEY_SIZE}")
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise _invalid("its encoding is not canonical")
    if y in _SMALL_ORDER_Y:
        raise _invalid("its point has a small order")
    if not _is_on_curve(y):
        raise _invalid("it is no point of the curve")
    return Ed25519PublicKey.from_public_bytes(encoded)


def is_signature(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Return whether `signature` is one of `message` under `key`."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _is_on_curve(y: int) -> bool:
    """x² = (y²-1)/(dy²+1) has a root iff the product of the two is a square."""
    square = y * y % _P
    return pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) == 1


def _invalid(why: str) -> InvalidInputError:
    return InvalidInputError("invalid_key", f"no Ed25519 key that can be used: {why}")
