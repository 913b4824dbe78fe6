"""Signed notes: a text and lines of signatures under it, with Ed25519 keys of type 0x01.

Sources: C2SP signed-note v1.0.0; key text as in Go's golang.org/x/mod/sumdb/note.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.kernel.errors import InvalidInputError, LogFaultError
from lotproof.proof.ed25519 import KEY_SIZE, is_signature, public_key

ED25519 = b"\x01"
MAX_SIGNATURES = 100
MAX_NOTE = 1_000_000
_DASH = "\u2014 "


class NoteError(LogFaultError):
    """A note is malformed, or no key that we trust signed it. Codes: `note_malformed`, `note_not_signed`."""


@dataclass(frozen=True)
class NoteVerifier:
    """The public half of a named key. Raises: InvalidInputError `invalid_key`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        public_key(self.public)

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @cached_property
    def vkey(self) -> str:
        """The key as text: name+id+base64."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def __str__(self) -> str:
        return self.vkey

    @classmethod
    def parse(cls, vkey: str) -> "NoteVerifier":
        """Read name+id+base64, just as `vkey` writes it. Raises: InvalidInputError `invalid_key`."""
        parts = vkey.split("+", 2)
        data = decode_base64(parts[2]) if len(parts) == 3 else None
        if data is None or len(data) != 1 + KEY_SIZE or data[:1] != ED25519:
            raise InvalidInputError(
                "invalid_key", f"not the text of an Ed25519 note key: {vkey!r}", "it reads name+id+base64"
            )
        verifier = cls(parts[0], data[1:])
        if verifier.vkey != vkey:
            raise InvalidInputError("invalid_key", f"the id does not fit the key: {vkey!r}", "copy all of it")
        return verifier

    def accepts(self, text: str, signature: bytes) -> bool:
        """Return whether this key signed `text`."""
        return is_signature(public_key(self.public), signature, text.encode())


class NoteSigner:
    """A named key that can sign. seed: the 32 private bytes of RFC 8032."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = NoteVerifier(name, self._key.public_key().public_bytes_raw())

    @property
    def name(self) -> str:
        """The name that stands in signature lines."""
        return self.verifier.name

    @property
    def verifier_key(self) -> str:
        """The public half as text, to be published and pinned."""
        return self.verifier.vkey

    def signature_line(self, text: str) -> str:
        """Return the line that goes under `text`."""
        return _write_line(self.name, self.verifier.key_id + self._key.sign(text.encode()))


def sign(text: str, *signers: NoteSigner) -> str:
    """Return the note: `text`, an empty line, one signature line for each signer.

    text: ends in a newline, holds no other control character.  Raises: NoteError `note_malformed`.
    """
    if not signers or not text.endswith("\n") or not _is_plain(text):
        raise _malformed("a text ends in a newline, holds no control characters, and somebody signs it")
    return text + "\n" + "".join(signer.signature_line(text) for signer in signers)


def open(note: bytes, verifiers: Sequence[NoteVerifier]) -> str:  # the name that signed notes have
    """Return the text of a note that at least one of `verifiers` signed.

    Signatures of unknown keys are passed over; a wrong one of a known key condemns the note.
    Raises: NoteError `note_malformed` or `note_not_signed`.
    """
    text, signatures = split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed = False
    for name, data in signatures:
        verifier = known.get((name, data[:4]))
        if verifier is None:
            continue
        if not verifier.accepts(text, data[4:]):
            raise NoteError("note_not_signed", f"the signature of {name} does not fit the text")
        signed = True
    if not signed:
        names = ", ".join(verifier.vkey for verifier in verifiers) or "any known key"
        raise NoteError("note_not_signed", f"the note is not signed by {names}")
    return text


def split(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Return text and (key name, key id and signature) of a note, verifying nothing.

    Raises: NoteError `note_malformed`.
    """
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise _malformed("it is not UTF-8") from None
    head, gap, tail = whole.rpartition("\n\n")
    if len(note) > MAX_NOTE or not gap or not tail.endswith("\n") or not _is_plain(whole):
        raise _malformed("it is no text, empty line and signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _malformed(f"it has more than {MAX_SIGNATURES} signatures")
    return head + "\n", [_read_line(line) for line in lines]


def only_signed_by(note: bytes, verifier: NoteVerifier) -> str:
    """Return the note with the first signature of this key alone. Raises: NoteError."""
    text, signatures = split(note)
    for name, data in signatures:
        if (name, data[:4]) == (verifier.name, verifier.key_id):
            return text + "\n" + _write_line(name, data)
    raise NoteError("note_not_signed", f"the note is not signed by {verifier.vkey}")


def decode_base64(text: str) -> bytes | None:
    """Return the bytes of standard base64 (RFC 4648, section 4) in its one strict form, else None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def _write_line(name: str, data: bytes) -> str:
    return f"{_DASH}{name} {base64.b64encode(data).decode()}\n"


def _read_line(line: str) -> tuple[str, bytes]:
    parts = line.removeprefix(_DASH).split(" ")
    data = decode_base64(parts[1]) if line.startswith(_DASH) and len(parts) == 2 else None
    if data is None or len(data) < 5 or not _is_name(parts[0]):
        raise _malformed(f"not a signature line: {line!r}")
    return parts[0], data


def _is_plain(text: str) -> bool:
    return not any(c < " " and c != "\n" for c in text)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise InvalidInputError(
            "invalid_key_name",
            f"not the name of a note key: {name!r}",
            "no spaces, no plus; best a URL without its scheme",
        )


def _malformed(why: str) -> NoteError:
    return NoteError("note_malformed", f"malformed note: {why}")
