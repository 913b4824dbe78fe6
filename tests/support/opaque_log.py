"""A log whose entries mean nothing to us, published as tiles by the rules of C2SP and not by our publisher."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from lotproof.proof.checkpoint import Checkpoint
from lotproof.proof.note import NoteSigner

ORIGIN = "other.example/log"


def leaves(size: int, name: str = "entry") -> list[bytes]:
    """Return so many leaves of any length, the empty one among them."""
    return [f"{name} {n}".encode() * (n % 3) for n in range(size)]


def opaque_log(
    entries: Sequence[bytes], *, origin: str = ORIGIN, key: str = "key", lines: Sequence[str] = ()
) -> tuple[dict[str, bytes], str]:
    """Return the files of a log by path, and its key to pin. lines: extension lines of the checkpoint."""
    signer = NoteSigner(origin, sha256(key.encode()).digest())
    level = [sha256(b"\x00" + leaf).digest() for leaf in entries]
    files: dict[str, bytes] = {}
    for start in range(0, len(entries), 256):
        some = entries[start : start + 256]
        bundle = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in some)
        files[f"tile/entries/{_name(start // 256, len(some))}"] = bundle
    root, height = _root(level), 0
    while level:
        for start in range(0, len(level), 256):
            some = level[start : start + 256]
            files[f"tile/{height}/{_name(start // 256, len(some))}"] = b"".join(some)
        level = [_root(level[i : i + 256]) for i in range(0, len(level) - 255, 256)]
        height += 1
    text = Checkpoint(origin, len(entries), root).text() + "".join(f"{line}\n" for line in lines)
    files["checkpoint"] = f"{text}\n{signer.signature_line(text)}".encode()
    return files, signer.verifier_key


def _name(index: int, width: int) -> str:
    assert index < 1000
    return f"{index:03}" if width == 256 else f"{index:03}.p/{width}"


def _root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + _root(hashes[:half]) + _root(hashes[half:])).digest()
