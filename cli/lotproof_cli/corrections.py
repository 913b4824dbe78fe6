"""`lotproof corrections`: many events put right from a CSV or Excel file, all of them or none."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof_cli.acts import author_of
from lotproof_cli.arguments import LOT, approve_option, command
from lotproof_cli.findings import as_json, lines_of, tell_findings
from lotproof_cli.output import heading, printable
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.log import Log
    from lotproof.ledger.unit_of_work import UnitOfWork
    from lotproof.lots.bulk_corrections import Together
    from lotproof.lots.correction_cases import Corrected, Wish
    from lotproof_schemas.corrections_table import CorrectionRow

_FILE = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 50
_SAID = {
    "voided": "did not occur",
    "replaced": "put right",
    "stood": "corrected so before",
    "unchanged": "left as they are",
}


@command("corrections")
@click.argument("file", type=_FILE, required=False)
@click.option("--sheet", metavar="NAME", help="Sheet of an Excel file (default: the first).")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and record nothing.")
@click.option("--template", type=_FILE, help="Write a table to fill in: .xlsx, else CSV.")
@click.option(
    "--lot", "lots", type=LOT, multiple=True, help="Tell the events of this lot in the template; repeatable."
)
@approve_option
def corrections(
    here: Here,
    file: Path | None,
    sheet: str | None,
    dry_run: bool,
    template: Path | None,
    lots: tuple[LotId, ...],
    approvals: tuple[str, ...],
) -> None:
    """Correct the events that FILE.csv or FILE.xlsx names: all of them, or none and every reason why.

    Columns: entry (its index on the log), error (incorrect_data or did_not_occur), by (GLN of the organisation that
    declares it; blank: the operator), and the options of `lotproof record` with underscores for what is right. A
    blank cell leaves a field as it is, - takes its value away. Lots on hold, and events of other organisations, need
    --approve twice, by different people. Running it again records nothing.
    """
    if template is not None:
        _write_template(here, template, lots)
    if file is not None:
        _correct(here, file, sheet, approvals, dry_run=dry_run)
    elif template is None:
        raise click.UsageError("name a file, or give --template")


def _write_template(here: Here, file: Path, lots: Sequence[LotId]) -> None:
    from lotproof_schemas import corrections_template
    from lotproof_schemas.sheets import to_csv, to_xlsx

    told = []
    if lots:
        from lotproof.lots.correctable import correctable_events
        from lotproof.lots.recall import require_all

        with here.reading() as db:
            told = correctable_events(db, require_all(db, lots), here.log.around.blobs)
    table = corrections_template.template(told)
    file.write_bytes(to_xlsx([table]) if file.suffix.lower() == ".xlsx" else to_csv(table))
    said = f"{len(told)} events are in {file}." if lots else f"A table to fill in is in {file}."
    here.answer({"template": str(file), "events": len(told)}, lambda: click.echo(said))


def _correct(here: Here, file: Path, sheet: str | None, approvals: tuple[str, ...], *, dry_run: bool) -> None:
    from lotproof.lots.bulk_corrections import correct_together

    rows = _read(file, sheet)
    with here.writing() as log, progress("correcting", 2 * len(rows)) as tick:
        done = correct_together(
            log, lambda uow: _wishes(uow, log, rows, approvals), rehearse=dry_run, tick=tick
        )
    _answer(here, done, dry_run=dry_run)


def _read(file: Path, sheet: str | None) -> "list[CorrectionRow]":
    from lotproof_schemas.corrections_table import read_corrections

    with click.open_file(str(file), "rb") as stream:
        read = read_corrections(cast(BinaryIO, stream), file.name, sheet)
    if read.problems:
        hint = "nothing was recorded: mend each cell and run it again"
        many = f"{len(read.problems)} problems" if len(read.problems) > 1 else "a problem"
        raise InvalidInputError("invalid_corrections", f"{file} has {many}", hint, read.problems)
    return read.rows


def _wishes(
    uow: "UnitOfWork", log: "Log", rows: "Sequence[CorrectionRow]", approvals: tuple[str, ...]
) -> "list[Wish]":
    from functools import cache

    from lotproof.lots.correction_cases import Wish
    from lotproof.parties.records import zone_of

    zones = cache(lambda place: zone_of(uow.db, place))
    return [
        Wish(
            row.where,
            row.entry,
            author_of(log, row.by.party_uri if row.by else None, approvals),
            row.error,
            lambda fact, row=row: row.restate(fact, zones),  # type: ignore[misc]
            row.leaf_hash,
            row.kind,
        )
        for row in rows
    ]


def _answer(here: Here, done: "Together", *, dry_run: bool) -> None:
    from lotproof.lots.queries import entry_indexes

    submissions = [one for row in done.corrected for one in (row.declared, row.recorded) if one is not None]
    with here.reading() as db:
        indexes = entry_indexes(db, submissions)
        lines = lines_of(db, done.found)
    rows = [_row(one, indexes) for one in done.corrected]
    counts = {outcome: sum(row["outcome"] == outcome for row in rows) for outcome in _SAID}
    answer = {"dry_run": dry_run, **counts, "rows": rows, "findings": as_json(lines)}

    def tell() -> None:
        heading("Nothing was recorded; this would happen" if dry_run else "Corrected")
        for outcome, count in counts.items():
            if count:
                click.echo(f"  {count} {_SAID[outcome]}")
        _tell_rows([row for row in rows if row["outcome"] in ("voided", "replaced")])
        tell_findings(lines)

    here.answer(answer, tell)


def _row(one: "Corrected", indexes: dict[int, int]) -> dict[str, Any]:
    """One row's answer. declared, recorded: entries; None in a rehearsal, or where they are not numbered yet."""
    from lotproof_schemas.fact_text import texts_of

    before, after = (texts_of(fact) if fact else {} for fact in (one.before, one.after))
    names = dict.fromkeys((*before, *after))
    changes = {
        name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)
    }
    return {
        "where": one.where,
        "entry": one.entry,
        "outcome": one.outcome,
        "declared": indexes.get(one.declared or -1),
        "recorded": indexes.get(one.recorded or -1),
        "changes": changes,
    }


def _tell_rows(rows: Sequence[dict[str, Any]]) -> None:
    for row in rows[:_SHOWN]:
        click.echo(f"  {row['where']}: entry {row['entry']}, {_SAID[row['outcome']]}{_numbers(row)}")
        for name, (before, after) in row["changes"].items():
            click.echo(printable(f"      {name}: {before or 'nothing'} → {after or 'nothing'}"))
    if len(rows) > _SHOWN:
        click.echo(f"  … and {len(rows) - _SHOWN} more: see --json")


def _numbers(row: dict[str, Any]) -> str:
    said = [str(row[name]) for name in ("declared", "recorded") if row[name] is not None]
    return f" by {'entries' if len(said) > 1 else 'entry'} {' and '.join(said)}" if said else ""
