"""A sheet of an Excel file as a table of texts, read row by row.

- Numbers are read with the 15 digits that Excel keeps, so that 0.1 stays 0.1. An identifier that was stored as a
  number gets its leading zeros back; where digits were lost, it is refused.
- Dates and times become local time without an offset: as in CSV, the place's time zone decides.
- Of a formula its last value counts; where the file holds none, it is refused.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile
from zlib import error as ZlibError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from lotproof.kernel.errors import Problem
from lotproof.kernel.quantity import plain
from lotproof_schemas.tables_in import BrokenTableError, RawRow, Table
from lotproof_schemas.xlsx_guard import look_at

LAST_ROW = 1_048_576
_DIGITS = 15
_BROKEN = (
    BadZipFile,
    ParseError,
    ZlibError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
)
"""What openpyxl raises where the parts of a file do not fit together."""

Bad = tuple[str, str]


def read_xlsx_table(
    stream: BinaryIO, widest: int, sheet: str | None = None, digits: Mapping[str, int] | None = None
) -> Table | Problem:
    """Return a sheet as a table, or why it is none.

    widest: columns that it may have at most.  sheet: its name, None for the first one.
    digits: of the columns that hold identifiers, how many digits these have.
    Raises: BrokenTableError while rows are read.
    """
    outside = look_at(stream)
    if isinstance(outside, Problem):
        return outside
    if outside.widest > widest:
        return Problem("file", "too_many_cells", f"a cell stands in column {get_column_letter(outside.widest)}: "
                       f"a table has at most {widest} columns")  # fmt: skip
    try:
        name, rows = _rows(stream, sheet, outside.has_formulas)
        heading = next(rows, None)
    except _BROKEN as error:
        return Problem("file", "invalid_xlsx", f"the file cannot be read: {type(error).__name__}: {error}")
    if isinstance(name, Problem):
        return name
    if heading is None:
        return Problem("file", "empty_file", f"the sheet {name} is empty")
    names = [text.lower() for text in heading.texts]
    widths = [(digits or {}).get(one) for one in names]
    return Table(heading.texts, _below(rows, widths), _Where(name))


class _Where:
    """Places as Excel names them."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet

    def __call__(self, row: int, column: int | None = None, name: str | None = None) -> str:
        if column is None:
            return f"sheet {self._sheet}, row {row}" + (f", column {name}" if name else "")
        return f"sheet {self._sheet}, row {row}, column {get_column_letter(column + 1)}" + (
            f" ({name})" if name else ""
        )


class _Row:
    """The cells of one row: (value, its number format), and where a formula has no value."""

    def __init__(self, number: int, cells: Sequence[Any], formulas: Sequence[Any]) -> None:
        self.number = number
        self._cells = cells
        self._unknown = {
            at
            for at, (cell, formula) in enumerate(zip(cells, formulas, strict=False))
            if formula.data_type == "f" and cell.value is None and cell.data_type == "n"
        }

    @property
    def texts(self) -> list[str]:
        """As texts, whatever is wrong with them."""
        return [text_of(cell.value, None, cell.number_format or "") if cell.value is not None else ""
                for cell in self._cells]  # fmt: skip

    def read(self, widths: Sequence[int | None]) -> RawRow:
        """As a row of texts and problems."""
        texts, problems = [], []
        for at, cell in enumerate(self._cells):
            width = widths[at] if at < len(widths) else None
            bad = self._bad(at, cell, width)
            if bad:
                problems.append((at, *bad))
            texts.append(
                "" if bad or cell.value is None else text_of(cell.value, width, cell.number_format or "")
            )
        return RawRow(self.number, texts, problems)

    def _bad(self, at: int, cell: Any, width: int | None) -> Bad | None:
        if at in self._unknown:
            return (
                "formula_without_value",
                "is a formula whose value the file does not hold: open it, save it again",
            )
        if cell.data_type == "e":
            return "cell_error", f"holds the error {str(cell.value):.20}"
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            return lost_digits(cell.value, width)
        return None


def _rows(stream: BinaryIO, sheet: str | None, has_formulas: bool) -> tuple[str | Problem, Iterator[_Row]]:
    page = _page(stream, sheet, data_only=True)
    if isinstance(page, Problem):
        return page, iter(())
    formulas: Iterator[Sequence[Any]] = repeat(())
    if has_formulas:
        formulas = _page(stream, page.title, data_only=False).iter_rows(max_row=LAST_ROW)
    numbered = zip(range(1, LAST_ROW + 1), page.iter_rows(max_row=LAST_ROW), formulas, strict=False)
    return page.title, (_Row(number, cells, also) for number, cells, also in numbered)


def _page(stream: BinaryIO, sheet: str | None, *, data_only: bool) -> Any:
    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of drop-downs and colours that it does not know: nobody needs them here
        book = load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
    pages = {page.title: page for page in book.worksheets}
    if not pages:
        return Problem("file", "no_sheet", "the file holds no sheet with cells")
    if sheet is not None and sheet not in pages:
        return Problem("file", "unknown_sheet", f"there is no sheet {sheet}; there are {', '.join(pages)}")
    page: Any = pages[sheet] if sheet is not None else next(iter(pages.values()))
    page.reset_dimensions()  # what the file says of its own size need not be true
    return page


def _below(rows: Iterator[_Row], widths: Sequence[int | None]) -> Iterator[RawRow]:
    try:
        for row in rows:
            read = row.read(widths)
            if read.problems or any(read.cells):
                yield read
    except _BROKEN as error:
        raise BrokenTableError(f"{type(error).__name__}: {error}") from error


def text_of(value: Any, width: int | None, number_format: str) -> str:
    """Return what a person would have written. width: digits of an identifier; others are left as they are."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return _moment(value, number_format)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    number = exact(value)
    shown = len(number_format) if number_format and not number_format.strip("0") else 0
    text = plain(number)
    return text.zfill(width or shown) if number == number.to_integral_value() and number >= 0 else text


def _moment(value: datetime, number_format: str) -> str:
    """A date alone is midnight to Excel: the cell's format tells them apart. Milliseconds are as much as it keeps."""
    rounded = value + timedelta(microseconds=500)
    rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    if rounded.time() == time() and "h" not in number_format.lower():
        return rounded.date().isoformat()
    return rounded.isoformat(timespec="milliseconds" if rounded.microsecond else "seconds")


def exact(value: float) -> Decimal:
    """Return the number that was typed: Excel keeps 15 digits, and what lies beyond them is dust of its reckoning."""
    return Decimal(value) if isinstance(value, int) else Decimal(format(value, f".{_DIGITS}g"))


def lost_digits(value: float, width: int | None) -> Bad | None:
    """Return what is wrong with a number that has more digits than Excel keeps."""
    if abs(value) < 10**_DIGITS:
        return None
    what = f"an identifier of {width} digits" if width else "a number of more than 15 digits"
    return (
        "digits_lost",
        f"{what} was stored as a number, and Excel keeps 15 digits: make the column text, type it again",
    )
