"""A season as a table: one row a fact or a thing of master data, one column a field.

- The columns are `kind`, `by` (GLN of the organisation that records), the fields of `native_fact` and the columns of
  `season_records`, in any order; a blank cell states nothing. A row whose first cell begins with # is a remark.
- Everything that is wrong is said at once, with row (the header is row 1, as a spreadsheet counts) and column;
  and then no row is given to apply.
- CSV and Excel files are read, by the same rules.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import BinaryIO
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from lotproof.kernel.errors import LotproofError, Problem
from lotproof.kernel.identifiers import Gln
from lotproof.lots.native import Fact
from lotproof_schemas import native_fact, season_records
from lotproof_schemas.csv_table import read_csv_table
from lotproof_schemas.faults import told
from lotproof_schemas.native_fields import read_gln
from lotproof_schemas.season_records import SeasonRecord
from lotproof_schemas.tables_in import MOST_PROBLEMS, Read, Table, read_rows

COLUMNS = tuple(dict.fromkeys(("kind", "by", *native_fact.NAMES, *season_records.COLUMNS)))
"""Every column that a file may have."""

GLNS = ("by", "place", "from_place", "to_place", "carrier", "buyer", "gln", "party", "parent")
DIGITS = {**dict.fromkeys(GLNS, 13), "gtin": 14, "container": 18, "containers": 18}
"""How many digits the identifiers of a column have, where Excel took them for numbers."""

WIDEST = len(COLUMNS) + 8
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


def read_season(stream: BinaryIO, zones: Zones, name: str = "", sheet: str | None = None) -> Season:
    """Read a whole file. stream: at its start, and seekable where it is an Excel file.

    zones: the recorded time zone of a place, None where there is none; places of the file itself come first.
    name: of the file; .xlsx and the like are read as Excel.  sheet: of an Excel file, None for the first one.
    """
    table = read_table(stream, WIDEST, name, sheet)
    if isinstance(table, Problem):
        return Season(problems=[table])
    return _Reading(table, zones).read(read_rows(table, COLUMNS, ("kind",)))


def read_table(stream: BinaryIO, widest: int, name: str, sheet: str | None) -> Table | Problem:
    """Return the file's table, by what its name ends in; what begins like an Excel file is read as one too."""
    is_excel = PurePath(name).suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
    if not is_excel and sheet is None:
        return read_csv_table(stream, widest)
    from lotproof_schemas.xlsx_table import read_xlsx_table  # openpyxl takes a while to load

    return read_xlsx_table(stream, widest, sheet, DIGITS)


class _Reading:
    """Rows to facts and records, with what one row knows of the others: zones, and inputs that are told in parts."""

    def __init__(self, table: Table, zones: Zones) -> None:
        self._where, self._recorded = table.where, zones
        self._columns = [name.lower() for name in table.heading]
        self._own: dict[Gln, ZoneInfo] = {}
        self._inputs: dict[str, int] = {}  # registration -> where its record stands in the rows
        self._season = Season()

    def read(self, read: Read) -> Season:
        """Read all rows."""
        self._season.problems += read.problems
        for _, values in read.rows:
            if values.get("kind") == "place":
                record, _ = self._record(values)
                self._own.update([season_records.place_of_record(record)] if record else [])
        for number, values in read.rows:
            self._row(number, values)
            if len(self._season.problems) >= MOST_PROBLEMS:
                break
        if self._season.problems:
            self._season.rows = []
        return self._season

    def _row(self, number: int, values: Mapping[str, str]) -> None:
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

    def _problem(self, number: int, column: str, code: str, message: str) -> None:
        at = self._columns.index(column) if column in self._columns else None
        self._season.problems.append(Problem(self._where(number, at, column), code, message))


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
