"""An empty season as an Excel file: headings, drop-downs, cells that keep leading zeros, and an example to look at."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lotproof_schemas.native_fact import KINDS
from lotproof_schemas.season_records import TYPES
from lotproof_schemas.season_table import COLUMNS

_ROWS = 5000
"""Rows with drop-downs and formats; a longer season may go on below them."""

_TIMES, _DAYS = ("at", "ended_at"), ("harvested_on",)
_NUMBERS = ("amount", "temperature", "temperature_min", "temperature_max", "shelf_life_days", "interval_days", "factor",
            "percent")  # fmt: skip
_LISTS: Mapping[str, Sequence[str]] = {
    "kind": (*TYPES, *KINDS),
    "uom": ("KGM", "GRM", "TNE", "LTR", "EA", "XCS", "XBX", "XPX"),
    "verdict": ("pass", "fail"),
}
# Rows that begin with # are remarks: who forgets to take them out records nothing by them.
_EXAMPLES: Sequence[Mapping[str, Any]] = (
    {"kind": "# The rows that begin with this mark are an example: take the mark away to record them."},
    {"kind": "# party", "gln": "9520000000011", "name": "Green Ridge", "name_zh": "青岭农场"},
    {
        "kind": "# place",
        "by": "9520000000011",
        "gln": "9520000001001",
        "name": "Orchard",
        "zone": "Asia/Shanghai",
    },
    {
        "kind": "# harvest",
        "by": "9520000000011",
        "at": datetime(2026, 10, 12, 9),  # noqa: DTZ001 - local to the place, as a spreadsheet has it
        "place": "9520000001001",
        "portions": "09520000100018/H1=1200 KGM",
        "cycle": "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001",
        "harvested_on": date(2026, 10, 12),
    },
)


def template() -> bytes:
    """Return the file."""
    book = Workbook()
    page: Any = book.active
    page.title = "Season"
    page.freeze_panes = "B2"
    page.append(list(COLUMNS))
    for example in _EXAMPLES:
        page.append([example.get(name) for name in COLUMNS])
    _style(page)
    lists: Any = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    for at, (name, words) in enumerate(_LISTS.items(), start=1):
        for row, word in enumerate(words, start=1):
            lists.cell(row, at, word)
        _drop_down(page, name, f"Lists!${get_column_letter(at)}$1:${get_column_letter(at)}${len(words)}")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _style(page: Any) -> None:
    for at, name in enumerate(COLUMNS, start=1):
        letter = get_column_letter(at)
        page.cell(1, at).font = Font(bold=True)
        page.cell(1, at).fill = PatternFill("solid", fgColor="FFE2EFDA")
        page.column_dimensions[letter].width = max(12, len(name) + 2)
        page.column_dimensions[letter].number_format = _format(name)
        for row in range(2, len(_EXAMPLES) + 2):
            page.cell(row, at).number_format = _format(name)
            page.cell(row, at).font = Font(italic=True, color="FF7F7F7F")


def _format(name: str) -> str:
    """Text keeps leading zeros of what looks like a number."""
    if name in _TIMES:
        return "yyyy-mm-dd hh:mm"
    if name in _DAYS:
        return "yyyy-mm-dd"
    return "General" if name in _NUMBERS else "@"


def _drop_down(page: Any, name: str, words: str) -> None:
    letter = get_column_letter(COLUMNS.index(name) + 1)
    rule = DataValidation(type="list", formula1=f"={words}", allow_blank=True)
    rule.error, rule.errorTitle = f"No such {name}: choose one of the list", "Lotproof"
    rule.errorStyle = "stop" if name != "uom" else "warning"
    page.add_data_validation(rule)
    rule.add(f"{letter}{len(_EXAMPLES) + 2}:{letter}{_ROWS}")
