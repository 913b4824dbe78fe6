"""Labels of many lots in one PDF: one label a page, or as many as fit on sheets of A4 with marks to cut along."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Literal

from reportlab.lib.units import mm
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.lots import label
from lotproof.lots.label_font import subset

Sheet = Literal["single", "a4"]
MOST_LABELS = 500
_WIDTH, _HEIGHT, _EDGE = 210, 297, 8
_HAIR = 0.25


def labels_pdf(
    lots: Sequence[tuple[LotId, Mapping[str, str]]], host: str, size: label.LabelSize, sheet: Sheet
) -> bytes:
    """Return the labels in order. lots: each with its product's names by language.

    host, size: as `label.label_pdf`.  sheet: "single" for a label printer, "a4" for sheets.
    Raises: InvalidInputError `no_lots`, `too_many_lots`, `missing_glyph`.
    """
    if not 1 <= len(lots) <= MOST_LABELS:
        code = "too_many_lots" if lots else "no_lots"
        raise InvalidInputError(code, f"{len(lots)} labels, 1 to {MOST_LABELS} can be printed at once", "")
    layout = label.LAYOUTS[size]
    titles = [label.titles_of(names) for _, names in lots]
    texts = [
        text for (lot, _), some in zip(lots, titles, strict=True) for text in (*some, *label.texts_on(lot))
    ]
    target = BytesIO()
    font = TTFont(label.FONT, BytesIO(subset(frozenset("".join(texts)))))
    with label.one_font(font):
        page = (layout.width * mm, layout.height * mm) if sheet == "single" else (_WIDTH * mm, _HEIGHT * mm)
        # See `label`: without our font as the first one, the page would name one that is not embedded.
        first: Any = label.FONT
        canvas = Canvas(target, pagesize=page, invariant=1, initialFontName=first, pageCompression=1)
        canvas.setTitle("Lotproof")
        canvas.setCreator("Lotproof")
        spots = _singles() if sheet == "single" else _spots(layout.width, layout.height)
        for (lot, _), some in zip(lots, titles, strict=True):
            x, y, is_new_page = next(spots)
            if is_new_page:
                canvas.showPage()
            canvas.saveState()
            canvas.translate(x * mm, y * mm)
            if sheet == "a4":
                canvas.setLineWidth(_HAIR)
                canvas.setStrokeGray(0.8)
                canvas.rect(0, 0, layout.width * mm, layout.height * mm, stroke=1, fill=0)
            label.draw_label(canvas, host.rstrip("/") + lot.path, lot, some, layout)
            canvas.restoreState()
        canvas.showPage()
        canvas.save()
    return target.getvalue()


def _singles() -> Iterator[tuple[float, float, bool]]:
    yield 0, 0, False
    while True:
        yield 0, 0, True


def _spots(width: float, height: float) -> Iterator[tuple[float, float, bool]]:
    """Lower left corners in mm, row by row from the top, sheet after sheet."""
    columns, rows = int((_WIDTH - 2 * _EDGE) // width), int((_HEIGHT - 2 * _EDGE) // height)
    left, top = (_WIDTH - columns * width) / 2, _HEIGHT - _EDGE
    is_first = True
    while True:
        for row in range(rows):
            for column in range(columns):
                yield left + column * width, top - (row + 1) * height, not is_first and row == column == 0
        is_first = False
