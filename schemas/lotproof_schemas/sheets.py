"""Tables for spreadsheets: typed cells to an Excel file, text to a CSV file, and nothing that could run as a formula.

- Amounts are numbers and times are times where a spreadsheet can hold them exactly; what has more than 15 digits
  stays text, because Excel keeps no more. Times are in UTC, and the heading says so.
- Text that begins with = + - @, a tab or a line break is text and stays text: in Excel by the cell's type and its
  quote prefix, in CSV by an apostrophe before it.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lotproof.kernel.instants import rfc3339
from lotproof.kernel.quantity import plain

Value = str | int | bool | Decimal | date | datetime | None
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 32_767  # characters in a cell of Excel
_DIGITS = 15  # that Excel keeps of a number
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST, _NARROWEST = 60, 8
_MOST_ROWS = 1_048_575  # below the heading


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its headings. name: of the sheet, at most 31 characters without []:*?/\\.

    choices: words that Excel offers in the cells of a column, together at most 250 characters.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def to_csv(sheet: Sheet) -> bytes:
    """Return the table as CSV: UTF-8 with a byte order mark, so that Excel reads Chinese too."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_as_text(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Return the tables as one Excel file, each with a heading that stays in sight. Row by row, so it takes little."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book, sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Workbook, sheet: Sheet) -> None:
    page: Any = book.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    for at, room in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(at)].width = room
    for name, words in sheet.choices.items():
        _offer(page, get_column_letter(sheet.columns.index(name) + 1), words)
    bold = Font(bold=True)
    page.append([_heading(page, name, bold) for name in sheet.columns])
    for row in sheet.rows[:_MOST_ROWS]:
        page.append([_cell(page, value) for value in row])
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows[:_MOST_ROWS]) + 1}"


def _offer(page: Any, letter: str, words: Sequence[str]) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    rule.error, rule.errorTitle, rule.errorStyle = f"Choose one of {', '.join(words)}", "Lotproof", "stop"
    rule.add(f"{letter}2:{letter}{_MOST_ROWS}")
    page.data_validations.append(rule)


def _heading(page: Any, name: str, bold: Font) -> Cell:
    cell = WriteOnlyCell(page, name)
    cell.font = bold
    return cell


def _cell(page: Any, value: Value) -> Any:
    """A typed cell; None stays blank."""
    if value is None or isinstance(value, bool | int) and abs(value) < 10**_DIGITS:
        return value
    if isinstance(value, Decimal) and _is_exact(value):
        number = float(value)
        return int(number) if number.is_integer() else number
    if isinstance(value, datetime):
        cell = WriteOnlyCell(page, value.astimezone(UTC).replace(tzinfo=None, microsecond=0))
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(page, datetime(value.year, value.month, value.day))  # noqa: DTZ001
        cell.number_format = "yyyy-mm-dd"
        return cell
    text = _NOT_IN_XML.sub("\ufffd", plain(value) if isinstance(value, Decimal) else str(value))[:_LONGEST]
    if not text.startswith(STARTS_FORMULA):
        return text
    quoted: Any = WriteOnlyCell(page, "")
    quoted._value, quoted.data_type = text, "s"  # `value = …` would take it for a formula
    quoted.quotePrefix = True
    return quoted


def _is_exact(value: Decimal) -> bool:
    digits = value.normalize().as_tuple()
    return value.is_finite() and len(digits.digits) <= _DIGITS and abs(value) < Decimal(10) ** _DIGITS


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(STARTS_FORMULA) else text


def _widths(sheet: Sheet, looked_at: int = 200) -> Iterable[int]:
    for at, name in enumerate(sheet.columns):
        cells = [name, *(_as_text(row[at]) for row in sheet.rows[:looked_at])]
        yield min(_WIDEST, max(_NARROWEST, *(_width(text) + 2 for text in cells)))


def _width(text: str) -> int:
    """Chinese characters take two columns."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text[:_WIDEST])
