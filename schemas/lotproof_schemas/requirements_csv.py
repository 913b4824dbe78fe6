"""Read which papers are asked for from a CSV file: role, category, kind, valid_from, papers."""

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.parties.record_types import check_record
from lotproof.parties.requirements import ANY, edition_id
from lotproof.parties.requiring import Edition

COLUMNS = ("role", "category", "kind", "valid_from", "papers")
MOST_ROWS = 10_000


def read_requirements(data: bytes, name: str) -> list[Edition]:
    """Return the editions of a file in UTF-8. papers: types divided by spaces, by | where one of several is enough.

    Raises: InvalidInputError `invalid_requirements` with the problem of every row.
    """
    try:
        reader = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = [row for _, row in zip(range(MOST_ROWS + 1), reader, strict=False)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError(
            "invalid_requirements", f"{name} cannot be read: {error}", "save it as CSV in UTF-8"
        ) from error
    if missing := set(COLUMNS) - set(reader.fieldnames or ()):
        raise InvalidInputError(
            "invalid_requirements",
            f"{name} lacks columns: {', '.join(sorted(missing))}",
            f"needed: {', '.join(COLUMNS)}",
        )
    if len(rows) > MOST_ROWS:
        raise InvalidInputError("invalid_requirements", f"{name} has more than {MOST_ROWS} rows", "split it")
    editions, problems = [], []
    for number, row in enumerate(rows, start=2):
        edition, found = _edition(row)
        problems += [Problem(f"row {number}: {one.where}", one.code, one.message) for one in found]
        if edition is not None:
            editions.append(edition)
    if problems:
        raise InvalidInputError("invalid_requirements", f"{name} was not recorded", "mend each row", problems)
    return editions


def _edition(row: Mapping[str, str | None]) -> tuple[Edition | None, list[Problem]]:
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    papers = [one.split("|") for one in said["papers"].split()]
    body = {**said, "papers": papers, "category": said["category"] or ANY, "kind": said["kind"] or ANY}
    try:
        first = date.fromisoformat(said["valid_from"])
    except ValueError:
        return None, [Problem("valid_from", "invalid_value", "must be a date such as 2026-09-01")]
    id = edition_id(said["role"], str(body["category"]), str(body["kind"]), first)
    problems = check_record("requirement", id, body)
    if problems:
        return None, problems
    return Edition(said["role"], str(body["category"]), str(body["kind"]), first, papers), []
