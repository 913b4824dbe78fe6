"""QR codes as what labels, pages and terminals need of them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4
"""Modules of white that a reader needs on every side (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Run:
    """A horizontal run of dark modules, counted from the upper left corner of the symbol."""

    row: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class QrCode:
    """A symbol of `size` × `size` modules, without its quiet zone, medium error correction."""

    size: int
    runs: tuple[Run, ...]


def encode(text: str) -> QrCode:
    """Encode a text, usually a Digital Link, in the smallest symbol that holds it."""
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(text)
    symbol.make(fit=True)
    rows = symbol.get_matrix()
    return QrCode(len(rows), tuple(run for at, row in enumerate(rows) for run in _runs(at, row)))


def svg(text: str, title: str) -> str:
    """A complete SVG picture of the code with its quiet zone, black on white."""
    code = encode(text)
    path = "".join(f"M{run.column} {run.row}h{run.length}v1h-{run.length}z" for run in code.runs)
    box = code.size + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET_ZONE} {-QUIET_ZONE} {box} {box}" '
        f'shape-rendering="crispEdges" role="img"><title>{_escape(title)}</title>'
        f'<rect x="-{QUIET_ZONE}" y="-{QUIET_ZONE}" width="{box}" height="{box}" fill="#fff"/>'
        f'<path d="{path}"/></svg>'
    )


def terminal_text(text: str) -> str:
    """The code for a terminal with dark background: two modules a character, light ones drawn."""
    code = encode(text)
    width = code.size + 2 * QUIET_ZONE
    dark = {
        (run.row + QUIET_ZONE, run.column + QUIET_ZONE + step)
        for run in code.runs
        for step in range(run.length)
    }
    glyphs = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    return "\n".join(
        "".join(glyphs[(row, column) in dark, (row + 1, column) in dark] for column in range(width))
        for row in range(0, width, 2)
    )


def _runs(at: int, row: list[bool]) -> Iterator[Run]:
    start = None
    for column, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            yield Run(at, start, column - start)
            start = None


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
