"""`lotproof season`: a whole season from a CSV or Excel file, all of it or nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from lotproof.kernel.errors import InvalidInputError
from lotproof_cli.arguments import command
from lotproof_cli.findings import as_json, lines_of, tell_findings
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.unit_of_work import UnitOfWork
    from lotproof.lots.findings import Found
    from lotproof_schemas.season_table import SeasonRow


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
    from lotproof.lots.book.seasons import as_operator, write_rows

    with progress("recording", len(rows)) as tick:
        return write_rows(uow, rows, as_operator(operator, rows), tick)
