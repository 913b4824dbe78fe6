"""A season as a CSV file: one row a fact or a thing of master data, one column a field.

- The columns are `kind`, `by` (GLN of the organisation that records), the fields of `native_fact` and the columns of
  `season_records`, in any order; a blank cell states nothing.
- Everything that is wrong is said at once, with row (the header is row 1, as a spreadsheet counts) and column;
  and then no row is given to apply.
- UTF-8, with or without a byte order mark, and GB18030 are read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import BinaryIO
from zoneinfo import ZoneInfo

import pandas
from marshmallow import ValidationError

from lotproof.kernel.errors import LotproofError, Problem
from lotproof.kernel.identifiers import Gln
from lotproof.lots.native import Fact
from lotproof_schemas import native_fact, season_records
from lotproof_schemas.faults import told
from lotproof_schemas.native_fields import read_gln
from lotproof_schemas.season_records import SeasonRecord

COLUMNS = tuple(dict.fromkeys(("kind", "by", *native_fact.NAMES, *season_records.COLUMNS)))
"""Every column that a file may have."""

MOST_ROWS = 100_000
_MOST_PROBLEMS = 1000
_WIDEST = len(COLUMNS) + 8
Zones = Callable[[Gln], ZoneInfo | None]


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """One row, either a fact or a record. number: as in a spreadsheet.  by: None where the cell is blank."""

    number: int
    by: Gln | None
    fact: Fact | None = None
    record: SeasonRecord | None = None


@dataclass(slots=True)
class Season:
    """A file's rows in its order; none where there are problems. Problem.where: "row 7, column portions"."""

    rows: list[SeasonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_season(stream: BinaryIO, zones: Zones) -> Season:
    """Read a whole file.

    zones: the recorded time zone of a place, None where there is none; places of the file itself come first.
    """
    text = _decode(stream.read())
    if isinstance(text, Problem):
        return Season(problems=[text])
    grid = _grid(text)
    if isinstance(grid, Problem):
        return Season(problems=[grid])
    columns, *rest = grid
    names, problems = _header(columns)
    if problems:
        return Season(problems=problems)
    rows = [(number, cells) for number, cells in enumerate(rest, start=2) if any(cells)]
    if not rows:
        return Season(problems=[Problem("file", "no_rows", "there is a header and no row below it")])
    if len(rest) > MOST_ROWS:
        return Season(problems=[Problem("file", "too_many_rows", f"there are more than {MOST_ROWS} rows")])
    return _Reading(names, zones).read(rows)


def _decode(data: bytes) -> str | Problem:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            return Problem("file", "empty_file", "the file is empty")
        if "\x00" not in text:
            return text
    return Problem(
        "file", "unknown_encoding", "the file is neither UTF-8 nor GB18030 text: save it as CSV UTF-8"
    )


def _grid(text: str) -> list[list[str]] | Problem:
    """All cells, stripped, rows as long as the longest."""
    try:
        frame = pandas.read_csv(
            StringIO(text), header=None, names=range(_WIDEST), index_col=False, dtype=str, na_filter=False,
            skip_blank_lines=False, nrows=MOST_ROWS + 2,
        )  # fmt: skip
    except pandas.errors.ParserError as error:
        said = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        return Problem("file", "invalid_csv", f"the file is no CSV: {said}")
    return [
        [cell.strip() if isinstance(cell, str) else "" for cell in row] for row in frame.to_numpy().tolist()
    ]


def _header(cells: list[str]) -> tuple[list[str], list[Problem]]:
    """The columns' names, and everything that is wrong with them."""
    width = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    names = [cell.lower() for cell in cells[:width]]
    problems = []
    for at, name in enumerate(names, start=1):
        where = f"row 1, column {name}" if name else f"row 1, column {at}"
        if not name:
            problems.append(Problem(where, "unknown_column", "a column without a name stands between others"))
        elif name not in COLUMNS:
            problems.append(
                Problem(where, "unknown_column", f"no such column; known are {', '.join(COLUMNS)}")
            )
        elif names.index(name) != at - 1:
            problems.append(Problem(where, "duplicate_column", "the column stands there twice"))
    if "kind" not in names:
        problems.append(
            Problem("row 1, column kind", "missing_column", "the column kind is needed; commas part columns")
        )
    return names, problems


Rows = list[tuple[int, list[str]]]


class _Reading:
    """Rows to facts and records, with what one row knows of the others: zones, and inputs that are told in parts."""

    def __init__(self, names: list[str], zones: Zones) -> None:
        self._names, self._recorded = names, zones
        self._own: dict[Gln, ZoneInfo] = {}
        self._inputs: dict[str, int] = {}  # registration -> where its record stands in the rows
        self._season = Season()

    def read(self, rows: Rows) -> Season:
        """Read all rows."""
        for _, cells in rows:
            values = self._values(cells)
            if values.get("kind") == "place":
                record, _ = self._record(values)
                self._own.update([season_records.place_of_record(record)] if record else [])
        for number, cells in rows:
            self._row(number, self._values(cells))
            if any(cells[len(self._names) :]):
                self._problem(number, None, "too_many_cells", "there are more cells than columns")
            if len(self._season.problems) >= _MOST_PROBLEMS:
                break
        if self._season.problems:
            self._season.rows = []
        return self._season

    def _values(self, cells: list[str]) -> dict[str, str]:
        return {name: cell for name, cell in zip(self._names, cells, strict=False) if cell}

    def _row(self, number: int, values: dict[str, str]) -> None:
        by = self._by(number, values.get("by"))
        if values.get("kind") in season_records.TYPES:
            record, problems = self._record(values)
            if record is not None:
                self._add_record(SeasonRow(number, by, record=record))
        else:
            fact, problems = self._fact(values)
            if fact is not None:
                self._season.rows.append(SeasonRow(number, by, fact=fact))
        for problem in problems:
            self._problem(number, problem.where, problem.code, problem.message)

    def _by(self, number: int, text: str | None) -> Gln | None:
        try:
            return read_gln(text, "party") if text else None
        except LotproofError as error:
            self._problem(number, "by", error.code, error.message)
        except ValidationError as error:
            self._problem(number, "by", told(error)[0].code, told(error)[0])
        return None

    def _record(self, values: Mapping[str, str]) -> tuple[SeasonRecord | None, list[Problem]]:
        rest = {name: text for name, text in values.items() if name not in ("kind", "by")}
        return season_records.load_record(values["kind"], rest)

    def _fact(self, values: Mapping[str, str]) -> tuple[Fact | None, list[Problem]]:
        stated = {name: text for name, text in values.items() if name != "by"}
        fact, problems = native_fact.load_fact(stated, self._zone(stated.get("place")))
        return fact, list(_of_other_kinds(problems))

    def _zone(self, place: str | None) -> ZoneInfo | None:
        try:
            gln = read_gln(place, "place") if place else None
        except (LotproofError, ValidationError):
            return None  # the place itself is named as wrong
        return (self._own.get(gln) or self._recorded(gln)) if gln else None

    def _add_record(self, row: SeasonRow) -> None:
        """Add a record; further rows about an input product add their crops to the first one."""
        record, rows = row.record, self._season.rows
        assert record is not None
        if record.type != "input_product":
            rows.append(row)
            return
        at = self._inputs.setdefault(record.id, len(rows))
        if at == len(rows):
            rows.append(row)
            return
        known = rows[at].record
        merged = season_records.merge(known, record) if known and rows[at].by == row.by else None
        if merged is None:
            said = f"says otherwise than row {rows[at].number} about the same input product"
            self._problem(row.number, "registration", "contradiction", said)
        else:
            rows[at] = replace(rows[at], record=merged)

    def _problem(self, number: int, column: str | None, code: str, message: str) -> None:
        where = f"row {number}, column {column}" if column else f"row {number}"
        self._season.problems.append(Problem(where, code, message))


def _of_other_kinds(problems: list[Problem]) -> Iterator[Problem]:
    """A column of master data that is filled in a fact's row is known, and wrong there."""
    for problem in problems:
        if problem.code == "unknown_field" and problem.where in COLUMNS:
            yield replace(problem, code="not_for_kind", message="belongs to master data; leave it blank here")
        elif problem.code == "unknown_kind":
            known = ", ".join((*native_fact.KINDS, *season_records.TYPES))
            yield replace(problem, message=f"must be one of {known}")
        else:
            yield problem
