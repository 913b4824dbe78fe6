"""A table that somebody filled in, whatever kind of file it came in: a heading, and rows of texts.

A cell that could not be read has a problem and no text. Rows are numbered as a spreadsheet numbers them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lotproof.kernel.errors import Problem

MOST_ROWS = 100_000
"""More than that is no work of one transaction."""

MOST_PROBLEMS = 1000


class Where(Protocol):
    """Names a place in the file for whoever has to mend it. column: from 0."""

    def __call__(self, row: int, column: int | None = None, name: str | None = None) -> str:
        """Return the place in words."""


class BrokenTableError(Exception):
    """The file broke off while its rows were read."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row. cells: stripped texts.  problems: (column from 0, code, message) of cells that could not be read."""

    number: int
    cells: Sequence[str]
    problems: Sequence[tuple[int, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read. heading: the first row.  rows: those below it that are not blank, read as they are asked
    for.  where: names places in it."""

    heading: Sequence[str]
    rows: Iterable[RawRow]
    where: Where


@dataclass(slots=True)
class Read:
    """The rows of a table as texts by column, with everything that is wrong with it."""

    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_rows(table: Table, columns: Sequence[str], needed: Sequence[str]) -> Read:
    """Return the rows by column name, or no row and the problems of the file as a whole.

    columns: those that may stand there.  needed: those that must. Rows whose first cell begins with # are remarks.
    """
    names, problems = _heading(table, columns, needed)
    if problems:
        return Read(problems=problems)
    read = Read()
    try:
        for row in table.rows:
            if len(read.rows) >= MOST_ROWS:
                message = f"there are more than {MOST_ROWS} rows"
                return Read(problems=[Problem("file", "too_many_rows", message)])
            if not (row.cells and row.cells[0].startswith("#")):
                _add(read, table, names, row)
            if len(read.problems) >= MOST_PROBLEMS:
                break
    except BrokenTableError as error:
        return Read(problems=[Problem("file", "invalid_xlsx", f"the file cannot be read to its end: {error}")])
    if not read.rows and not read.problems:
        read.problems.append(Problem("file", "no_rows", "there is a header and no row below it"))
    return read


def _add(read: Read, table: Table, names: Sequence[str], row: RawRow) -> None:
    for at, code, message in row.problems:
        name = names[at] if at < len(names) else None
        read.problems.append(Problem(table.where(row.number, at, name), code, message))
    if any(row.cells[len(names) :]):
        where = table.where(row.number)
        read.problems.append(Problem(where, "too_many_cells", "there are more cells than columns"))
    if not row.problems:
        values = {name: cell for name, cell in zip(names, row.cells, strict=False) if cell}
        read.rows.append((row.number, values))


def _heading(table: Table, columns: Sequence[str], needed: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """The columns' names, and everything that is wrong with them."""
    cells = table.heading
    width = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    names = [cell.lower() for cell in cells[:width]]
    problems = []
    for at, name in enumerate(names):
        where = table.where(1, at, name or None)
        if not name:
            problems.append(Problem(where, "unknown_column", "a column without a name stands between others"))
        elif name not in columns:
            problems.append(
                Problem(where, "unknown_column", f"no such column; known are {', '.join(columns)}")
            )
        elif names.index(name) != at:
            problems.append(Problem(where, "duplicate_column", "the column stands there twice"))
    for name in needed:
        if name not in names:
            message = f"the column {name} is needed; commas part columns"
            problems.append(Problem(f"row 1, column {name}", "missing_column", message))
    return names, problems
