"""The font of printed labels: a TrueType subset of Noto Sans SC with just the characters of one label.

PDF text must carry its glyphs: readers without a Chinese font show blanks otherwise. The package's font has
PostScript outlines, which the PDF writer cannot embed, so the glyphs needed are redrawn as quadratic curves.
"""

from functools import lru_cache
from io import BytesIO
from typing import Any

import pylopdf_fonts_zh_cn
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from lotproof.kernel.errors import InvalidInputError

_FAMILY = "Noto Sans SC"
_MAX_ERROR = 0.5  # of 1000 units per em: far below what a label printer shows


@lru_cache(maxsize=64)
def subset(characters: frozenset[str]) -> bytes:
    """A TrueType font with exactly these characters, the same bytes for the same characters.

    Raises: InvalidInputError("missing_glyph") if the font cannot show one of them.
    """
    source, names = _source()
    missing = sorted(character for character in characters if ord(character) not in names)
    if missing:
        shown = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing)
        raise InvalidInputError(
            "missing_glyph",
            f"the label font has no glyph for {shown}",
            "Write the name with other characters.",
        )
    return _build(source, {ord(character): names[ord(character)] for character in sorted(characters)})


@lru_cache(maxsize=1)
def _source() -> tuple[TTFont, dict[int, str]]:
    font = TTFont(pylopdf_fonts_zh_cn.sans_path(), lazy=True)
    return font, font.getBestCmap()


def _build(source: TTFont, cmap: dict[int, str]) -> bytes:
    order = [".notdef", *dict.fromkeys(cmap.values())]
    outlines = source.getGlyphSet()
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    line = source["hhea"]
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (outlines[name].width, _left(glyphs[name])) for name in order})
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    builder.setupNameTable({"familyName": _FAMILY, "styleName": "Regular", "psName": "NotoSansSC-Regular"})
    builder.setupOS2(sTypoAscender=line.ascent, sTypoDescender=line.descent, fsType=0)
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    target = BytesIO()
    builder.save(target)
    return target.getvalue()


def _left(glyph: Any) -> int:
    return getattr(glyph, "xMin", 0)
