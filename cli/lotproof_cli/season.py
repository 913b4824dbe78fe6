"""`lotproof season`: a whole season from a CSV or Excel file, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof_cli.arguments import command
from lotproof_cli.findings import as_json, lines_of, tell_findings
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.unit_of_work import UnitOfWork
    from lotproof.lots.findings import Found
    from lotproof_schemas.season_table import SeasonRow

_MOST_TOLD = 1000


@command("season")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--sheet", metavar="NAME", help="Sheet of an Excel file (default: the first).")
@click.option(
    "--template", type=click.Path(path_type=Path, dir_okay=False), help="Write an Excel file to fill in."
)
def season(here: Here, file: Path | None, sheet: str | None, template: Path | None) -> None:
    """Record a season from FILE.csv or FILE.xlsx: one row a fact or a thing of master data, one column a field.

    Columns: kind, by (GLN of the organisation that records; blank: the operator), and the options of
    `lotproof record` with underscores. Everything that is wrong is said at once, with row and column, and
    then nothing is recorded. Parties that record something themselves get a key.
    """
    if template is not None:
        _write_template(here, template)
    if file is not None:
        _record(here, file, sheet)
    elif template is None:
        raise click.UsageError("name a file, or give --template")


def _write_template(here: Here, file: Path) -> None:
    from lotproof_schemas.season_template import template

    file.write_bytes(template())
    here.answer({"template": str(file)}, lambda: click.echo(f"An empty season is in {file}."))


def _record(here: Here, file: Path, sheet: str | None) -> None:
    rows = _read(here, file, sheet)
    with here.writing() as log:
        with log.unit_of_work() as uow:
            found = _apply(uow, log.operator, rows)
        entries = len(uow.receipts)
    with here.reading() as db:
        lines = lines_of(db, found)
    repeated = "" if entries else "; all of it stood already"

    def tell() -> None:
        click.echo(f"{len(rows)} rows: {entries} entries{repeated}.")
        tell_findings(lines)

    here.answer({"rows": len(rows), "entries": entries, "findings": as_json(lines)}, tell)


def _read(here: Here, file: Path, sheet: str | None) -> "list[SeasonRow]":
    from lotproof.parties.records import zone_of
    from lotproof_schemas.season_table import read_season

    with here.reading() as db, click.open_file(str(file), "rb") as stream:
        read = read_season(cast(BinaryIO, stream), lambda place: zone_of(db, place), file.name, sheet)
    if read.problems:
        hint = "nothing was recorded: mend each cell and run it again"
        many = f"{len(read.problems)} problems" if len(read.problems) > 1 else "a problem"
        raise InvalidInputError("invalid_season", f"{file} has {many}", hint, read.problems)
    return read.rows


def _apply(uow: "UnitOfWork", operator: str, rows: "Sequence[SeasonRow]") -> "list[Found]":
    """Write all rows, master data first. Raises: RefusedError with the problems of every row that cannot be."""
    recorders = {row.by for row in rows if row.by}
    found: list[Found] = []
    problems: list[Problem] = []
    hint = ""
    ordered = sorted(rows, key=lambda row: (row.record is None, not _is_party(row)))
    with progress("recording", len(ordered)) as tick:
        for row in ordered:
            tick(1)
            try:
                with uow.attempt():
                    found += _write(uow, operator, row, recorders)
            except LotproofError as error:
                hint = hint or error.hint
                problems += _in_row(row.number, error)
            if len(problems) >= _MOST_TOLD:
                break
    if problems:
        rows_refused = len({one.where for one in problems})
        raise RefusedError(
            "rows_refused", f"nothing was recorded: {rows_refused} rows cannot be", hint, problems
        )
    return found


def _write(uow: "UnitOfWork", operator: str, row: "SeasonRow", recorders: set[Gln]) -> "Sequence[Found]":
    from lotproof.lots.acts import record_in
    from lotproof.lots.drafting import Author
    from lotproof.lots.master_data import write_master_data
    from lotproof.parties.actions import register_party

    by = row.by.party_uri if row.by else operator
    if row.fact is not None:
        return record_in(uow, operator, Author(by), row.fact).findings
    assert row.record is not None
    gln = _gln(row)
    if gln in recorders or (gln and gln.party_uri == operator):
        register_party(uow, operator, gln, row.record.body)
    else:
        write_master_data(uow, operator, by, row.record.type, row.record.id, row.record.body)
    return ()


def _is_party(row: "SeasonRow") -> bool:
    return row.record is not None and row.record.type == "party"


def _gln(row: "SeasonRow") -> Gln | None:
    return Gln(row.record.id.rpartition("/")[2]) if row.record and _is_party(row) else None


def _in_row(number: int, error: LotproofError) -> list[Problem]:
    row = f"row {number}"
    if not error.problems:
        return [Problem(row, error.code, error.message)]
    return [replace(one, where=row, message=f"{one.where}: {one.message}" if one.where else one.message)
            for one in error.problems]  # fmt: skip
