"""A JSON text of any length as tokens, in constant memory; whatever is not JSON is refused with its place.

The parser (ijson over yajl) lets a lone surrogate pass as "?" and knows no byte positions; both are done here.
Numbers arrive as int or Decimal, exactly as written; `json_builder` judges them.
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson

from lotproof.kernel.errors import InvalidInputError, Problem

Token = tuple[str, Any]  # kind (start_map, map_key, string, number, …) and value

_PIECE = 512  # bytes handed to the parser at once; a fault is looked for in the last piece only
_BOM = b"\xef\xbb\xbf"
_LOW = rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}" + _LOW + rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\u0000)|\\.?", re.S
)
_LONGEST_ESCAPE = 12
_CONTEXT = slice(10, 70)  # where yajl's message shows the text around a fault; the fault itself is at 40
_FAULT_COLUMN = 40


def tokens(source: BinaryIO) -> Iterator[Token]:
    """Yield the tokens of the JSON text from where `source` stands.

    Raises: InvalidInputError("invalid_json" | "invalid_utf8" | "lone_surrogate" | "nul_character" |
    "number_too_large"), whose problem says line and byte.
    """
    pieces = _Pieces(source)
    try:
        yield from ijson.basic_parse(pieces, buf_size=_PIECE)
    except ijson.JSONError as error:
        raise _not_json(pieces, error) from None
    except UnicodeDecodeError:
        raise pieces.refusal("invalid_utf8", "not UTF-8", pieces.start) from None
    except (ArithmeticError, ValueError, SystemError):  # what the parser makes of a number of absurd length
        raise pieces.refusal("number_too_large", "a number beyond all bounds", pieces.start) from None


class _Pieces:
    """The parser's view of a stream, which remembers where it is."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.start = 0  # of the piece, in bytes from the beginning
        self.lines = 1  # line at the piece's start
        self.piece = b""
        self._carry = b""

    def read(self, size: int) -> bytes:
        """Return the next piece, checked."""
        self.start += len(self.piece)
        self.lines += self.piece.count(b"\n")
        piece = self._source.read(size)
        if self.start == 0 and piece.startswith(_BOM):  # RFC 8259 section 8.1 lets a reader pass over it
            piece = piece.replace(_BOM, b"   ", 1)
        self.piece = piece
        if self._carry or b"\\" in piece:
            self._check_escapes(last=not piece)
        return piece

    def refusal(self, code: str, message: str, offset: int) -> InvalidInputError:
        """The error for a fault at `offset`, which is in the piece."""
        line = self.lines + self.piece[: offset - self.start].count(b"\n")
        where = f"line {line}, byte {offset}"
        hint = "The document must be JSON in UTF-8, whole."
        return InvalidInputError(code, f"{message}, {where}", hint, [Problem(where, code, message)])

    def _check_escapes(self, last: bool) -> None:
        """Refuse escapes that stand for no character. One that may go on in the next piece waits for it."""
        text, begin = self._carry + self.piece, self.start - len(self._carry)
        self._carry = b""
        for match in _ESCAPE.finditer(text):
            if not last and match.start() > len(text) - _LONGEST_ESCAPE:
                self._carry = text[match.start() :]
                return
            if match.group(1):
                nul = match.group(1) == rb"\u0000"
                code, said = (
                    ("nul_character", "a NUL character")
                    if nul
                    else ("lone_surrogate", "half a surrogate pair")
                )
                raise self.refusal(code, said, max(self.start, begin + match.start()))


def _not_json(pieces: _Pieces, error: Exception) -> InvalidInputError:
    said, _, rest = str(error).partition("\n")
    if said.startswith("b'"):  # yajl's message could not be decoded, because the text around the fault cannot
        return pieces.refusal("invalid_utf8", "not UTF-8", _first_undecodable(pieces))
    around = rest.partition("\n")[0].encode()[_CONTEXT]
    before = around[: _FAULT_COLUMN - _CONTEXT.start].lstrip(b" ")
    shown = before + around[_FAULT_COLUMN - _CONTEXT.start :]
    found = (
        pieces.piece.translate(bytes.maketrans(b"\r\n", b"  ")).find(shown) if shown else len(pieces.piece)
    )
    offset = pieces.start + max(found, 0) + (len(before) if found >= 0 else 0)
    what = said.partition(": ")[2] or said
    return pieces.refusal("invalid_json", f"not JSON: {what}", offset)


def _first_undecodable(pieces: _Pieces) -> int:
    try:
        pieces.piece.decode()
    except UnicodeDecodeError as error:
        return pieces.start + error.start
    return pieces.start
