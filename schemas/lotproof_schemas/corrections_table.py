"""Corrections as a table: one row an event that is wrong, with the fields that it should have said.

- `entry` is the event's index on the log, `error` why it is wrong; the other columns are those of a season's facts.
- A blank cell leaves a field as it is, "-" takes its value away, anything else takes its place.
- `leaf_hash` and `kind` change nothing: where they are filled in they have to fit the entry, so that a table that
  belongs to another log, or slipped by a row, corrects nothing.
- Everything that is wrong is said at once, with row and column; and then no row is given to apply.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from lotproof.epcis.vocabulary import ERROR_REASONS
from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem
from lotproof.kernel.identifiers import Gln
from lotproof.lots.native import Fact
from lotproof_schemas import native_fact
from lotproof_schemas.fact_text import texts_of
from lotproof_schemas.faults import told
from lotproof_schemas.native_fields import read_gln
from lotproof_schemas.season_table import read_table
from lotproof_schemas.sheets import STARTS_FORMULA
from lotproof_schemas.tables_in import MOST_PROBLEMS, Table, read_rows

REASONS = tuple(sorted(ERROR_REASONS))
"""CBV 2.0 section 7.5: error reasons."""

FIELDS = tuple(name for name in native_fact.NAMES if name not in ("kind", "recall"))
COLUMNS = ("entry", "error", "by", "leaf_hash", "kind", *FIELDS)
"""Every column that a file may have."""

TAKEN_AWAY = "-"
_WIDEST = len(COLUMNS) + 8
_ENTRY, _HASH = re.compile(r"[0-9]{1,18}"), re.compile(r"[0-9a-f]{64}")
Zones = Callable[[Gln], ZoneInfo | None]


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One row. where: names it.  cells: texts of a fact's fields.  columns: where each of them stands, in words."""

    where: str
    entry: int
    error: str | None
    by: Gln | None
    leaf_hash: str | None
    kind: str | None
    cells: Mapping[str, str]
    columns: Mapping[str, str]

    def restate(self, fact: Fact, zones: Zones) -> Fact:
        """Return the fact with this row's fields; the fact itself where they say the same.

        zones: the recorded time zone of a place, for local times.
        Raises: InvalidInputError `invalid_correction` with the problem of every cell.
        """
        before = texts_of(fact)
        after = before | {name: _meant(text) for name, text in self.cells.items()}
        after = {name: text for name, text in after.items() if text}
        if after == before:
            return fact
        self._must_be_tellable(fact, before)
        new, problems = native_fact.load_fact(after, _zone(after.get("place"), zones))
        if new is None:
            at = [
                replace(one, where=self.columns.get(one.where, f"{self.where}, column {one.where}"))
                for one in problems
            ]
            raise InvalidInputError(
                "invalid_correction", "the event would be wrong", "mend each cell and run it again", at
            )
        return replace(new, code=fact.code, unset=fact.unset)

    def _must_be_tellable(self, fact: Fact, before: Mapping[str, str]) -> None:
        """What cannot be written into cells and read again would change by itself."""
        again, _ = native_fact.load_fact(before)
        if (
            again is None
            or texts_of(again) != before
            or replace(again, code=fact.code, unset=fact.unset) != fact
        ):
            raise InvalidInputError(
                "not_restatable",
                f"entry {self.entry} says something that a cell cannot hold",
                "declare it did_not_occur, and record it again",
            )


@dataclass(slots=True)
class Corrections:
    """A file's rows in its order; none where there are problems. Problem.where: "row 7, column portions"."""

    rows: list[CorrectionRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_corrections(stream: BinaryIO, name: str = "", sheet: str | None = None) -> Corrections:
    """Read a whole file, as `season_table.read_season` reads one."""
    table = read_table(stream, _WIDEST, name, sheet)
    if isinstance(table, Problem):
        return Corrections(problems=[table])
    read = read_rows(table, COLUMNS, ("entry", "error"))
    found = Corrections(problems=list(read.problems))
    places = _Places(table)
    for number, values in read.rows:
        row, problems = _row(places, number, values)
        found.problems += problems
        if row is not None:
            found.rows.append(row)
        if len(found.problems) >= MOST_PROBLEMS:
            break
    if found.problems:
        found.rows = []
    return found


@dataclass(slots=True)
class _Places:
    """Names cells of a table."""

    table: Table
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = [name.lower() for name in self.table.heading]

    def cell(self, number: int, column: str) -> str:
        """Name a cell."""
        at = self.names.index(column) if column in self.names else None
        return self.table.where(number, at, column)


def _row(
    places: _Places, number: int, values: Mapping[str, str]
) -> tuple[CorrectionRow | None, list[Problem]]:
    problems: list[Problem] = []

    def wrong(column: str, code: str, message: str) -> None:
        problems.append(Problem(places.cell(number, column), code, message))

    entry, error, digest = values.get("entry", ""), values.get("error"), values.get("leaf_hash")
    if not entry:
        wrong("entry", "missing", "is needed and not there")
    elif not _ENTRY.fullmatch(entry):
        wrong("entry", "invalid_number", f"must be the index of an entry, such as 17, not {entry!r:.60}")
    if error is not None and error not in REASONS:
        wrong("error", "invalid_value", f"must be one of {', '.join(REASONS)}, not {error!r:.60}")
    if digest is not None and not _HASH.fullmatch(digest):
        wrong("leaf_hash", "invalid_value", "must be 64 hexadecimal digits")
    if values.get("kind", "other") not in (*native_fact.KINDS, "other"):
        wrong("kind", "unknown_kind", f"must be one of {', '.join(native_fact.KINDS)}")
    by = _by(values.get("by"), wrong)
    if problems:
        return None, problems
    cells = {name: values[name] for name in FIELDS if name in values}
    columns = {name: places.cell(number, name) for name in FIELDS if name in places.names}
    where = places.table.where(number)
    return CorrectionRow(where, int(entry), error, by, digest, values.get("kind"), cells, columns), []


def _by(text: str | None, wrong: Callable[[str, str, str], None]) -> Gln | None:
    try:
        return read_gln(text, "party") if text else None
    except LotproofError as error:
        wrong("by", error.code, error.message)
    except ValidationError as error:
        wrong("by", told(error)[0].code, told(error)[0])
    return None


def _meant(text: str) -> str:
    """What a cell means: nothing, or its text, without the apostrophe that kept it from being a formula."""
    if text == TAKEN_AWAY:
        return ""
    return text[1:] if text[:1] == "'" and text[1:].startswith(STARTS_FORMULA) else text


def _zone(place: str | None, zones: Zones) -> ZoneInfo | None:
    try:
        return zones(read_gln(place, "place")) if place else None
    except (LotproofError, ValidationError):
        return None  # the place itself is named as wrong
