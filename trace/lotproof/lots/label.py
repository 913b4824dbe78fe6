"""A lot's label as PDF: QR code with the Digital Link, product names, lot and GTIN, at 40×30 and 60×40 mm.

- Every font is embedded; a character that the font does not have is an error, never a blank.
- The same values give the same bytes.
- The code keeps its quiet zone, and its modules stay above 0.33 mm for links of up to 80 characters.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Any, Literal

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lotproof.kernel.identifiers import LotId
from lotproof.lots.label_font import subset
from lotproof.lots.qr import QUIET_ZONE, encode

LabelSize = Literal["40x30", "60x40"]

FONT = "LotproofLabel"
_FONTS_LOCK = Lock()  # fonts are registered by name for the whole process
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Layout:
    """Lengths in mm, text sizes in points."""

    width: float
    height: float
    margin: float
    code: float
    title: float
    small: float
    title_lines: int


LAYOUTS: dict[LabelSize, Layout] = {
    "40x30": Layout(40, 30, 1.5, 20.5, 8, 6, 4),
    "60x40": Layout(60, 40, 2, 29.5, 11, 7, 4),
}


def label_pdf(lot: LotId, host: str, names: Mapping[str, str], size: LabelSize) -> bytes:
    """The label of a lot as a PDF of one page.

    host: our own root, such as "https://lots.example"; the code leads to the lot's page there.
    names: the product's name per language; Chinese first, English under it.
    Raises: InvalidInputError("missing_glyph").
    """
    titles = titles_of(names)
    font = subset(frozenset("".join([*titles, *texts_on(lot), host])))
    with one_font(TTFont(FONT, BytesIO(font))):
        return _draw(lot, host.rstrip("/") + lot.path, titles, LAYOUTS[size])


def texts_on(lot: LotId) -> list[str]:
    """Return what stands on a lot's label beside the product's names; its characters need glyphs."""
    return [f"GTIN {lot.gtin14}", f"LOT {lot.code}", f"批次 {_ELLIPSIS} "]


@contextmanager
def one_font(font: TTFont) -> Iterator[None]:
    """Draw with this font, and let nobody else of this process draw meanwhile."""
    with _FONTS_LOCK, _registered(font):
        yield


@contextmanager
def _registered(font: TTFont) -> Iterator[None]:
    """The font is known by its name for the length of a block, and forgotten after it.

    ReportLab keeps fonts by name *and* by the name of their face, and silently takes the one that it has: without
    forgetting both, every label would be drawn with the glyphs of the first.
    """
    pdfmetrics.registerFont(font)
    try:
        yield
    finally:
        vars(pdfmetrics)["_fonts"].pop(font.fontName, None)
        vars(pdfmetrics)["_dynFaceNames"].pop(font.face.name, None)


def titles_of(names: Mapping[str, str]) -> list[str]:
    """Return the one or two names of a product that its label shows."""
    chosen = [names.get(code, "") for code in ("zh_Hans", "en")]
    if not any(chosen):
        chosen = [next((name for name in names.values() if name), "")]
    return list(dict.fromkeys(name for name in chosen if name))


def _draw(lot: LotId, link: str, titles: list[str], layout: Layout) -> bytes:
    target = BytesIO()
    page = (layout.width * mm, layout.height * mm)
    # Without our font as the first one, the page would name Helvetica, which is not embedded. (Its stubs want a float.)
    first: Any = FONT
    canvas = Canvas(target, pagesize=page, invariant=1, initialFontName=first, pageCompression=1)
    canvas.setTitle(f"{lot}")
    canvas.setCreator("Lotproof")
    draw_label(canvas, link, lot, titles, layout)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def draw_label(canvas: Canvas, link: str, lot: LotId, titles: list[str], layout: Layout) -> None:
    """Draw a label with its lower left corner at the origin. link: where its code leads."""
    _draw_code(canvas, link, layout)
    _draw_titles(canvas, titles, layout)
    _draw_keys(canvas, lot, layout)


def _draw_code(canvas: Canvas, link: str, layout: Layout) -> None:
    code = encode(link)
    module = layout.code * mm / (code.size + 2 * QUIET_ZONE)
    # The label's own white margin is part of the quiet zone, so the symbol starts at the edge of its box.
    left, top = 0.0, layout.height * mm
    path = canvas.beginPath()
    for run in code.runs:
        x, y = run.column + QUIET_ZONE, run.row + QUIET_ZONE + 1
        path.rect(left + x * module, top - y * module, run.length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_titles(canvas: Canvas, titles: list[str], layout: Layout) -> None:
    left = layout.code * mm
    room = (layout.width - layout.code - layout.margin) * mm
    y = (layout.height - layout.margin) * mm - layout.title
    lines_left = layout.title_lines
    for at, title in enumerate(titles):
        size = layout.title if at == 0 else layout.small + 1
        canvas.setFont(FONT, size)
        for line in wrap(title, FONT, size, room, min(lines_left, 3 if at == 0 else 2)):
            canvas.drawString(left, y, line)
            y -= size * 1.25
            lines_left -= 1


def _draw_keys(canvas: Canvas, lot: LotId, layout: Layout) -> None:
    left = layout.margin * mm + 0.5 * mm
    room = (layout.width - 2 * layout.margin) * mm - 1 * mm
    y = layout.margin * mm + 0.8 * mm
    for size, text in ((layout.small, f"GTIN {lot.gtin14}"), (layout.title, f"批次 LOT {lot.code}")):
        fitted = min(size, size * room / pdfmetrics.stringWidth(text, FONT, size))
        canvas.setFont(FONT, fitted)
        canvas.drawString(left, y, text)
        y += size * 1.3


def wrap(text: str, font: str, size: float, room: float, lines: int) -> list[str]:
    """Break a text into at most so many lines of `room` points; between words, within them if need be.

    What does not fit ends in an ellipsis.
    """
    done: list[str] = []
    rest = text.strip()
    while rest and len(done) < lines:
        fits = _fitting(rest, font, size, room)
        if fits < len(rest):
            space = rest.rfind(" ", 0, fits + 1)
            fits = space if space > 0 else fits
        done.append(rest[:fits].rstrip())
        rest = rest[fits:].lstrip()
    if rest and done:
        last = done[-1]
        while last and pdfmetrics.stringWidth(last + _ELLIPSIS, font, size) > room:
            last = last[:-1]
        done[-1] = last.rstrip() + _ELLIPSIS
    return done


def _fitting(text: str, font: str, size: float, room: float) -> int:
    fits = 1
    while fits < len(text) and pdfmetrics.stringWidth(text[: fits + 1], font, size) <= room:
        fits += 1
    return fits
