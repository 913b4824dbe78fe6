"""Papers of the demonstration: drawn from facts, each marked 示例 (sample) all over, so that none passes for real."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

SIZE = (1480, 1046)
"""Pixels, in the proportions of A4 across."""
_PAPER, _INK, _RED, _FRAME = (252, 249, 240), (32, 32, 36), (196, 30, 36), (178, 134, 62)
_MARK = "示例 SAMPLE"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says. rows: name and value; issuer: whose seal it bears; number: printed below the title."""

    title: str
    number: str
    rows: Sequence[tuple[str, str]]
    issuer: str
    issued: str


def draw_paper(paper: Paper) -> Image.Image:
    """Return the flat picture of a paper, RGB of SIZE."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    _frame(pen)
    width, height = SIZE
    pen.text((width / 2, 150), paper.title, _INK, _font(76), "mm")
    pen.text((width / 2, 232), paper.number, _INK, _font(30), "mm")
    for at, (name, value) in enumerate(paper.rows):
        y = 330 + at * 74
        pen.text((190, y), name, (96, 92, 84), _font(30), "lm")
        pen.text((460, y), value, _INK, _font(34), "lm")
    pen.text((width - 200, height - 150), paper.issued, _INK, _font(30), "rm")
    pen.text((width - 200, height - 205), paper.issuer, _INK, _font(32), "rm")
    _seal(image, (width - 330, height - 190))
    image.paste(_mark(), (0, 0), _mark())
    return image


def _frame(pen: ImageDraw.ImageDraw) -> None:
    width, height = SIZE
    for inset, thick in ((40, 10), (62, 3)):
        pen.rectangle((inset, inset, width - inset, height - inset), outline=_FRAME, width=thick)
    for x in range(90, width - 90, 36):
        for y in (76, height - 76):
            pen.arc((x - 14, y - 10, x + 14, y + 10), 0, 180 if y < height / 2 else -180, _FRAME, 2)


def _seal(image: Image.Image, at: tuple[int, int]) -> None:
    """A round red stamp that says what it is: a sample's."""
    seal = Image.new("RGBA", (240, 240))
    pen = ImageDraw.Draw(seal)
    pen.ellipse((6, 6, 234, 234), outline=(*_RED, 190), width=8)
    pen.text((120, 120), _MARK[:2], (*_RED, 190), _font(64), "mm")
    turned = seal.rotate(9, resample=Image.Resampling.BICUBIC)
    image.paste(turned, (at[0] - 120, at[1] - 120), turned)


@lru_cache(maxsize=1)
def _mark() -> Image.Image:
    """The same word across the whole paper, so that no part of it can be cut out without one."""
    width, height = SIZE
    mark = Image.new("RGBA", (width * 2, height * 2))
    pen = ImageDraw.Draw(mark)
    font = _font(54)
    for row, y in enumerate(range(0, height * 2, 170)):
        for x in range(-200 + row % 2 * 240, width * 2, 480):
            pen.text((x, y), _MARK, (*_RED, 44), font)
    turned = mark.rotate(24, resample=Image.Resampling.BICUBIC)
    left, top = width // 2, height // 2
    return turned.crop((left, top, left + width, top + height))


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)
