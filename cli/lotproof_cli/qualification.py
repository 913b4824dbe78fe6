"""`lotproof qualification`: which papers are asked for, and who has them."""

from datetime import datetime
from pathlib import Path

import click

from lotproof.kernel.clock import system_clock
from lotproof_cli.arguments import INSTANT, ORG, command
from lotproof_cli.output import table
from lotproof_cli.surroundings import Here


@click.group("qualification")
def qualification() -> None:
    """Ask for papers, and see who has them."""


@command("list")
@click.argument("org", type=ORG, required=False)
@click.option("--at", type=INSTANT, help="As it stood at this time (default: now).")
def list_(here: Here, org: str | None, at: datetime | None) -> None:
    """List the papers of ORG, or of everybody, with their state."""
    from lotproof.parties.qualified import all_papers, papers_of

    moment = at or system_clock()
    with here.reading() as db:
        found = papers_of(db, [org]).get(org, []) if org else list(all_papers(db))
    papers = [
        {
            "id": one.id,
            "party": one.party,
            "document_type": one.document_type,
            "number": one.number,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "state": str(one.state(moment)[0]),
            "since": one.state(moment)[1],
        }
        for one in found
    ]
    rows = [
        (
            one.party.rpartition("/")[2],
            one.document_type.replace("_", " "),
            one.number or "",
            one.valid_from.isoformat(),
            one.valid_to.isoformat() if one.valid_to else "",
            str(one.state(moment)[0]).replace("_", " "),
        )
        for one in found
    ]
    columns = ("GLN", "paper", "number", "from", "to", "state")
    here.answer({"at": moment, "papers": papers}, lambda: table(columns, rows))


@command("requirements")
@click.option(
    "--import", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV to read."
)
def requirements(here: Here, file: Path | None) -> None:
    """List which papers are asked for, or record them from a CSV file.

    Columns: role, category (* for all), kind (* for all), valid_from, papers: document types divided by spaces, and
    by | where one of several is enough. An edition with no papers ends what the one before it asked.
    """
    if file is not None:
        _import(here, file)
        return
    from lotproof.parties.qualified import requirements as read

    with here.reading() as db:
        found = read(db)
    editions = [
        {
            "role": one.role,
            "category": one.category,
            "kind": one.kind,
            "valid_from": one.valid_from,
            "papers": [list(some) for some in one.papers],
        }
        for one in found
    ]
    rows = [
        (one.role, one.category, one.kind, one.valid_from.isoformat(), " ".join(map("|".join, one.papers)))
        for one in found
    ]
    columns = ("role", "category", "kind", "from", "papers")
    here.answer({"requirements": editions}, lambda: table(columns, rows))


def _import(here: Here, file: Path) -> None:
    from lotproof.parties.requiring import require
    from lotproof_schemas.requirements_csv import read_requirements

    editions = read_requirements(file.read_bytes(), file.name)
    with here.writing() as log, log.unit_of_work() as uow:
        done = [require(uow, log.operator, one) for one in editions]
    new = sum(not one.repeated for one in done)
    here.answer(
        {"read": len(done), "recorded": new},
        lambda: click.echo(f"{len(done)} editions read, {new} of them new"),
    )


@command("suspend")
@click.argument("id")
@click.option("--reason", required=True, help="Why; kept private.")
def suspend(here: Here, id: str, reason: str) -> None:
    """Suspend the paper with this id from now on, in the operator's name."""
    from lotproof.suppliers.stopping import stop

    with here.writing() as log, log.unit_of_work() as uow:
        stop(uow, None, log.operator, "suspend", id, reason)
    here.answer({"id": id, "suspended": True}, lambda: click.echo("suspended"))


@command("lift")
@click.argument("id")
@click.option("--reason", required=True, help="Why; kept private.")
def lift(here: Here, id: str, reason: str) -> None:
    """End the suspension of the paper with this id."""
    from lotproof.suppliers.stopping import stop

    with here.writing() as log, log.unit_of_work() as uow:
        stop(uow, None, log.operator, "lift", id, reason)
    here.answer({"id": id, "suspended": False}, lambda: click.echo("lifted"))


for _one in (list_, requirements, suspend, lift):
    qualification.add_command(_one)
