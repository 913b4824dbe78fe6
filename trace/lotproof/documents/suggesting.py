"""What the text of a paper may mean: suggestions for fields, each for a person to compare. Pure.

Only what can be told by its form is suggested: a credit code by its check digit (GB 32100-2015), days by how they are
written, numbers and names by the word that stands before them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_DAY = re.compile(r"((?:19|20)\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?")
_NUMBER = re.compile(
    r"(?:证书编号|许可证编号|登记证号|证书号|编号|No\.?)[:：]?\s*([0-9A-Z][0-9A-Z()（）-]{5,40})"
)
_NAMES = ("名称", "企业名称", "单位名称", "获证组织", "认证委托人", "经营者名称")
_FROM, _TO = (
    ("成立日期", "发证日期", "初次发证", "签发日期"),
    ("有效期至", "有效期限至", "营业期限", "有效期限", "有效期"),
)
_SHORTEST_NAME, _ROW = 4, 0.7


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text as it stands on the page. certainty: per cent.  x, y, height: in pixels, from the upper left."""

    text: str
    certainty: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """field: what it would fill.  value: as the field is written, a day as 2026-09-01.  certainty: per cent."""

    field: str
    value: str
    certainty: int


def suggest(lines: Sequence[Line]) -> list[Suggestion]:
    """Return at most one suggestion for each field, the most certain one, in the order of the fields."""
    best: dict[str, Suggestion] = {}
    for one in (*_codes(lines), *_numbers(lines), *_names(lines), *_days(lines)):
        if one.field not in best or one.certainty > best[one.field].certainty:
            best[one.field] = one
    return [best[field] for field in sorted(best)]


def _codes(lines: Sequence[Line]) -> Iterator[Suggestion]:
    for line in lines:
        for found in _CODE.findall(line.text.upper().replace(" ", "")):
            if uscc.is_valid(found):
                yield Suggestion("credit_code", found, line.certainty)


def _numbers(lines: Sequence[Line]) -> Iterator[Suggestion]:
    for line, text in _with_neighbours(lines):
        for found in _NUMBER.findall(text):
            yield Suggestion("number", found, line.certainty)


def _names(lines: Sequence[Line]) -> Iterator[Suggestion]:
    for line, text in _with_neighbours(lines):
        for word in _NAMES:
            value = text.removeprefix(word).lstrip(":： ")
            if text.startswith(word) and len(value) >= _SHORTEST_NAME:
                yield Suggestion("name", value, line.certainty)


def _days(lines: Sequence[Line]) -> Iterator[Suggestion]:
    for line, text in _with_neighbours(lines):
        days = [day for found in _DAY.findall(text) if (day := _day(*found))]
        if days and any(word in text for word in _FROM):
            yield Suggestion("valid_from", days[0].isoformat(), line.certainty)
        if days and any(word in text for word in _TO):
            yield Suggestion("valid_to", days[-1].isoformat(), line.certainty)
            if len(days) > 1:
                yield Suggestion("valid_from", days[0].isoformat(), line.certainty)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _with_neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """Each line alone, and joined to the next one at its right: a word stands left of what it names."""
    for line in lines:
        yield line, line.text.strip()
        right = [one for one in lines if one.x > line.x and abs(one.y - line.y) < _ROW * line.height]
        if right:
            nearest = min(right, key=lambda one: one.x)
            certainty = min(line.certainty, nearest.certainty)
            joined = Line("", certainty, line.x, line.y, line.height)
            yield joined, f"{line.text.strip()} {nearest.text.strip()}"
