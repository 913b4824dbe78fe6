"""A JSON text of any length as tokens, in constant memory; whatever is not JSON is refused with its place.

What the parser (ijson over yajl) does not do is done here, before it sees the bytes:
- it lets a lone surrogate pass as "?";
- it passes over a token that breaks off at the end of the text, as in `{} tru`;
- it takes vertical tabs and form feeds for white space;
- it crashes the process on a whole number of more than 4,300 digits (seen with ijson 3.6.0);
- it knows no byte positions.
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
_UNFINISHED = re.compile(  # what may become another escape when more bytes come
    rb"\\(?:u[0-9a-fA-F]{0,3}"
    rb"|u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u(?:[dD](?:[c-fC-F][0-9a-fA-F]?)?)?)?)?)?"
)
_NO_SPACE = re.compile(rb"[\x0b\x0c]")
_DIGITS = b"0123456789"
_MOST_DIGITS = 1000  # in a row, outside a string
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
        raise pieces.refusal("invalid_utf8", "not UTF-8", pieces.start + 1) from None
    except ArithmeticError:  # an exponent that no decimal can have
        raise pieces.refusal("number_too_large", "a number beyond all bounds", pieces.start + 1) from None


class _Pieces:
    """The parser's view of a stream, which remembers where it is."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.start = 0  # of the piece, in bytes from the beginning
        self.lines = 1  # line at the piece's start
        self.piece = b""
        self._carry = b""  # an escape that may go on in the next piece
        self._in_string = False  # at the end of the piece
        self._ended = False
        self._digits = 0  # in a row, at the end of the piece

    def read(self, size: int) -> bytes:
        """Return the next piece, checked."""
        self.start += len(self.piece)
        self.lines += self.piece.count(b"\n")
        piece = self._source.read(size)
        if self.start == 0 and piece.startswith(_BOM):  # RFC 8259 section 8.1 lets a reader pass over it
            piece = piece.replace(_BOM, b"   ", 1)
        self.piece = piece
        self._in_string ^= bool(piece.count(b'"') % 2)
        if self._carry or b"\\" in piece:
            self._check_escapes()
        self._check_digits()
        if match := _NO_SPACE.search(piece):
            byte = self.start + match.start() + 1
            raise self.refusal("invalid_json", "not JSON: invalid control character", byte)
        return piece or self._end()

    def _end(self) -> bytes:
        """One line end after the text, so that the parser meets every token's end."""
        if self._in_string:
            raise self.refusal("invalid_json", "not JSON: it ends within a text", self.start)
        last, self._ended = b"" if self._ended else b"\n", True
        return last

    def refusal(self, code: str, message: str, byte: int) -> InvalidInputError:
        """The error for a fault at `byte`, counted from 1, which is in the piece or just before it."""
        line = self.lines + self.piece[: max(0, byte - 1 - self.start)].count(b"\n")
        where = f"line {line}, byte {byte}"
        hint = "The document must be JSON in UTF-8, whole."
        return InvalidInputError(code, f"{message}, {where}", hint, [Problem(where, code, message)])

    def _check_digits(self) -> None:
        digits = len(self.piece) - len(self.piece.rstrip(_DIGITS))
        self._digits = self._digits + digits if digits == len(self.piece) else digits
        if self._digits > _MOST_DIGITS and not self._in_string:
            raise self.refusal(
                "number_too_large", f"a number of more than {_MOST_DIGITS} digits", self.start + 1
            )

    def _check_escapes(self) -> None:
        """Refuse escapes that stand for no character. One that may go on in the next piece waits for it."""
        text, begin = self._carry + self.piece, self.start - len(self._carry)
        self._carry = b""
        for match in _ESCAPE.finditer(text):
            if self.piece and _UNFINISHED.fullmatch(text, match.start()):
                self._carry = text[match.start() :]
                return
            self._in_string ^= match.group() == b'\\"'
            if match.group(1) == rb"\u0000":
                raise self.refusal("nul_character", "a NUL character", begin + match.start() + 1)
            if match.group(1):
                raise self.refusal("lone_surrogate", "half a surrogate pair", begin + match.start() + 1)


def _not_json(pieces: _Pieces, error: Exception) -> InvalidInputError:
    said, _, rest = str(error).partition("\n")
    if said.startswith("b'"):  # yajl's message could not be decoded, because the text around the fault cannot
        return pieces.refusal("invalid_utf8", "not UTF-8", _first_undecodable(pieces))
    what = said.partition(": ")[2] or said
    return pieces.refusal("invalid_json", f"not JSON: {what}", pieces.start + _consumed(pieces.piece, rest))


def _consumed(piece: bytes, shown: str) -> int:
    """How many bytes of the piece the parser had read, found by the text that it shows around the fault."""
    around = shown.partition("\n")[0].encode()[_CONTEXT]
    before = around[: _FAULT_COLUMN - _CONTEXT.start].lstrip(b" ")
    text = before + around[_FAULT_COLUMN - _CONTEXT.start :]
    found = piece.translate(bytes.maketrans(b"\r\n", b"  ")).find(text)
    return len(piece) if not text.strip() else max(found, 0) + (len(before) if found >= 0 else 0)


def _first_undecodable(pieces: _Pieces) -> int:
    try:
        pieces.piece.decode()
    except UnicodeDecodeError as error:
        return pieces.start + error.start + 1
    return pieces.start + 1
