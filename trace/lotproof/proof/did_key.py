"""did:key for Ed25519, and base58btc, in which it is written.

Sources: W3C CCG did:key method (multicodec ed25519-pub, 0xed 0x01); draft-msporny-base58; multibase
prefix "z".
"""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.ed25519 import public_key

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Two characters at a time: every signature that is verified is decoded, and this takes half the time.
_VALUE = {
    left + right: 58 * high + low
    for high, left in enumerate(_ALPHABET)
    for low, right in enumerate(_ALPHABET)
}
_CODEC = b"\xed\x01"
_PREFIX = "did:key:"
_CHUNK = 10
_CHUNK_RANGE = 58**_CHUNK
_LONGEST = 256


def base58btc_encode(data: bytes) -> str:
    """Return base58btc text; every leading zero byte is written as one "1"."""
    number = int.from_bytes(data)
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(digits))


def base58btc_decode(text: str) -> bytes:
    """Return the bytes of up to 256 characters of base58btc. Raises: InvalidInputError `invalid_base58`."""
    if len(text) > _LONGEST:
        raise InvalidInputError("invalid_base58", f"{len(text)} characters are too many")
    padded = text.rjust(-(-len(text) // _CHUNK) * _CHUNK, "1")
    number = 0
    try:
        for start in range(0, len(padded), _CHUNK):
            part = 0
            for at in range(start, start + _CHUNK, 2):
                part = part * 3364 + _VALUE[padded[at : at + 2]]
            number = number * _CHUNK_RANGE + part
    except KeyError as error:
        raise InvalidInputError("invalid_base58", f"not base58btc characters: {error}") from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def multibase_encode(data: bytes) -> str:
    """Return "z" and base58btc text."""
    return "z" + base58btc_encode(data)


def multibase_decode(text: str) -> bytes:
    """Return the bytes of base58btc multibase text. Raises: InvalidInputError `invalid_base58`."""
    if not text.startswith("z"):
        raise InvalidInputError("invalid_base58", "not base58btc multibase: it begins with z")
    return base58btc_decode(text[1:])


def did_from_bytes(public: bytes) -> str:
    """Return the did:key of 32 public bytes. Raises: InvalidInputError `invalid_key`."""
    public_key(public)
    return _PREFIX + multibase_encode(_CODEC + public)


def did_from_public(key: Ed25519PublicKey) -> str:
    """Return the did:key of a public key. Raises: InvalidInputError `invalid_key` for one of small order."""
    return did_from_bytes(key.public_bytes_raw())


@lru_cache(maxsize=4096)
def public_from_did(did: str) -> Ed25519PublicKey:
    """Return the key that a did:key names.

    Raises: InvalidInputError `invalid_did` for anything but an Ed25519 did:key in its one form; `invalid_key`
    for small-order and non-canonical points.
    """
    try:
        data = multibase_decode(did.removeprefix(_PREFIX)) if did.startswith(_PREFIX) else b""
    except InvalidInputError:
        data = b""
    if len(data) != 34 or data[:2] != _CODEC or _PREFIX + multibase_encode(data) != did:
        raise InvalidInputError("invalid_did", f"not the did:key of an Ed25519 key: {did!r}")
    return public_key(data[2:])


def verification_method(did: str) -> str:
    """Return the URL of a did:key's one key: the did, "#", and its multibase text."""
    return f"{did}#{did.removeprefix(_PREFIX)}"


@lru_cache(maxsize=4096)
def did_of_method(method: str) -> str:
    """Return the did of a verification method. Raises: InvalidInputError `invalid_did`."""
    did = method.partition("#")[0]
    if verification_method(did) != method:
        raise InvalidInputError("invalid_did", f"not the verification method of a did:key: {method!r}")
    return did
