"""A CSV file as a table. UTF-8, with or without a byte order mark, and GB18030 are read."""

from io import StringIO
from typing import BinaryIO

import pandas

from lotproof.kernel.errors import Problem
from lotproof_schemas.tables_in import MOST_ROWS, RawRow, Table


def read_csv_table(stream: BinaryIO, widest: int) -> Table | Problem:
    """Return the table, or why the file is none. widest: columns that a row may have at most."""
    text = _decode(stream.read())
    if isinstance(text, Problem):
        return text
    grid = _grid(text, widest)
    if isinstance(grid, Problem):
        return grid
    if len(grid) > MOST_ROWS + 1:
        return Problem("file", "too_many_rows", f"there are more than {MOST_ROWS} rows")
    heading, *rest = grid
    rows = [RawRow(number, cells) for number, cells in enumerate(rest, start=2) if any(cells)]
    return Table(heading, rows, _where)


def _where(row: int, column: int | None = None, name: str | None = None) -> str:
    if name is None and column is None:
        return f"row {row}"
    return f"row {row}, column {name if name or column is None else column + 1}"


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


def _grid(text: str, widest: int) -> list[list[str]] | Problem:
    """All cells, stripped, rows as long as the longest."""
    try:
        frame = pandas.read_csv(
            StringIO(text), header=None, names=range(widest), index_col=False, dtype=str, na_filter=False,
            skip_blank_lines=False, nrows=MOST_ROWS + 2,
        )  # fmt: skip
    except pandas.errors.ParserError as error:
        said = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        return Problem("file", "invalid_csv", f"the file is no CSV: {said}")
    return [
        [cell.strip() if isinstance(cell, str) else "" for cell in row] for row in frame.to_numpy().tolist()
    ]
