"""Checkpoints: origin, size and root of the log as the text of a signed note.

Source: C2SP tlog-checkpoint. This log writes no extension lines, and reads none: what a log's own key signed
beyond the tree could not be audited.
"""

import base64
from dataclasses import dataclass

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.merkle import HASH_SIZE
from lotproof.proof.note import NoteError, NoteVerifier, decode_base64, split
from lotproof.proof.note import open as open_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log signs: its origin, its number of entries and the root of its tree."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if (
            not self.origin
            or any(c < " " for c in self.origin)
            or self.size < 0
            or len(self.root) != HASH_SIZE
        ):
            raise InvalidInputError(
                "invalid_checkpoint", "a checkpoint has an origin, a size and a root of 32 bytes"
            )

    def text(self) -> str:
        """Return the note text: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text written exactly as `text` writes it. Raises: NoteError `note_malformed`."""
        lines = text.split("\n")
        root = decode_base64(lines[2]) if len(lines) == 4 and not lines[3] else None
        if root is not None and len(root) == HASH_SIZE and lines[0] and _is_decimal(lines[1]):
            checkpoint = cls(lines[0], int(lines[1]), root)
            if checkpoint.text() == text:
                return checkpoint
        raise NoteError("note_malformed", "not a checkpoint: it has three lines, origin, size and root")


def parse_note_text(note: str | bytes) -> Checkpoint:
    """Read the checkpoint of a whole note, signatures included, and verify none of them.

    Raises: NoteError `note_malformed`.
    """
    return Checkpoint.parse(split(note.encode() if isinstance(note, str) else note)[0])


def open_checkpoint(note: bytes, verifier: NoteVerifier) -> Checkpoint:
    """Read a checkpoint that the log's key signed; the key bears the log's origin as its name.

    Raises: NoteError `note_malformed`, `note_not_signed` or `wrong_origin`.
    """
    checkpoint = Checkpoint.parse(open_note(note, [verifier]))
    if checkpoint.origin != verifier.name:
        raise NoteError("wrong_origin", f"a checkpoint of {checkpoint.origin!r}, signed by {verifier.name!r}")
    return checkpoint


def _is_decimal(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19
